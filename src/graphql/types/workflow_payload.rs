//! What mutations of workflows answer: the workflow as it now is, and why not.

use async_graphql::{Result, SimpleObject};
use entity::ids::WorkflowId;

use super::set_up_payload::Outcome;
use super::user_error::UserError;
use super::workflow::Workflow;
use crate::graphql::reader::Reader;
use crate::service::set_up::Done;

/// What making or changing a workflow came to.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct WorkflowPayload {
    /// The workflow as it now is; null when refused.
    workflow: Option<Workflow>,
    /// Whether anything changed; false when nothing had to, and when refused.
    changed: bool,
    /// Why it was refused; empty when done.
    user_errors: Vec<UserError>,
}

impl WorkflowPayload {
    /// Reads the workflow as it now is.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn of(reader: &Reader, outcome: Outcome<Done<WorkflowId>>) -> Result<Self> {
        match outcome {
            Ok(done) => {
                let workflow = reader.load(done.id).await?.map(Workflow);
                Ok(Self { workflow, changed: done.changed, user_errors: Vec::new() })
            }
            Err(refused) => Ok(Self { user_errors: vec![refused.into()], ..Self::default() }),
        }
    }
}
