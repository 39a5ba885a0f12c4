//! Narrowing and ordering a list of tickets: lists mean any of, fields together mean all of. As SQL it stands in the store.

use chrono::{DateTime, Utc};
use entity::enums::{Priority, TicketStatus};
use entity::ids::{AgentId, ConversationId, CustomerId};

use crate::domain::search::Query;

/// A filter; none of a field = no condition, an empty list = nothing fits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// Status.
    pub statuses: Option<Vec<TicketStatus>>,
    /// Priority.
    pub priorities: Option<Vec<Priority>>,
    /// Assigned agent.
    pub assignees: Option<Vec<AgentId>>,
    /// Linked to one of these conversations, as far as the viewer sees them.
    pub conversations: Option<Vec<ConversationId>>,
    /// Linked to a conversation with one of these customers, as far as the viewer sees it.
    pub customers: Option<Vec<CustomerId>>,
    /// Known in this other system, under whatever key.
    pub system: Option<String>,
    /// The newest change is of then or later.
    pub updated_after: Option<DateTime<Utc>>,
    /// Full text over title, description and the keys of references.
    pub search: Option<Query>,
}

/// What a list of tickets is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TicketSort {
    /// When it was created.
    Created,
    /// Its newest change.
    Updated,
}

/// An order of a list of tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TicketOrder {
    /// What it is sorted by; ties by id.
    pub by: TicketSort,
    /// The greatest first.
    pub descending: bool,
}

impl Default for TicketOrder {
    /// Newest first.
    fn default() -> Self {
        Self { by: TicketSort::Created, descending: true }
    }
}
