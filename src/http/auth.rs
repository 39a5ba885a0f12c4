//! Stand-in, to be replaced: any bearer token that starts with `swb_` is valid.

use async_graphql::ServerError;
use axum::http::{HeaderMap, header};

use super::codes;
use crate::app::App;

/// Who calls.
#[derive(Clone, Debug)]
pub struct Session {
    token: String,
}

impl Session {
    /// The token's id; its budget is kept under it.
    pub fn token_id(&self) -> &str {
        &self.token
    }
}

/// The session of the credential in the headers, else `UNAUTHENTICATED`.
pub async fn authenticate(_app: &App, headers: &HeaderMap) -> Result<Session, ServerError> {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok());
    match value.and_then(|v| v.strip_prefix("Bearer ")) {
        Some(token) if token.starts_with("swb_") => Ok(Session {
            token: token.to_owned(),
        }),
        _ => Err(codes::error(
            codes::UNAUTHENTICATED,
            "A valid bearer token is required.",
        )),
    }
}
