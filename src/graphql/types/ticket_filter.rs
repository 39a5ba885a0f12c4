//! The filter and the orders of lists of tickets.

use async_graphql::{Enum, ID, InputObject, Result};
use entity::ids::{AgentId, ConversationId, CustomerId};

use super::enums::{Priority, TicketStatus};
use super::filter::{list, words};
use super::view::SortDirection;
use crate::domain::ticket::filter;
use crate::graphql::scalar::DateTime;

/// Narrows a list of tickets. Lists mean any of, fields together mean all of; a field that is null or omitted asks nothing. A list may
/// have at most 100 values, otherwise the answer is `BAD_REQUEST`; an empty list matches nothing, and so does an id that is malformed,
/// unknown, or of something the viewer may not see.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TicketFilter {
    /// Only tickets in one of these statuses.
    pub statuses: Option<Vec<TicketStatus>>,
    /// Only tickets with one of these priorities.
    pub priorities: Option<Vec<Priority>>,
    /// Only tickets assigned to one of these agents.
    pub assignee_ids: Option<Vec<ID>>,
    /// Only tickets that are linked to one of these conversations. Without CONVERSATIONS_READ there are none.
    pub conversation_ids: Option<Vec<ID>>,
    /// Only tickets that are linked to a conversation with one of these customers that the viewer may see. Without CONVERSATIONS_READ
    /// there are none.
    pub customer_ids: Option<Vec<ID>>,
    /// Only tickets with a reference to this other system, such as `github`, compared exactly as it is spelled.
    pub external_system: Option<String>,
    /// Only tickets whose newest change is of this instant or later. This is for people; to synchronise, use `ticketChanges`, which
    /// misses nothing.
    pub updated_after: Option<DateTime>,
    /// Only tickets in whose title, description and keys elsewhere, taken together, all of these words stand; read as in
    /// `ConversationFilter`. Of more than 10,000 tickets that have them all, those created last are looked at.
    pub search: Option<String>,
}

impl TicketFilter {
    /// What the filter says.
    ///
    /// # Errors
    /// `BAD_REQUEST` for a list of more than 100 values.
    pub fn read(self) -> Result<filter::TicketFilter> {
        Ok(filter::TicketFilter {
            statuses: list("statuses", self.statuses, |status| Some(status.into()))?,
            priorities: list("priorities", self.priorities, |priority| Some(priority.into()))?,
            assignees: list("assigneeIds", self.assignee_ids, |id| AgentId::parse(&id))?,
            conversations: list("conversationIds", self.conversation_ids, |id| ConversationId::parse(&id))?,
            customers: list("customerIds", self.customer_ids, |id| CustomerId::parse(&id))?,
            system: self.external_system,
            updated_after: self.updated_after.map(Into::into),
            search: self.search.map(|text| words(&text)),
        })
    }
}

/// What a list of tickets is sorted by. Ties are sorted by id, in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "filter::TicketSort")]
pub enum TicketSort {
    /// By `createdAt`.
    Created,
    /// By `updatedAt`.
    Updated,
}

/// An order of a list of tickets. Cursors of one order are `BAD_REQUEST` in another.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct TicketOrder {
    /// What the list is sorted by.
    pub by: TicketSort,
    /// Which way it is sorted.
    #[graphql(default)]
    pub direction: SortDirection,
}

impl From<TicketOrder> for filter::TicketOrder {
    fn from(order: TicketOrder) -> Self {
        Self { by: order.by.into(), descending: order.direction == SortDirection::Desc }
    }
}
