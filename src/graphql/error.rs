//! The one place where a failure becomes what a client reads.
//!
//! Top-level errors carry a stable `extensions.code`; refusals of mutations become `userErrors` instead. Details of our own faults
//! go to the log, never to the client.

use async_graphql::ErrorExtensions;

use crate::domain::permission::Denied;
use crate::domain::rejection::Rejection;
use crate::error::Error;

/// A top-level error with its code.
#[must_use]
pub fn coded(code: &'static str, message: impl Into<String>) -> async_graphql::Error {
    async_graphql::Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// A malformed request.
#[must_use]
pub fn bad_request(message: impl Into<String>) -> async_graphql::Error {
    coded("BAD_REQUEST", message)
}

/// What a client reads of a failure.
#[must_use]
pub fn shown(error: Error) -> async_graphql::Error {
    match error {
        Error::Rejected(rejection) => bad_request(rejection.message),
        Error::BadRequest(message) => bad_request(message),
        Error::Forbidden(message) => coded("FORBIDDEN", message),
        Error::TooComplex => {
            coded("QUERY_TOO_COMPLEX", "This list took too long; narrow the filter or take another order.")
        }
        Error::CursorAhead => coded("CURSOR_AHEAD", "The cursor lies beyond the log's end."),
        Error::EpochChanged => coded("EPOCH_CHANGED", "The database was restored since; query again, then follow on."),
        Error::Race(why) | Error::Unavailable(why) => {
            tracing::warn!(why, "unavailable");
            coded("OVERLOADED", "The database is busy; try again.")
        }
        Error::UnknownOutcome(why) => {
            tracing::error!(why, "unknown outcome");
            coded("UNKNOWN_OUTCOME", "The connection broke while saving; try again with the same idempotency key.")
        }
        Error::Duplicate(why) | Error::Internal(why) => {
            tracing::error!(why, "internal error");
            coded("INTERNAL", "internal error")
        }
    }
}

/// What a client reads of a denied query or field.
#[must_use]
pub fn denied(denied: Denied) -> async_graphql::Error {
    match denied {
        Denied::Scope(scope) => {
            coded("FORBIDDEN", format!("The token lacks the scope {}.", super::types::scope::spelled(scope)))
        }
        Denied::Role(rejection) => coded("FORBIDDEN", rejection.message),
    }
}

/// Parts a refusal, which a payload shows, from a failure, which is a top-level error.
///
/// # Errors
/// Everything but a refusal.
pub fn refusal<T>(result: Result<T, Error>) -> async_graphql::Result<Result<T, Rejection>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Rejected(rejection)) => Ok(Err(rejection)),
        Err(other) => Err(shown(other)),
    }
}

/// Parts a missing role, which a mutation's payload shows, from a missing scope, which is a top-level error.
///
/// # Errors
/// `FORBIDDEN` for a missing scope.
pub fn role_refusal(result: Result<(), Denied>) -> async_graphql::Result<Result<(), Rejection>> {
    match result {
        Ok(()) => Ok(Ok(())),
        Err(Denied::Role(rejection)) => Ok(Err(rejection)),
        Err(scope) => Err(denied(scope)),
    }
}
