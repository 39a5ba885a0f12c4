//! The timeline: one GraphQL type for every kind of entry, all over one log row.
//!
//! Owns the common fields and which type a row is shown as. A row's details are its fact, read once.

mod changes;
mod message;
mod note;

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Result};
use entity::enums::EventKind;
use entity::event::Model;
use entity::ids::EventId;

pub use self::changes::{
    AssignedEntry, ClosedEntry, CreatedEntry, DeliveryEntry, EditedEntry, FollowEntry, LinkEntry, MarkedAsSpamEntry,
    PrioritizedEntry, ReopenedEntry, RestoredEntry, SnoozedEntry, TaggedEntry, TicketEntry, WokenEntry,
};
pub use self::message::{Delivery, Message};
pub use self::note::{Mention, Mentionable, Note, NoteChangedEntry};
use super::actor::{self, Actor};
use super::cause::Cause;
use super::conversation::Conversation;
use super::enums::TimelineKind;
use super::ticket::Ticket;
use super::timeline::cause_of;
use super::workflow_run::WorkflowRun;
use crate::domain::change::CausedBy;
use crate::domain::cursor::Cursor;
use crate::domain::fact::Fact;
use crate::graphql::error::{coded, shown};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::{DateTime, EventCursor};
use crate::store::append::fact_of;

/// One row of the event log. Order is the log's order, on every node and every transport.
#[derive(Clone, Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "Its id; the id of a message or note is its own."),
    field(name = "conversation", ty = "Conversation", desc = "The conversation it belongs to, as it now is."),
    field(name = "version", ty = "i32", desc = "The conversation's version that this entry made."),
    field(name = "cursor", ty = "EventCursor", desc = "Its position in the log: follow on from here."),
    field(name = "kind", ty = "TimelineKind", desc = "What it tells."),
    field(name = "actor", ty = "Actor", desc = "Who did it."),
    field(name = "at", ty = "DateTime", desc = "When it happened, in UTC, to the microsecond."),
    field(
        name = "cause",
        ty = "Option<Cause>",
        desc = "What made the actor do it; null for what they did of themselves."
    )
)]
pub enum TimelineEntry {
    /// MESSAGE.
    Message(Message),
    /// NOTE.
    Note(Note),
    /// CREATED.
    Created(CreatedEntry),
    /// ASSIGNED.
    Assigned(AssignedEntry),
    /// TAGGED.
    Tagged(TaggedEntry),
    /// PRIORITIZED.
    Prioritized(PrioritizedEntry),
    /// SNOOZED.
    Snoozed(SnoozedEntry),
    /// WOKEN.
    Woken(WokenEntry),
    /// CLOSED.
    Closed(ClosedEntry),
    /// REOPENED.
    Reopened(ReopenedEntry),
    /// MARKED_AS_SPAM.
    MarkedAsSpam(MarkedAsSpamEntry),
    /// RESTORED.
    Restored(RestoredEntry),
    /// FOLLOWED, UNFOLLOWED.
    Follow(FollowEntry),
    /// TICKET_LINKED, TICKET_UNLINKED, TICKET_CHANGED.
    Ticket(TicketEntry),
    /// LINKED, UNLINKED.
    Link(LinkEntry),
    /// EDITED.
    Edited(EditedEntry),
    /// NOTE_EDITED, NOTE_DELETED.
    NoteChanged(NoteChangedEntry),
    /// DELIVERY_CHANGED.
    Delivery(DeliveryEntry),
}

/// A log row with its fact.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The row.
    pub row: Arc<Model>,
    /// What happened.
    pub fact: Arc<Fact>,
}

impl TimelineEntry {
    /// The entry a log row is shown as.
    ///
    /// # Errors
    /// `INTERNAL` for a row that no timeline shows, or that this version can't read.
    pub fn of(row: Arc<Model>) -> Result<Self> {
        let fact = Arc::new(fact_of(&row).map_err(shown)?);
        let kind = row.kind;
        let entry = Entry { row, fact };
        Ok(match kind {
            EventKind::Message => Self::Message(Message(entry)),
            EventKind::Note => Self::Note(Note(entry)),
            EventKind::NoteEdited | EventKind::NoteDeleted => Self::NoteChanged(NoteChangedEntry(entry)),
            EventKind::Created => Self::Created(CreatedEntry(entry)),
            EventKind::Assigned => Self::Assigned(AssignedEntry(entry)),
            EventKind::Tagged => Self::Tagged(TaggedEntry(entry)),
            EventKind::Prioritized => Self::Prioritized(PrioritizedEntry(entry)),
            EventKind::Snoozed => Self::Snoozed(SnoozedEntry(entry)),
            EventKind::Woken => Self::Woken(WokenEntry(entry)),
            EventKind::Closed => Self::Closed(ClosedEntry(entry)),
            EventKind::Reopened => Self::Reopened(ReopenedEntry(entry)),
            EventKind::MarkedAsSpam => Self::MarkedAsSpam(MarkedAsSpamEntry(entry)),
            EventKind::Restored => Self::Restored(RestoredEntry(entry)),
            EventKind::Followed | EventKind::Unfollowed => Self::Follow(FollowEntry(entry)),
            EventKind::TicketLinked | EventKind::TicketUnlinked | EventKind::TicketChanged => {
                Self::Ticket(TicketEntry(entry))
            }
            EventKind::Linked | EventKind::Unlinked => Self::Link(LinkEntry(entry)),
            EventKind::Edited => Self::Edited(EditedEntry(entry)),
            EventKind::DeliveryChanged => Self::Delivery(DeliveryEntry(entry)),
            EventKind::TagChanged
            | EventKind::AgentChanged
            | EventKind::TeamChanged
            | EventKind::ChannelChanged
            | EventKind::CustomerChanged
            | EventKind::IntegrationChanged
            | EventKind::TokenChanged
            | EventKind::MacroChanged
            | EventKind::WorkflowChanged
            | EventKind::TicketCreated
            | EventKind::TicketUpdated
            | EventKind::TicketLinkChanged => return Err(coded("INTERNAL", "internal error")),
        })
    }
}

impl Entry {
    fn id(&self) -> ID {
        wire_id(self.row.kind, self.row.id).into()
    }

    async fn conversation(&self, ctx: &Context<'_>) -> Result<Conversation> {
        let id = self.row.conversation_id.ok_or_else(gone)?;
        let row = Reader::of(ctx)?.load(id).await?.ok_or_else(gone)?;
        Ok(Conversation(row))
    }

    fn version(&self) -> i32 {
        self.row.conversation_version.unwrap_or_default()
    }

    fn cursor(&self, ctx: &Context<'_>) -> Result<EventCursor> {
        let epoch = Reader::of(ctx)?.session.head.epoch;
        Ok(EventCursor(Cursor { epoch, seq: self.row.seq }))
    }

    fn kind(&self) -> Result<TimelineKind> {
        TimelineKind::of(self.row.kind).ok_or_else(gone)
    }

    async fn actor(&self, ctx: &Context<'_>) -> Result<Actor> {
        let stored = crate::domain::actor::Actor::of_stored(self.row.actor_kind, self.row.actor_id);
        actor::resolve(Reader::of(ctx)?, stored).await
    }

    async fn cause(&self, ctx: &Context<'_>) -> Result<Option<Cause>> {
        if self.row.cause_kind.is_none() {
            return Ok(None);
        }
        let (reader, depth) = (Reader::of(ctx)?, i32::from(self.row.cause_depth));
        let (workflow_run, ticket) = match cause_of(&self.row) {
            Some(CausedBy::Ticket(id)) => (None, reader.load(id).await?.map(Ticket)),
            Some(CausedBy::Run(id)) => (reader.load(id).await?.map(WorkflowRun), None),
            None => (None, None),
        };
        Ok(Some(Cause { workflow_run, ticket, depth }))
    }
}

/// The id of a log row on the wire: a message's or note's own, else an entry's.
#[must_use]
pub fn wire_id(kind: EventKind, id: EventId) -> String {
    match kind {
        EventKind::Message => id.to_wire("message"),
        EventKind::Note => id.to_wire("note"),
        _ => id.to_wire(EventId::PREFIX),
    }
}

/// What was deleted in between, which nothing here ever is.
fn gone() -> async_graphql::Error {
    coded("INTERNAL", "internal error")
}

/// Makes the type of one kind of entry: the fields that all have, and its own.
macro_rules! entry_type {
    ($(#[$doc:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub $crate::graphql::types::entry::Entry);

        $(#[$doc])*
        #[async_graphql::Object]
        impl $name {
            /// Its id; the id of a message or note is its own.
            pub async fn id(&self) -> async_graphql::ID {
                self.0.id()
            }

            /// The conversation it belongs to, as it now is.
            pub async fn conversation(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<$crate::graphql::types::conversation::Conversation> {
                self.0.conversation(ctx).await
            }

            /// The conversation's version that this entry made.
            pub async fn version(&self) -> i32 {
                self.0.version()
            }

            /// Its position in the log: follow on from here.
            pub async fn cursor(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<$crate::graphql::scalar::EventCursor> {
                self.0.cursor(ctx)
            }

            /// What it tells.
            pub async fn kind(&self) -> async_graphql::Result<$crate::graphql::types::enums::TimelineKind> {
                self.0.kind()
            }

            /// Who did it.
            pub async fn actor(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<$crate::graphql::types::actor::Actor> {
                self.0.actor(ctx).await
            }

            /// When it happened, in UTC, to the microsecond.
            pub async fn at(&self) -> $crate::graphql::scalar::DateTime {
                self.0.row.at.into()
            }

            /// What made the actor do it; null for what they did of themselves.
            pub async fn cause(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> async_graphql::Result<Option<$crate::graphql::types::cause::Cause>> {
                self.0.cause(ctx).await
            }

            $($own)*
        }
    };
}
use entry_type;
