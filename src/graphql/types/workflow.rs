//! Workflows.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use entity::workflow::Model;

use super::workflow_run::WorkflowRun;
use crate::domain::permission::{ChannelAccess, Operation};
use crate::graphql::connection::{Uncounted, window};
use crate::graphql::reader::Reader;
use crate::graphql::run_listing;
use crate::graphql::scalar::{DateTime, JsonObject};

/// Whether the workflows behind one that ran are still considered for the same entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::WorkflowMode")]
pub enum WorkflowMode {
    /// They are.
    All,
    /// They aren't, once its condition matched.
    Stop,
}

/// What a workflow runs on. Nothing that happens in spam starts one, nor does a message that was sent automatically.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::WorkflowTrigger")]
pub enum WorkflowTrigger {
    /// A conversation began.
    ConversationCreated,
    /// The customer wrote.
    CustomerMessage,
    /// Somebody wrote to the customer: an agent, an integration, or another workflow.
    AgentMessage,
    /// An internal note was written.
    NoteAdded,
    /// Agent or team changed.
    Assigned,
    /// The shown state changed, but not to spam.
    StateChanged,
    /// Tags were added.
    Tagged,
    /// The priority changed, or went.
    Prioritized,
    /// The status of a linked ticket changed.
    TicketChanged,
}

/// What happens by itself when something happened.
#[derive(Clone, Debug)]
pub struct Workflow(pub Arc<Model>);

/// What happens by itself when something happened: a trigger, a condition and actions. Whoever sees what it did sees who it is; what it
/// asks for and does is for ADMIN alone.
#[Object]
impl Workflow {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The name to show: its name.
    pub async fn display_name(&self) -> String {
        self.0.name.clone()
    }

    /// Its name, at most 255 characters; unique without regard to case.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it runs.
    async fn enabled(&self) -> bool {
        self.0.enabled
    }

    /// Why the server switched it off; null if it didn't. Switching it on clears it.
    async fn disabled_reason(&self) -> Option<&String> {
        self.0.disabled_reason.as_ref()
    }

    /// Its place in the order in which workflows are considered for an entry, from 1 and without a gap; 0 when it is deleted.
    async fn position(&self) -> i32 {
        self.0.place
    }

    /// Whether the workflows behind it are still considered for the same entry once it ran.
    async fn mode(&self) -> WorkflowMode {
        self.0.mode.into()
    }

    /// What it runs on.
    async fn trigger(&self) -> WorkflowTrigger {
        self.0.starts_on.into()
    }

    /// When it runs, as a `WorkflowConditionInput` just as it was spelled. Null when it always does, and without ADMIN on all channels.
    async fn condition(&self, ctx: &Context<'_>) -> Option<Result<JsonObject>> {
        match readable(ctx) {
            Ok(true) => self.0.condition.clone().map(|condition| Ok(JsonObject::from_stored(condition))),
            Ok(false) => None,
            Err(fault) => Some(Err(fault)),
        }
    }

    /// What it does, in order, each as a `ConversationActionInput` just as it was spelled. Empty without ADMIN on all channels.
    async fn actions(&self, ctx: &Context<'_>) -> Result<Vec<JsonObject>> {
        let readable = readable(ctx)?;
        let actions = self.0.actions.as_array().filter(|_| readable);
        Ok(actions.map_or(&[][..], Vec::as_slice).iter().cloned().map(JsonObject::from_stored).collect())
    }

    /// Its runs whose condition matched, newest first, as far as the viewer may see the entries that triggered them. Without `first` and
    /// `last` it is the first 25. Empty without CONVERSATIONS_READ.
    async fn runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, or behind `after`; 0 to 100, not together with `last`.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor in the list's order.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`; 0 to 100, not together with `first`.")]
        last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor in the list's order.")] before: Option<String>,
    ) -> Result<Uncounted<WorkflowRun>> {
        run_listing::page(ctx, self.0.id, &window(first, after, last, before)?).await
    }

    /// When it was created, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When somebody last changed it, or the server switched it off, in UTC. Giving way to another doesn't count.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    /// When it was deleted, in UTC; null if it wasn't. It is in no list then and never runs, but history still names it.
    async fn deleted_at(&self) -> Option<DateTime> {
        self.0.deleted_at.map(Into::into)
    }
}

/// Whether the viewer may know what workflows ask for and do: it may hold the words of notes, and names channels.
fn readable(ctx: &Context<'_>) -> Result<bool> {
    let viewer = Reader::of(ctx)?.viewer();
    Ok(viewer.permit(Operation::Administer).is_ok() && viewer.channels == ChannelAccess::All)
}
