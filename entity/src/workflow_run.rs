//! `workflow_run`: runs of workflows whose condition matched; rows are never updated.

use sea_orm::entity::prelude::*;

use crate::ids::{ConversationId, EventId, RunId, WorkflowId};

/// A row of `workflow_run`. There is at most one for a workflow and an entry.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workflow_run")]
pub struct Model {
    /// Id; later runs sort behind earlier ones.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RunId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The entry that triggered it.
    pub entry_id: EventId,
    /// The entry's conversation.
    pub conversation_id: ConversationId,
    /// The entry with which the chain began: the one that triggered it, unless that was written by another run.
    pub root_id: EventId,
    /// The verdict of every condition: `[{path, matched}]`.
    pub verdicts: Json,
    /// What became of every action: `[{action, changed, error}]`.
    pub outcomes: Json,
    /// Whether an action was refused.
    pub failed: bool,
    /// When it ran.
    pub at: DateTimeUtc,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
