//! What starts a workflow, and what one that ran means for those behind it.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What a workflow runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WorkflowTrigger {
    /// A conversation began.
    ConversationCreated,
    /// The customer wrote.
    CustomerMessage,
    /// Somebody wrote to the customer.
    AgentMessage,
    /// An internal note was written.
    NoteAdded,
    /// Agent or team changed.
    Assigned,
    /// The shown state changed, but not to spam.
    StateChanged,
    /// Tags were added.
    Tagged,
    /// The priority changed.
    Prioritized,
    /// The status of a linked ticket changed.
    TicketChanged,
}

/// Whether the workflows behind one that ran are still considered for the same entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WorkflowMode {
    /// They are.
    All,
    /// They aren't.
    Stop,
}
