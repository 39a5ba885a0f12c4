//! `switchboard migrate`: brings the database up to date and does nothing else.

use crate::app::open_migrated;
use crate::{command::StartError, config::DatabaseConfig};

/// Migrates; a database that is up to date stays as it is.
///
/// # Errors
/// A sentence for the operator, also for a database that is newer than this binary.
pub async fn run(config: DatabaseConfig) -> Result<(), StartError> {
    let store = open_migrated(&config).await.map_err(StartError::new)?;
    store.close().await;
    println!("the database is up to date");
    Ok(())
}
