//! What deleting something came to.

use async_graphql::{ID, SimpleObject};

use super::set_up_payload::Outcome;
use super::user_error::UserError;

/// What deleting something came to.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct DeletePayload {
    /// The id of what was deleted; null when refused.
    deleted_id: Option<ID>,
    /// Why it was refused; empty when done.
    user_errors: Vec<UserError>,
}

impl DeletePayload {
    /// Answers what was deleted.
    #[must_use]
    pub fn of<T: ToString>(outcome: Outcome<T>) -> Self {
        match outcome {
            Ok(id) => Self { deleted_id: Some(id.to_string().into()), user_errors: Vec::new() },
            Err(refused) => Self { user_errors: vec![refused.into()], ..Self::default() },
        }
    }
}
