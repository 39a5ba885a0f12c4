//! The codes of top-level errors, spelled as `docs/errors.md` lists them.
//! Every error that leaves the front carries one of them in `extensions.code`; nothing else decides spellings.

use async_graphql::{ErrorExtensionValues, ServerError, Value};

/// The request carries no valid credential.
pub const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
/// The request is malformed: bad JSON, wrong parameters, variables that don't fit, page sizes out of range.
pub const BAD_REQUEST: &str = "BAD_REQUEST";
/// The document is not GraphQL.
pub const PARSE_FAILED: &str = "GRAPHQL_PARSE_FAILED";
/// The document doesn't fit the schema.
pub const VALIDATION_FAILED: &str = "GRAPHQL_VALIDATION_FAILED";
/// The document is above one of the guard's limits.
pub const QUERY_TOO_COMPLEX: &str = "QUERY_TOO_COMPLEX";
/// The token's budget of cost points is spent.
pub const RATE_LIMITED: &str = "RATE_LIMITED";
/// More requests are in flight than the server takes.
pub const OVERLOADED: &str = "OVERLOADED";
/// What a stream follows doesn't exist for the viewer, or no longer.
pub const NOT_FOUND: &str = "NOT_FOUND";
/// The cursor is of a database before it was restored.
pub const EPOCH_CHANGED: &str = "EPOCH_CHANGED";
/// A stream's client doesn't read fast enough.
pub const SLOW_CONSUMER: &str = "SLOW_CONSUMER";
/// What a view may show has changed for its viewer.
pub const ACCESS_CHANGED: &str = "ACCESS_CHANGED";
/// The server is leaving.
pub const SHUTTING_DOWN: &str = "SHUTTING_DOWN";
/// A fault of the server.
pub const INTERNAL: &str = "INTERNAL";

/// An error with its code, without a place in the document.
pub fn error(code: &str, message: impl Into<String>) -> ServerError {
    with_code(ServerError::new(message, None), code)
}

/// The same error with `extensions.code` set to `code`; other extensions stay.
pub fn with_code(mut error: ServerError, code: &str) -> ServerError {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
    error
}

/// The code an error carries, if it carries one.
pub fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        Value::Enum(code) => Some(code.as_str()),
        _ => None,
    }
}
