//! What a subscription sends: results, and one ending.

use std::sync::Arc;

use async_graphql::ServerError;

/// One result, shared by all subscriptions that read the same.
#[derive(Debug)]
pub struct Payload {
    /// The execution's result as JSON: an object with `data`, and `errors` where something nested failed.
    pub json: Box<str>,
    /// The position of what it tells, as the client may hand it back.
    pub cursor: Box<str>,
}

/// What comes next.
#[derive(Clone, Debug)]
pub enum Step {
    /// A result.
    Next(Arc<Payload>),
    /// The end.
    Ended(Ending),
}

/// Why a subscription ends. They never end by themselves.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The error to send, with its code: `SLOW_CONSUMER`, `SHUTTING_DOWN`, `NOT_FOUND`, `ACCESS_CHANGED`, `EPOCH_CHANGED`, `FORBIDDEN`,
    /// `UNAUTHENTICATED`, `OVERLOADED` or `INTERNAL`. Where following on makes sense, `extensions.cursor` says from where.
    pub error: ServerError,
    /// From where to follow on: all that was to be delivered up to there was sent before.
    pub cursor: Box<str>,
}
