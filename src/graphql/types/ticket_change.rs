//! What happened to tickets, as feeds tell it: one of their own log rows each.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use entity::enums::{EventKind, Scope};
use entity::event::Model;
use entity::ids::{ConversationId, TicketId};

use super::actor::{self, Actor};
use super::conversation::Conversation;
use super::enums::TicketStatus;
use super::ticket::Ticket;
use crate::domain::cursor::Cursor;
use crate::domain::fact::Fact;
use crate::graphql::error::{coded, shown};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::{DateTime, EventCursor};
use crate::store::append::fact_of;

/// What happened to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TicketChangeKind {
    /// It was created.
    Created,
    /// It changed, all but its links: its fields, its references or its status.
    Updated,
    /// A conversation was linked, or linked otherwise than before.
    Linked,
    /// A conversation was unlinked.
    Unlinked,
}

/// One of a ticket's log rows.
#[derive(Clone, Debug)]
pub struct TicketChange {
    row: Arc<Model>,
    fact: Arc<Fact>,
}

impl TicketChange {
    /// The change that a log row tells.
    ///
    /// # Errors
    /// `INTERNAL` for a row that this version can't read.
    pub fn of(row: Arc<Model>) -> Result<Self> {
        let fact = Arc::new(fact_of(&row).map_err(shown)?);
        Ok(Self { row, fact })
    }

    /// Which ticket.
    #[must_use]
    pub fn ticket_id(&self) -> Option<TicketId> {
        self.row.subject_id.map(TicketId)
    }

    /// The conversation that was linked or unlinked, whoever may see it.
    #[must_use]
    pub fn conversation_id(&self) -> Option<ConversationId> {
        match *self.fact {
            Fact::TicketLinkChanged { conversation, .. } => Some(conversation),
            _ => None,
        }
    }

    /// Who did it.
    #[must_use]
    pub fn stored_actor(&self) -> crate::domain::actor::Actor {
        crate::domain::actor::Actor::of_stored(self.row.actor_kind, self.row.actor_id)
    }
}

/// One change of a ticket, told once however many conversations are linked.
#[Object]
impl TicketChange {
    /// Its position in the log: follow on from here once it is dealt with.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<EventCursor> {
        let epoch = Reader::of(ctx)?.session.head.epoch;
        Ok(EventCursor(Cursor { epoch, seq: self.row.seq }))
    }

    /// What happened.
    async fn kind(&self) -> Result<TicketChangeKind> {
        match (self.row.kind, &*self.fact) {
            (EventKind::TicketCreated, _) => Ok(TicketChangeKind::Created),
            (EventKind::TicketUpdated, _) => Ok(TicketChangeKind::Updated),
            (_, Fact::TicketLinkChanged { linked: true, .. }) => Ok(TicketChangeKind::Linked),
            (_, Fact::TicketLinkChanged { linked: false, .. }) => Ok(TicketChangeKind::Unlinked),
            _ => Err(unreadable()),
        }
    }

    /// The ticket as it now is: its version may be greater than the one that this change made.
    async fn ticket(&self, ctx: &Context<'_>) -> Result<Ticket> {
        let id = self.ticket_id().ok_or_else(unreadable)?;
        Reader::of(ctx)?.load(id).await?.map(Ticket).ok_or_else(unreadable)
    }

    /// Who did it.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Actor> {
        actor::resolve(Reader::of(ctx)?, self.stored_actor()).await
    }

    /// When it happened, in UTC, to the microsecond.
    async fn at(&self) -> DateTime {
        self.row.at.into()
    }

    /// The status before; null unless this changed it.
    #[graphql(name = "fromStatus")]
    async fn status_before(&self) -> Option<TicketStatus> {
        match *self.fact {
            Fact::TicketUpdated { from_status, .. } => from_status.map(Into::into),
            _ => None,
        }
    }

    /// The status after; null unless this changed it. A ticket is created OPEN.
    #[graphql(name = "toStatus")]
    async fn status_after(&self) -> Option<TicketStatus> {
        match *self.fact {
            Fact::TicketUpdated { to_status, .. } => to_status.map(Into::into),
            _ => None,
        }
    }

    /// The conversation that was linked or unlinked, as it now is; null for other changes, when the viewer may not see it, and without
    /// CONVERSATIONS_READ.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
        let reader = Reader::of(ctx)?;
        match self.conversation_id() {
            Some(id) if reader.viewer().has(Scope::ConversationsRead) => Ok(reader.load(id).await?.map(Conversation)),
            _ => Ok(None),
        }
    }
}

/// A page of what happened to tickets.
#[derive(Clone, SimpleObject)]
pub struct TicketChangePage {
    /// What happened, oldest first.
    pub nodes: Vec<TicketChange>,
    /// Follow on from here: pass it as `after` once all of this page is dealt with.
    pub end_cursor: EventCursor,
    /// Whether more had happened when this was read.
    pub has_more: bool,
}

/// A log row that no ticket ever gets.
fn unreadable() -> async_graphql::Error {
    coded("INTERNAL", "internal error")
}
