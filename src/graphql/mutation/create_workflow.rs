//! `createWorkflow`.

use async_graphql::{Context, InputObject, Object, Result};

use super::conversation_action::Actions;
use super::create_macro::saved;
use super::set_up::permitted;
use super::workflow_condition::{self, WorkflowConditionInput};
use crate::domain::permission::Operation;
use crate::error::Error;
use crate::graphql::reader::Reader;
use crate::graphql::spelled::Spelled;
use crate::graphql::types::workflow::{WorkflowMode, WorkflowTrigger};
use crate::graphql::types::workflow_payload::WorkflowPayload;
use crate::service::workflows::{NewWorkflow, SavedCondition};

/// A workflow to make or to try.
#[derive(InputObject)]
pub struct WorkflowInput {
    /// Its name, at most 255 characters; one that another workflow has, without regard to case, is TAKEN.
    name: String,
    /// Whether it runs.
    #[graphql(default = true)]
    enabled: bool,
    /// Its place in the order in which workflows are considered for an entry: 1 is the first, which is INVALID below; beyond the end is the
    /// end, and so is null or omitted. Those behind it give way.
    position: Option<i32>,
    /// Whether the workflows behind it are still considered for the same entry once its condition matched.
    #[graphql(default_with = "WorkflowMode::All")]
    mode: WorkflowMode,
    /// What it runs on, from now on.
    trigger: WorkflowTrigger,
    /// When it runs, at most 32 KiB of JSON, saved just as it is spelled; null or omitted = always. What it names must be
    /// there; a deactivated agent is AGENT_INACTIVE.
    condition: Option<Spelled<WorkflowConditionInput>>,
    /// What it does, in order, 1 to 20 actions, at most 32 KiB of JSON together, saved just as they are spelled. Whom and what they name
    /// must be there; states, access and times are judged when it runs, and what has gone by then fails in its run.
    actions: Actions,
}

impl WorkflowInput {
    /// Reads it.
    ///
    /// # Errors
    /// What its condition and its actions refuse.
    pub fn read(self) -> crate::error::Result<NewWorkflow> {
        Ok(NewWorkflow {
            name: self.name,
            enabled: self.enabled,
            position: self.position,
            mode: self.mode.into(),
            trigger: self.trigger.into(),
            condition: self.condition.as_ref().map(saved_condition).transpose()?,
            actions: saved(&self.actions)?,
        })
    }
}

/// Reads a condition, and keeps how it is spelled.
///
/// # Errors
/// As for [`workflow_condition::read`], below `condition`.
pub fn saved_condition(input: &Spelled<WorkflowConditionInput>) -> crate::error::Result<SavedCondition> {
    let condition = workflow_condition::read(&input.read).map_err(|why| why.at("condition"))?;
    Ok(SavedCondition { condition, spelled: input.to_json().map_err(Error::internal)? })
}

/// `createWorkflow`.
#[derive(Default)]
pub struct CreateWorkflow;

#[Object]
impl CreateWorkflow {
    /// Makes a workflow, which runs on what happens from then on; there may be 200. Only admins may, and no token that is limited to
    /// channels: it acts on all of them, and what its actions need is asked of nobody. Refused with TAKEN, REQUIRED, INVALID, TOO_LONG,
    /// LIMIT_EXCEEDED or FORBIDDEN, and for what its condition and its actions name with NOT_FOUND, AGENT_INACTIVE or NOT_A_MEMBER.
    async fn create_workflow(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workflow to make.")] input: WorkflowInput,
    ) -> Option<Result<WorkflowPayload>> {
        Some(create(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: WorkflowInput) -> Result<WorkflowPayload> {
    let reader = Reader::of(ctx)?;
    let viewer = reader.viewer();
    let work = async { reader.service.create_workflow(viewer.actor(), &viewer.channels, &input.read()?).await };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    WorkflowPayload::of(reader, outcome).await
}
