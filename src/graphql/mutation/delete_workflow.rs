//! `deleteWorkflow`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::WorkflowId;

use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::types::delete_payload::DeletePayload;

/// A workflow to delete.
#[derive(InputObject)]
pub struct DeleteWorkflowInput {
    /// The workflow.
    workflow_id: ID,
}

/// `deleteWorkflow`.
#[derive(Default)]
pub struct DeleteWorkflow;

#[Object]
impl DeleteWorkflow {
    /// Deletes a workflow. It never runs again and is in no list, its name is free, and those behind it close ranks; the timeline keeps
    /// naming it, its runs stay, and `node` finds it with `deletedAt`. Only admins may, and no token that is limited to channels. Refused
    /// with NOT_FOUND or FORBIDDEN.
    async fn delete_workflow(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workflow.")] input: DeleteWorkflowInput,
    ) -> Option<Result<DeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn delete(ctx: &Context<'_>, input: DeleteWorkflowInput) -> Result<DeletePayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let id = given::id("workflowId", &input.workflow_id, WorkflowId::parse)?;
        reader.service.delete_workflow(reader.viewer().actor(), &reader.viewer().channels, id).await
    };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    Ok(DeletePayload::of(outcome.map(|done| done.id)))
}
