//! What a workflow would do.

use async_graphql::SimpleObject;

use super::user_error::UserError;
use super::workflow_run::{ActionOutcome, ConditionVerdict};
use crate::domain::rejection::Rejection;
use crate::service::workflows::Tried;

/// What a workflow would do to a conversation now.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct WorkflowTest {
    /// Whether its condition matches.
    matched: bool,
    /// What every part of the condition came to, those that hold others before these; empty if there is no condition, and when the
    /// workflow was refused.
    verdicts: Vec<ConditionVerdict>,
    /// What every action would come to, in order; empty if the condition doesn't match.
    outcomes: Vec<ActionOutcome>,
    /// Why there can be no such workflow; empty if there can.
    user_errors: Vec<UserError>,
}

impl From<Tried> for WorkflowTest {
    fn from(tried: Tried) -> Self {
        Self {
            matched: tried.matched,
            verdicts: tried.verdicts.into_iter().map(Into::into).collect(),
            outcomes: tried.outcomes.into_iter().map(Into::into).collect(),
            user_errors: Vec::new(),
        }
    }
}

impl From<Rejection> for WorkflowTest {
    fn from(refused: Rejection) -> Self {
        Self { user_errors: vec![refused.into()], ..Self::default() }
    }
}
