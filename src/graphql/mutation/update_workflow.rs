//! `updateWorkflow`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::WorkflowId;

use super::conversation_action::Actions;
use super::create_macro::saved;
use super::create_workflow::saved_condition;
use super::given;
use super::set_up::permitted;
use super::workflow_condition::WorkflowConditionInput;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::spelled::Spelled;
use crate::graphql::types::workflow::{WorkflowMode, WorkflowTrigger};
use crate::graphql::types::workflow_payload::WorkflowPayload;
use crate::service::workflows::WorkflowEdit;

/// What of a workflow changes. Omitted = unchanged; null is REQUIRED, but for the condition.
#[derive(InputObject)]
pub struct UpdateWorkflowInput {
    /// The workflow.
    workflow_id: ID,
    /// Its name, as in `createWorkflow`.
    name: MaybeUndefined<String>,
    /// Whether it runs. Switched on, it runs on what happens from then on, and why the server switched it off is forgotten.
    enabled: MaybeUndefined<bool>,
    /// Its place in the order, as in `createWorkflow`. Those between its places give way.
    position: MaybeUndefined<i32>,
    /// Whether the workflows behind it are still considered for the same entry once its condition matched.
    mode: MaybeUndefined<WorkflowMode>,
    /// What it runs on.
    trigger: MaybeUndefined<WorkflowTrigger>,
    /// When it runs, as in `createWorkflow`; null = always.
    condition: MaybeUndefined<Spelled<WorkflowConditionInput>>,
    /// All that it does, as in `createWorkflow`.
    actions: MaybeUndefined<Actions>,
}

impl UpdateWorkflowInput {
    fn read(self) -> crate::error::Result<(WorkflowId, WorkflowEdit)> {
        let id = given::id("workflowId", &self.workflow_id, WorkflowId::parse)?;
        let condition = given::clear(self.condition);
        let condition = condition.map(|given| given.as_ref().map(saved_condition).transpose()).transpose()?;
        let edit = WorkflowEdit {
            name: given::change("name", self.name)?,
            enabled: given::change("enabled", self.enabled)?,
            position: given::change("position", self.position)?,
            mode: given::change("mode", self.mode)?.map(Into::into),
            trigger: given::change("trigger", self.trigger)?.map(Into::into),
            condition,
            actions: given::change("actions", self.actions)?.map(|list| saved(&list)).transpose()?,
        };
        Ok((id, edit))
    }
}

/// `updateWorkflow`.
#[derive(Default)]
pub struct UpdateWorkflow;

#[Object]
impl UpdateWorkflow {
    /// Changes a workflow. What it did stays as it is. Only admins may, and no token that is limited to channels. Refused with NOT_FOUND,
    /// also for a deleted one, and as `createWorkflow` is.
    async fn update_workflow(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workflow, and what changes.")] input: UpdateWorkflowInput,
    ) -> Option<Result<WorkflowPayload>> {
        Some(update(ctx, input).await)
    }
}

async fn update(ctx: &Context<'_>, input: UpdateWorkflowInput) -> Result<WorkflowPayload> {
    let reader = Reader::of(ctx)?;
    let viewer = reader.viewer();
    let work = async {
        let (id, edit) = input.read()?;
        reader.service.update_workflow(viewer.actor(), &viewer.channels, id, &edit).await
    };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    WorkflowPayload::of(reader, outcome).await
}
