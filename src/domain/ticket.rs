//! Tickets: tracked issues that need more than a quick reply (semantics §11).
//!
//! Owns what a ticket is and how each of its changes is one log row. How it is created and edited stands in the files beside; what
//! linking means to a conversation in `action`.

pub mod create;
pub mod edit;
pub mod filter;
pub mod known;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::enums::{Priority, TicketStatus};
use entity::ids::{AgentId, ConversationId, EventId, TagId, TeamId, TicketId};

use super::actor::Actor;
use super::change::Moment;
use super::fact::Fact;
use super::rejection::Rejection;
use super::{input, limits};

/// One tracked issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Id.
    pub id: TicketId,
    /// Human number; 0 until the log's head has given it one.
    pub number: i64,
    /// What it is about.
    pub title: String,
    /// The whole story.
    pub description: Option<String>,
    /// How far it is.
    pub status: TicketStatus,
    /// Priority.
    pub priority: Option<Priority>,
    /// Assigned agent.
    pub assignee: Option<AgentId>,
    /// Assigned team.
    pub team: Option<TeamId>,
    /// Tags.
    pub tags: BTreeSet<TagId>,
    /// What it is called elsewhere, and where it is to be seen there.
    pub refs: BTreeMap<RefKey, Option<String>>,
    /// The message it came from.
    pub origin: Option<EventId>,
    /// How many conversations are linked.
    pub conversations: i32,
    /// Who created it.
    pub created_by: Actor,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Its newest change.
    pub updated_at: DateTime<Utc>,
    /// When it was resolved; none while it isn't.
    pub resolved_at: Option<DateTime<Utc>>,
    /// One for every log row of it.
    pub version: i32,
}

/// What a ticket is called in another system; the pair names at most one ticket. Compared as it is spelled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefKey {
    /// The other system.
    pub system: String,
    /// Its key there.
    pub key: String,
}

impl RefKey {
    /// Trims both and refuses what can't be kept.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID`, `TOO_LONG`.
    pub fn checked(system: &str, key: &str) -> Result<Self, Rejection> {
        Ok(Self {
            system: input::required("system", system, limits::NAME)?,
            key: input::required("key", key, limits::NAME)?,
        })
    }
}

/// One log row of a ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its id.
    pub id: EventId,
    /// What happened.
    pub fact: Fact,
    /// When and by whom.
    pub moment: Moment,
}

/// What a change of a ticket stores beside its row and its log rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// A conversation is linked, or linked otherwise than before.
    Link {
        /// Which.
        conversation: ConversationId,
        /// Whether it comes back when the ticket is resolved.
        reopen_on_resolve: bool,
    },
    /// A conversation is linked no longer.
    Unlink(ConversationId),
    /// It is called like this elsewhere, and to be seen there; what isn't called so any longer was taken away before.
    Ref(RefKey, Option<String>),
    /// It is no longer called like this.
    Unref(RefKey),
    /// Tags that nothing ever had before.
    FirstTagged(Vec<TagId>),
}

/// A decided change of a ticket: the ticket as it will be, and the log rows that say so.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketChange {
    /// The ticket as it will be.
    pub ticket: Ticket,
    /// Its log rows, in order; none = nothing changes.
    pub records: Vec<Record>,
    /// What is stored beside them.
    pub beside: Vec<Beside>,
}

impl TicketChange {
    /// No change yet to a ticket.
    #[must_use]
    pub fn of(ticket: Ticket) -> Self {
        Self { ticket, records: Vec::new(), beside: Vec::new() }
    }

    /// Whether the ticket begins with this change.
    #[must_use]
    pub fn begins(&self) -> bool {
        matches!(self.records.first(), Some(Record { fact: Fact::TicketCreated, .. }))
    }

    /// Records a fact.
    pub fn record(&mut self, fact: Fact, moment: &Moment) {
        self.ticket.version += 1;
        self.ticket.updated_at = self.ticket.updated_at.max(moment.now);
        self.records.push(Record { id: EventId::new(moment.now), fact, moment: *moment });
    }

    /// Links a conversation, new or otherwise than before.
    pub fn link(&mut self, conversation: ConversationId, reopen_on_resolve: bool, is_new: bool, moment: &Moment) {
        self.ticket.conversations += i32::from(is_new);
        self.record(Fact::TicketLinkChanged { conversation, linked: true, reopen_on_resolve }, moment);
        self.beside.push(Beside::Link { conversation, reopen_on_resolve });
    }

    /// Unlinks a linked conversation.
    pub fn unlink(&mut self, conversation: ConversationId, moment: &Moment) {
        self.ticket.conversations -= 1;
        self.record(Fact::TicketLinkChanged { conversation, linked: false, reopen_on_resolve: false }, moment);
        self.beside.push(Beside::Unlink(conversation));
    }
}
