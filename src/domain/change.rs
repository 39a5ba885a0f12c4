//! A decided change: the conversation as it will be, the entries that say so, and the texts beside them.
//!
//! Owns how entries are recorded. Nothing is written here: the service saves a change in one transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::enums::{DeliveryStatus, FollowChoice, LinkKind, MessageDirection, NotificationReason};
use entity::ids::{AgentId, ConversationId, EventId, RunId, TagId, TeamId, TicketId};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::actor::Actor;
use super::audience::{self, Claim, Whom};
use super::channel::Policy;
use super::conversation::Conversation;
use super::facets::Facets;
use super::fact::Fact;
use super::ticket::TicketChange;
use super::timer::{Moved, Timers};

/// When something is decided, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant, read after the lock; never before the conversation's newest entry.
    pub now: DateTime<Utc>,
    /// What the clock shows: before `now` where it was set back. Times that lie ahead are counted and judged from here.
    pub clock: DateTime<Utc>,
    /// Who acts.
    pub actor: Actor,
    /// What made them; none for a person's own act.
    pub cause: Option<Cause>,
}

/// What made somebody do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What it was.
    pub by: CausedBy,
    /// How many causes deep; 1 follows from a person's own act.
    pub depth: i16,
}

/// What can make somebody do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CausedBy {
    /// A ticket's change.
    Ticket(TicketId),
    /// A run of a workflow.
    Run(RunId),
}

impl CausedBy {
    /// How a ticket is stored as a cause.
    const TICKET: &'static str = "TICKET";
    /// How a run of a workflow is stored as a cause.
    const RUN: &'static str = "WORKFLOW_RUN";

    /// The stored pair of kind and id.
    #[must_use]
    pub fn stored(self) -> (&'static str, Uuid) {
        match self {
            Self::Ticket(id) => (Self::TICKET, id.0),
            Self::Run(id) => (Self::RUN, id.0),
        }
    }

    /// The cause a stored pair stands for; none for a kind this version doesn't know.
    #[must_use]
    pub fn of_stored(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            Self::TICKET => Some(Self::Ticket(TicketId(id))),
            Self::RUN => Some(Self::Run(RunId(id))),
            _ => None,
        }
    }
}

impl Moment {
    /// What the clock shows.
    #[must_use]
    pub fn of(clock: DateTime<Utc>, actor: Actor) -> Self {
        Self { now: clock, clock, actor, cause: None }
    }

    /// The same, made by something.
    #[must_use]
    pub fn because(self, by: CausedBy) -> Self {
        let depth = self.cause.map_or(1, |cause| cause.depth.saturating_add(1));
        Self { cause: Some(Cause { by, depth }), ..self }
    }

    /// The same, but never before this instant: a clock that steps back doesn't reorder a timeline.
    #[must_use]
    pub fn since(newest: DateTime<Utc>, clock: DateTime<Utc>, actor: Actor) -> Self {
        Self { now: clock.max(newest), clock, actor, cause: None }
    }
}

/// One entry to append.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: EventId,
    /// What happened.
    pub fact: Fact,
    /// When and by whom.
    pub moment: Moment,
    /// The conversation's version that it makes.
    pub version: i32,
    /// The facets before; none for the first entry.
    pub before: Option<Map<String, Value>>,
    /// The facets after.
    pub after: Map<String, Value>,
    /// Whom it concerns.
    pub claims: Vec<Claim>,
    /// Who is notified of it; settled before it is saved.
    pub notices: BTreeMap<AgentId, NotificationReason>,
}

/// The text of a message to store beside its entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageText {
    /// The entry's id.
    pub id: EventId,
    /// Which way it goes.
    pub direction: MessageDirection,
    /// An automatic reply, bounce or receipt.
    pub automatic: bool,
    /// Plain text.
    pub text: String,
    /// Cut at the limit.
    pub truncated: bool,
    /// Sanitised HTML.
    pub html: String,
    /// The medium's own id.
    pub external_id: Option<String>,
    /// Where to deliver it; none for inbound.
    pub recipient: Option<String>,
}

/// The text and mentions of a note to store beside its entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteText {
    /// The note's id.
    pub id: EventId,
    /// Plain text.
    pub text: String,
    /// The same as safe HTML.
    pub html: String,
    /// Whom it names, in order.
    pub mentions: Vec<Mention>,
}

/// Whom a note names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The agent or team.
    pub target: Mentionable,
    /// The agents it comes to, and whether each can be notified: active and with access.
    pub agents: BTreeMap<AgentId, bool>,
}

/// What a mention can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mentionable {
    /// An agent.
    Agent(AgentId),
    /// The active members of a team with access, without the author.
    Team(TeamId),
}

/// What else a change stores, beside the conversation's row and its entries.
#[derive(Clone, Debug, PartialEq)]
pub enum Aside {
    /// A message's text and, if it has an external id, its key.
    Message(MessageText),
    /// A follow; none = nothing is left of it.
    Follow(AgentId, Option<FollowChoice>),
    /// The conversation has got this subject, or another, or none.
    Subject,
    /// Tags on and off, and those of them that no conversation had before.
    Tags {
        /// On.
        added: Vec<TagId>,
        /// Off.
        removed: Vec<TagId>,
        /// Used for the first time.
        first: Vec<TagId>,
    },
    /// A note's text and mentions, new.
    Note(NoteText),
    /// A note's text and mentions, in the place of those before.
    NoteEdited(NoteText),
    /// A note is erased, and its unread notices are retracted.
    NoteErased(EventId),
    /// Agents whom its notes name now, and whom no longer.
    Mentioned {
        /// Now.
        added: Vec<AgentId>,
        /// No longer.
        gone: Vec<AgentId>,
    },
    /// The customer is blocked or unblocked.
    Block(bool),
    /// Whose turn it was in a team.
    Turn(TeamId, AgentId),
    /// This end of a link.
    Link(LinkKind, ConversationId),
    /// This end of a link is gone.
    Unlink(LinkKind, ConversationId),
    /// The delivery of a message.
    Delivery {
        /// The message.
        message: EventId,
        /// How far it came.
        status: DeliveryStatus,
        /// Why it failed.
        error: Option<String>,
        /// The medium's own id, if it is new.
        external_id: Option<String>,
    },
}

/// What a decision leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The conversation as it will be.
    pub conversation: Conversation,
    /// The entries, in order; none = nothing changes.
    pub entries: Vec<Entry>,
    /// What is stored beside them.
    pub asides: Vec<Aside>,
    /// Tickets that change with it, or begin.
    pub tickets: Vec<TicketChange>,
    /// How its timers move; none = nothing that they hang on was decided.
    pub timers: Option<Moved>,
}

impl Change {
    /// No change yet to a conversation.
    #[must_use]
    pub fn of(conversation: Conversation) -> Self {
        Self { conversation, entries: Vec::new(), asides: Vec::new(), tickets: Vec::new(), timers: None }
    }

    /// Whether the conversation begins with this change.
    #[must_use]
    pub fn begins(&self) -> bool {
        self.entries.first().is_some_and(|entry| entry.version == 1)
    }

    /// Its timers as they stand; nothing had set any before it began.
    #[must_use]
    pub fn timers_now(&self, policy: &Policy) -> Timers {
        match self.begins() && self.timers.is_none() {
            true => Timers::default(),
            false => Timers::of(&self.conversation, policy),
        }
    }

    /// Moves its timers from where they were to where they now belong.
    pub fn move_timers(&mut self, before: Timers, policy: &Policy) {
        let before = self.timers.map_or(before, |moved| moved.before);
        let closed = self.entries.iter().any(|entry| matches!(entry.fact, Fact::Closed { .. }));
        self.timers = Some(Moved { before, after: Timers::of(&self.conversation, policy), closed });
    }

    /// Records a fact under a fresh id.
    pub fn record(&mut self, fact: Fact, moment: &Moment) -> EventId {
        let id = EventId::new(moment.now);
        self.record_as(id, fact, moment);
        id
    }

    /// Records a fact under an id chosen before.
    pub fn record_as(&mut self, id: EventId, fact: Fact, moment: &Moment) {
        let before = (self.conversation.version > 0).then(|| Facets::of(&self.conversation).to_object());
        self.conversation.apply(&fact, id, moment);
        let after = Facets::of(&self.conversation).to_object();
        let claims = audience::of(&fact, &self.conversation);
        if matches!(fact, Fact::Assigned { to_agent: Some(_), .. }) {
            self.nobody_else_is_asked();
        }
        let version = self.conversation.version;
        let (moment, notices) = (*moment, BTreeMap::new());
        self.entries.push(Entry { id, fact, moment, version, before, after, claims, notices });
    }

    /// A team isn't told of what one of them has got in the same step.
    fn nobody_else_is_asked(&mut self) {
        for entry in &mut self.entries {
            entry.claims.retain(|claim| !matches!(claim.whom, Whom::MembersOf(_)));
        }
    }

    /// Records a message with its text.
    pub fn record_message(&mut self, message: MessageText, moment: &Moment) {
        let fact = Fact::Message { direction: message.direction, automatic: message.automatic };
        self.record_as(message.id, fact, moment);
        self.asides.push(Aside::Message(message));
    }

    /// Lets an agent follow, unless they do, chose not to, or there are as many followers as there may be.
    pub fn follow_automatically(&mut self, agent: AgentId, moment: &Moment) {
        let full = self.conversation.followers().count() >= super::limits::FOLLOWERS;
        if full || self.conversation.follows.contains_key(&agent) {
            return;
        }
        self.record_followed(agent, moment);
    }

    /// Records that an agent began to follow.
    pub fn record_followed(&mut self, agent: AgentId, moment: &Moment) {
        self.record(Fact::Followed { agent }, moment);
        self.asides.push(Aside::Follow(agent, Some(FollowChoice::Following)));
    }
}
