//! `switchboard serve`: migrates the database and serves the API until told to stop.

use crate::{command::StartError, config::ServeConfig};

/// Serves until SIGTERM or SIGINT; when ready, prints one line: `listening on http://ADDRESS`.
pub async fn run(_config: ServeConfig) -> Result<(), StartError> {
    Err(StartError::new("serve isn't wired yet"))
}
