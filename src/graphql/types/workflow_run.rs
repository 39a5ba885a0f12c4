//! Runs of workflows, and what they came to.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use entity::enums::Scope;
use entity::workflow_run::Model;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::conversation::Conversation;
use super::entry::TimelineEntry;
use super::enums::ConversationActionKind;
use super::user_error::UserError;
use super::workflow::Workflow;
use crate::domain::action::ActionKind;
use crate::domain::workflow::{Outcome, Verdict};
use crate::graphql::error::coded;
use crate::graphql::loaders::entries::EntryKey;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;

/// A run of a workflow whose condition matched.
#[derive(Clone, Debug)]
pub struct WorkflowRun(pub Arc<Model>);

/// A run of a workflow whose condition matched; others leave no trace. It exists only for who may see the entry that triggered it.
#[Object]
impl WorkflowRun {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The workflow, as it now is.
    async fn workflow(&self, ctx: &Context<'_>) -> Result<Workflow> {
        Reader::of(ctx)?.load(self.0.workflow_id).await?.map(Workflow).ok_or_else(gone)
    }

    /// The conversation it ran on, as it now is.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Conversation> {
        Reader::of(ctx)?.load(self.0.conversation_id).await?.map(Conversation).ok_or_else(gone)
    }

    /// The entry that triggered it.
    async fn entry(&self, ctx: &Context<'_>) -> Result<TimelineEntry> {
        let row = Reader::of(ctx)?.load(EntryKey(self.0.entry_id)).await?;
        TimelineEntry::of(row.ok_or_else(gone)?)
    }

    /// What every part of the condition came to, those that hold others before these; empty if there was no condition.
    async fn verdicts(&self) -> Result<Vec<ConditionVerdict>> {
        let verdicts: Vec<Verdict> = stored(&self.0.verdicts)?;
        Ok(verdicts.into_iter().map(Into::into).collect())
    }

    /// What every action came to, in order. One that was refused changed nothing, and the others were done all the same. Without
    /// NOTES_READ those that write notes are left out.
    async fn outcomes(&self, ctx: &Context<'_>) -> Result<Vec<ActionOutcome>> {
        let notes = Reader::of(ctx)?.viewer().has(Scope::NotesRead);
        let outcomes: Vec<Outcome> = stored(&self.0.outcomes)?;
        let known = outcomes.into_iter().filter(|outcome| notes || outcome.action != ActionKind::AddNote);
        Ok(known.map(Into::into).collect())
    }

    /// When it ran, in UTC.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }
}

/// What one part of a condition came to.
#[derive(Clone, Debug, SimpleObject)]
pub struct ConditionVerdict {
    /// Where it stands in the condition, for example `all[1].text`.
    path: String,
    /// Whether it holds.
    matched: bool,
}

impl From<Verdict> for ConditionVerdict {
    fn from(verdict: Verdict) -> Self {
        Self { path: verdict.path, matched: verdict.matched }
    }
}

/// What one action of a workflow came to.
#[derive(Clone, Debug, SimpleObject)]
pub struct ActionOutcome {
    /// Which action.
    action: ConversationActionKind,
    /// Whether it changed the conversation; false when nothing had to, and when it was refused.
    changed: bool,
    /// Why it was refused; null if it wasn't.
    error: Option<UserError>,
}

impl From<Outcome> for ActionOutcome {
    fn from(outcome: Outcome) -> Self {
        Self { action: outcome.action.into(), changed: outcome.changed, error: outcome.error.map(Into::into) }
    }
}

fn stored<T: DeserializeOwned>(stored: &Value) -> Result<T> {
    T::deserialize(stored).map_err(|why| {
        tracing::error!(%why, "a run of a workflow can't be read");
        gone()
    })
}

fn gone() -> async_graphql::Error {
    coded("INTERNAL", "internal error")
}
