//! The conversation as the rules see it.
//!
//! Owns the state (semantics §2) and what can be read off it. How facts move it stands in `apply`; its row in `entity`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::enums::{CloseReason, ConversationState, FollowChoice, Priority, SpamReason};
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId, EventId, TagId, TeamId, TicketId};
use serde_json::{Map, Value};

use super::actor::Actor;

/// The version that a conversation's first message makes: its beginning is the one before.
pub const FIRST_MESSAGE: i32 = 2;

/// One thread with one customer on one channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    /// Id.
    pub id: ConversationId,
    /// Human number; 0 until the log's head has given it one.
    pub number: i64,
    /// Channel.
    pub channel: ChannelId,
    /// Customer.
    pub customer: CustomerId,
    /// Subject.
    pub subject: Option<String>,
    /// Free attributes.
    pub attributes: Map<String, Value>,
    /// Closed, or open when none.
    pub closed: Option<Closed>,
    /// The snooze overlay.
    pub snooze: Option<Snooze>,
    /// The spam overlay.
    pub spam: Option<Spam>,
    /// Priority.
    pub priority: Option<Priority>,
    /// Assigned agent.
    pub assignee: Option<AgentId>,
    /// Assigned team.
    pub team: Option<TeamId>,
    /// Tags.
    pub tags: BTreeSet<TagId>,
    /// Tickets it is linked to.
    pub tickets: BTreeSet<TicketId>,
    /// Who chose to follow or not to.
    pub follows: BTreeMap<AgentId, FollowChoice>,
    /// Whom its notes name, directly or through a team.
    pub mentioned: BTreeSet<AgentId>,
    /// Since when the customer waits for an answer.
    pub waiting_since: Option<DateTime<Utc>>,
    /// How many messages it has.
    pub message_count: i32,
    /// The version that its newest customer message made: who has read less far hasn't read it. 0 = there is none.
    pub unread_version: i32,
    /// The newest message and its time.
    pub last_message: Option<(EventId, DateTime<Utc>)>,
    /// Who began it.
    pub created_by: Actor,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// Its newest entry.
    pub updated_at: DateTime<Utc>,
    /// Its newest message, reopening, waking or restoring.
    pub last_activity_at: DateTime<Utc>,
    /// From when its auto-close clock runs: the last message that isn't automatic, waking, reopening or restoring.
    pub restarted_at: DateTime<Utc>,
    /// One for every entry; 0 before the first.
    pub version: i32,
    /// The last version that wasn't of following or delivery.
    pub moved_version: i32,
}

/// How it was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Why.
    pub reason: CloseReason,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Actor,
}

/// How it was snoozed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snooze {
    /// Until when; none = until the customer replies.
    pub until: Option<DateTime<Utc>>,
    /// Whether a customer message wakes it.
    pub wake_on_reply: bool,
    /// When it was snoozed.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Actor,
}

/// How it became spam.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spam {
    /// Why.
    pub reason: SpamReason,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Actor,
    /// Whether a customer's message arrived since.
    pub arrived: bool,
}

impl Conversation {
    /// The shown state: spam, else closed, else snoozed, else open.
    #[must_use]
    pub fn state(&self) -> ConversationState {
        if self.spam.is_some() {
            ConversationState::Spam
        } else if self.closed.is_some() {
            ConversationState::Closed
        } else if self.snooze.is_some() {
            ConversationState::Snoozed
        } else {
            ConversationState::Open
        }
    }

    /// Whose open work it is; none unless it is open and has an agent.
    #[must_use]
    pub fn work_of(&self) -> Option<AgentId> {
        self.assignee.filter(|_| self.state() == ConversationState::Open)
    }

    /// Who follows it, in id order.
    pub fn followers(&self) -> impl Iterator<Item = AgentId> {
        self.follows.iter().filter(|(_, choice)| **choice == FollowChoice::Following).map(|(agent, _)| *agent)
    }

    /// Whether it moved on since the version a caller last saw (semantics §13.2). A version it hasn't reached is a conflict too.
    #[must_use]
    pub fn moved_since(&self, expected: i32) -> bool {
        expected < self.moved_version || expected > self.version
    }
}
