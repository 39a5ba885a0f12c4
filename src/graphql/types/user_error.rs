//! Refusals as data.

use async_graphql::{Enum, SimpleObject};

use crate::domain::rejection::Rejection;

/// Why something was refused. Codes are stable; the message's words are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::domain::rejection::Code")]
pub enum UserErrorCode {
    /// There is nothing with this id, or the viewer may not see it; the two are told apart nowhere.
    NotFound,
    /// The value is malformed or impossible.
    Invalid,
    /// The value is missing, or null where nothing can be cleared.
    Required,
    /// The text is longer than its limit.
    TooLong,
    /// There are more than there may be.
    LimitExceeded,
    /// The instant isn't in the future.
    InThePast,
    /// The instant lies further ahead than it may.
    TooFarAhead,
    /// The conversation moved on since `expectedVersion`, or the keys name two customers.
    Conflict,
    /// Another agent has the conversation already.
    AlreadyAssigned,
    /// The agent isn't a member of the team.
    NotAMember,
    /// The chosen agent is deactivated.
    AgentInactive,
    /// The chosen agent can't see the channel.
    NoAccess,
    /// A conversation can't be linked to itself.
    SelfLink,
    /// A conversation would become a part of itself.
    Cycle,
    /// It isn't possible while the conversation is spam.
    IsSpam,
    /// It isn't spam.
    NotSpam,
    /// Something else has this unique value.
    Taken,
    /// Something still needs it.
    InUse,
    /// The viewer's role is not enough, or somebody else wrote it.
    Forbidden,
    /// The idempotency key was used before with another input.
    IdempotencyMismatch,
}

/// A refusal the user can act on. It never reveals what the viewer may not see.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// What it is, for programs.
    code: UserErrorCode,
    /// What it is, for people, in one sentence.
    message: String,
    /// The path into the arguments, for example `["input", "until"]`; null when it is about no single field.
    field: Option<Vec<String>>,
}

impl From<Rejection> for UserError {
    fn from(rejection: Rejection) -> Self {
        let path = std::iter::once("input".to_owned()).chain(rejection.field.iter().cloned());
        Self {
            code: rejection.code.into(),
            message: rejection.message,
            field: (!rejection.field.is_empty()).then(|| path.collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_begins_at_the_argument() {
        let refused: UserError = Rejection::required("email").at("customer").into();
        assert_eq!(refused.field.unwrap(), ["input", "customer", "email"]);
        let refused: UserError = Rejection::is_spam().into();
        assert_eq!((refused.code, refused.field), (UserErrorCode::IsSpam, None));
    }
}
