//! User errors.
use async_graphql::{Enum, SimpleObject};

use crate::domain::rejection::Rejection;

/// Codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::domain::rejection::Code")]
pub enum UserErrorCode {
    NotFound,
    Invalid,
    Required,
    TooLong,
    LimitExceeded,
    Conflict,
    AlreadyAssigned,
    NotAMember,
    AgentInactive,
    NoAccess,
    IsSpam,
    Taken,
    InUse,
    Forbidden,
    IdempotencyMismatch,
    InThePast,
}

/// A refusal.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// Code.
    code: UserErrorCode,
    /// Message.
    message: String,
    /// Path.
    field: Option<Vec<String>>,
}

impl From<Rejection> for UserError {
    fn from(rejection: Rejection) -> Self {
        let mut field = vec!["input".to_owned()];
        field.extend(rejection.field);
        Self { code: rejection.code.into(), message: rejection.message, field: (field.len() > 1).then_some(field) }
    }
}
