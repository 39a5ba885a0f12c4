//! `switchboard check`: reads configuration and database, and says what is wrong.

use crate::{command::StartError, config::ServeConfig};

/// Succeeds if `serve` would start.
pub async fn run(_config: ServeConfig) -> Result<(), StartError> {
    Err(StartError::new("check isn't wired yet"))
}
