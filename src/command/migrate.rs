//! `switchboard migrate`: brings the database up to date and does nothing else.

use crate::{command::StartError, config::DatabaseConfig};

/// Migrates; a database that is up to date stays as it is.
pub async fn run(_config: DatabaseConfig) -> Result<(), StartError> {
    Err(StartError::new("migrate isn't wired yet"))
}
