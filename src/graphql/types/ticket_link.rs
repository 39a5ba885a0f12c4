//! Links of conversations to tickets, seen from the conversation.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};
use entity::{ticket, ticket_link};

use super::actor::{self, Actor};
use super::ticket::Ticket;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;

/// A link of a conversation to a ticket.
#[derive(Clone, Debug)]
pub struct TicketLink {
    /// The link.
    pub row: ticket_link::Model,
    /// The ticket.
    pub ticket: Arc<ticket::Model>,
}

/// A link of a conversation to a ticket.
#[Object]
impl TicketLink {
    /// The ticket.
    async fn ticket(&self) -> Ticket {
        Ticket(Arc::clone(&self.ticket))
    }

    /// When they were linked, in UTC; linking them otherwise later doesn't move it.
    async fn linked_at(&self) -> DateTime {
        self.row.linked_at.into()
    }

    /// Who linked them first.
    async fn linked_by(&self, ctx: &Context<'_>) -> Result<Actor> {
        let stored = crate::domain::actor::Actor::of_stored(self.row.linked_by_kind, self.row.linked_by_id);
        actor::resolve(Reader::of(ctx)?, stored).await
    }

    /// Whether the conversation comes back when the ticket is resolved: reopens if it is closed, wakes if it is snoozed.
    async fn reopen_on_resolve(&self) -> bool {
        self.row.reopen_on_resolve
    }
}
