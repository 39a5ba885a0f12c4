//! `switchboard admin`: makes an admin if absent and gives them a new token.

use crate::{command::StartError, config::AdminConfig};

/// Prints the token alone on the last line.
pub async fn run(_config: AdminConfig) -> Result<(), StartError> {
    Err(StartError::new("admin isn't wired yet"))
}
