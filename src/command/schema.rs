//! `switchboard schema`: prints the GraphQL schema.

use crate::command::StartError;

/// Prints the SDL; needs no database.
pub async fn run() -> Result<(), StartError> {
    Err(StartError::new("schema isn't wired yet"))
}
