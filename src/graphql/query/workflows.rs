//! Workflows, and what one would do.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use entity::ids::ConversationId;

use crate::domain::permission::Operation;
use crate::error::Error;
use crate::graphql::error::{coded, denied, refusal, shown};
use crate::graphql::mutation::create_workflow::WorkflowInput;
use crate::graphql::reader::Reader;
use crate::graphql::types::workflow::Workflow;
use crate::graphql::types::workflow_test::WorkflowTest;

/// Workflows.
#[derive(Default)]
pub struct WorkflowsQuery;

#[Object]
impl WorkflowsQuery {
    /// The workflows in the order in which they are considered; there are at most 200. Needs ADMIN, and of agents the role of an admin.
    async fn workflows(&self, ctx: &Context<'_>) -> Option<Result<Vec<Workflow>>> {
        Some(workflows(ctx).await)
    }

    /// Dry run: what this workflow would do to this conversation now, with the customer's newest message as what triggers it, whatever
    /// its trigger is; nothing is written. It needn't exist, and its name may be another's. Needs ADMIN and CONVERSATIONS_READ, and of
    /// agents the role of an admin. What `createWorkflow` would refuse is a user error; an unknown conversation is a top-level NOT_FOUND.
    async fn test_workflow(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workflow.")] input: WorkflowInput,
        #[graphql(desc = "The conversation; one that doesn't exist for the viewer is a NOT_FOUND.")]
        conversation_id: ID,
    ) -> Option<Result<WorkflowTest>> {
        Some(test(ctx, input, &conversation_id).await)
    }
}

async fn workflows(ctx: &Context<'_>) -> Result<Vec<Workflow>> {
    let reader = Reader::permitted(ctx, Operation::Administer)?;
    let rows = reader.service.store.workflows().await.map_err(shown)?;
    Ok(rows.into_iter().map(|row| Workflow(Arc::new(row))).collect())
}

async fn test(ctx: &Context<'_>, input: WorkflowInput, conversation: &ID) -> Result<WorkflowTest> {
    let reader = Reader::permitted(ctx, Operation::Administer)?;
    // What matches tells what was said.
    reader.viewer().permit(Operation::ReadConversations).map_err(denied)?;
    let conversation = ConversationId::parse(conversation).ok_or_else(unknown)?;
    let tried = async {
        let (service, viewer, new) = (reader.service.clone(), reader.viewer().clone(), input.read()?);
        // In a task of its own: a client that leaves drops the query, and must not drop a transaction half-way.
        let tried = tokio::spawn(async move { service.try_workflow(&viewer, &new, conversation).await });
        tried.await.map_err(Error::internal)?
    };
    match refusal(tried.await)? {
        Ok(tried) => tried.map(Into::into).ok_or_else(unknown),
        Err(refused) => Ok(refused.into()),
    }
}

fn unknown() -> async_graphql::Error {
    coded("NOT_FOUND", "There is no such conversation.")
}
