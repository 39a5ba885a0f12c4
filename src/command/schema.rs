//! `switchboard schema`: prints the GraphQL schema.

use crate::command::StartError;
use crate::graphql::schema::sdl;

/// Prints the SDL; needs no database.
///
/// # Errors
/// None.
pub async fn run() -> Result<(), StartError> {
    print!("{}", sdl());
    Ok(())
}
