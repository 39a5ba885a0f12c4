//! How an operation fails, seen from inside.
//!
//! Deliberately neither `Display` nor `std::error::Error`: async-graphql would turn either into client text. One conversion, in
//! `graphql::error`, decides what a client reads; the details stay in the log.

use crate::domain::rejection::Rejection;

/// A failure.
#[derive(Debug, Clone)]
pub enum Error {
    /// A refusal the caller can act on.
    Rejected(Rejection),
    /// The request itself is malformed: a bad cursor, `first` with `last`, an unknown sort.
    BadRequest(String),
    /// The token lacks a scope, or the viewer the role, for a query.
    Forbidden(String),
    /// A list took longer than it may.
    TooComplex,
    /// The cursor lies beyond the head.
    CursorAhead,
    /// The cursor is of a database before it was restored.
    EpochChanged,
    /// Others were in the way; running it again may work. Never leaves `store::write` but as [`Error::Unavailable`].
    Race(String),
    /// A unique value was taken meanwhile; running it again sees by whom. Never leaves `store::write`: what is still in the way then is a
    /// fault of ours.
    Duplicate(String),
    /// The database can't be reached or is too busy.
    Unavailable(String),
    /// The connection broke during the commit: done or not, nobody knows. Safe to repeat with the same idempotency key.
    UnknownOutcome(String),
    /// A fault of ours.
    Internal(String),
}

/// What an operation gives.
pub type Result<T> = std::result::Result<T, Error>;

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl Error {
    /// A fault of ours, described for the log.
    #[must_use]
    pub fn internal(what: impl std::fmt::Debug) -> Self {
        Self::Internal(format!("{what:?}"))
    }
}
