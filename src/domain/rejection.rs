//! Refusals: what a caller can act on.
//!
//! Owns the stable codes (semantics §16) and their sentences. A refusal never names what the viewer may not see.

use serde::{Deserialize, Serialize};

/// The stable code of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// Unknown, or not visible.
    NotFound,
    /// Malformed or impossible.
    Invalid,
    /// Missing.
    Required,
    /// Longer than its limit.
    TooLong,
    /// More than its limit.
    LimitExceeded,
    /// An instant that lies in the past.
    InThePast,
    /// An instant that lies too far ahead.
    TooFarAhead,
    /// The conversation moved on, or two keys name two customers.
    Conflict,
    /// A claim came second.
    AlreadyAssigned,
    /// The agent isn't a member of the team.
    NotAMember,
    /// The chosen agent is deactivated.
    AgentInactive,
    /// The chosen agent can't see the channel.
    NoAccess,
    /// Linked to itself.
    SelfLink,
    /// Would be its own ancestor.
    Cycle,
    /// Not possible in spam.
    IsSpam,
    /// Restored without being spam.
    NotSpam,
    /// A unique value is in use.
    Taken,
    /// Something still needs it.
    InUse,
    /// The role or authorship is missing.
    Forbidden,
    /// The same key came with another input.
    IdempotencyMismatch,
}

/// A refusal with its code, one sentence, and the path of the input field it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Stable code.
    pub code: Code,
    /// One sentence for people.
    pub message: String,
    /// Path below `input`; empty when it is about no single field.
    pub field: Vec<String>,
}

impl Rejection {
    /// A refusal about no single field.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: Vec::new() }
    }

    /// The same refusal about a field below `input`; called again it puts the outer field before the inner.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field.insert(0, field.into());
        self
    }

    /// Unknown, or not visible: the two are told apart nowhere.
    #[must_use]
    pub fn not_found(field: &str) -> Self {
        Self::new(Code::NotFound, "There is nothing with this id.").at(field)
    }

    /// A required value is missing or null.
    #[must_use]
    pub fn required(field: &str) -> Self {
        Self::new(Code::Required, "This must be given.").at(field)
    }

    /// A malformed or impossible value.
    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(Code::Invalid, message).at(field)
    }

    /// A text over its limit of characters.
    #[must_use]
    pub fn too_long(field: &str, limit: usize) -> Self {
        Self::new(Code::TooLong, format!("This may have at most {limit} characters.")).at(field)
    }

    /// More values than allowed.
    #[must_use]
    pub fn limit(field: &str, limit: usize, what: &str) -> Self {
        Self::new(Code::LimitExceeded, format!("There may be at most {limit} {what}.")).at(field)
    }

    /// A unique value that something else has.
    #[must_use]
    pub fn taken(field: &str) -> Self {
        Self::new(Code::Taken, "This is already in use.").at(field)
    }

    /// Not possible while the conversation is spam.
    #[must_use]
    pub fn is_spam() -> Self {
        Self::new(Code::IsSpam, "This isn't possible while the conversation is spam.")
    }

    /// The actor's role is not enough.
    #[must_use]
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(Code::Forbidden, message)
    }
}
