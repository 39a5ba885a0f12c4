//! User errors.
use async_graphql::SimpleObject;

use crate::domain::rejection::Rejection;

/// A refusal.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// Message.
    message: String,
}

impl From<Rejection> for UserError {
    fn from(rejection: Rejection) -> Self {
        Self { message: rejection.message }
    }
}
