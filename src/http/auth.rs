//! From a credential to a session: `Authorization: Bearer` and nothing else.
//!
//! A mistyped token is refused without a database read. Who holds it, their role, scopes and what exists for them are read anew for
//! every request, in one statement.

use async_graphql::ServerError;
use axum::http::{HeaderMap, header};

use super::codes;
use crate::app::App;
use crate::error::Error;
use crate::graphql::reader::Session;
use crate::store::sessions::Presented;

/// The session of the credential in the headers.
///
/// # Errors
/// `UNAUTHENTICATED` without a token, and for one that is unknown, wrong, expired, revoked or of a deactivated agent: told apart
/// nowhere. `OVERLOADED` when the database doesn't answer.
pub async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Session, ServerError> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = value.and_then(bearer).ok_or_else(refused)?;
    session(app, token).await
}

/// The session of a token.
///
/// # Errors
/// As [`authenticate`].
pub async fn session(app: &App, token: &str) -> Result<Session, ServerError> {
    let presented = app.service.authenticate(token).await.map_err(unavailable)?.ok_or_else(refused)?;
    let Presented { viewer, head, setup_seq, expires_at, .. } = presented;
    Ok(Session { viewer, head, setup_seq, expires_at })
}

/// The token behind the scheme, whose name is compared without regard to case.
pub(super) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn refused() -> ServerError {
    codes::error(codes::UNAUTHENTICATED, "A valid bearer token is required.")
}

fn unavailable(error: Error) -> ServerError {
    tracing::warn!(?error, "a token couldn't be read");
    codes::error(codes::OVERLOADED, "The database is busy; try again.")
}
