//! Everything that can have happened.
//!
//! Owns the log's vocabulary: closed, serde-tagged, append-only. A stored fact is never respelled; texts never stand in it.

use chrono::{DateTime, Utc};
use entity::enums::{
    AssignmentReason, CloseReason, ConversationState, DeliveryStatus, EventKind, LinkKind, MessageDirection, Priority,
    ReopenReason, SpamReason, TicketStatus, WakeReason,
};
use entity::ids::{AgentId, ConversationId, EventId, TagId, TeamId, TicketId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::conversation::Snooze;

/// One thing that happened, without texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Fact {
    /// A conversation began.
    Created {
        /// Why it is a new one, in one sentence.
        routing_reason: String,
        /// Set when it begins in spam.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spam: Option<SpamReason>,
    },
    /// A message, whose text stands beside the log under the same id.
    Message {
        /// Which way it went.
        direction: MessageDirection,
        /// An automatic reply, bounce or receipt.
        automatic: bool,
    },
    /// Agent or team changed.
    Assigned {
        /// Agent before.
        from_agent: Option<AgentId>,
        /// Agent after.
        to_agent: Option<AgentId>,
        /// Team before.
        from_team: Option<TeamId>,
        /// Team after.
        to_team: Option<TeamId>,
        /// Why.
        reason: AssignmentReason,
    },
    /// An internal note, whose text and mentions stand beside the log under the same id.
    Note {
        /// The agents it names, directly or through a team, in id order.
        named: Vec<AgentId>,
    },
    /// Tags were added or removed.
    Tagged {
        /// Added, in id order.
        added: Vec<TagId>,
        /// Removed, in id order.
        removed: Vec<TagId>,
    },
    /// The priority changed.
    Prioritized {
        /// Before.
        from: Option<Priority>,
        /// After.
        to: Option<Priority>,
    },
    /// Snoozed, or snoozed anew.
    Snoozed {
        /// How it slept before; none = it didn't.
        from: Option<Sleep>,
        /// How it sleeps now.
        to: Sleep,
    },
    /// Woke from snooze.
    Woken {
        /// Why.
        reason: WakeReason,
        /// When the clock had planned it; none when somebody woke it. Kept in a column of the log row.
        #[serde(skip)]
        scheduled_for: Option<DateTime<Utc>>,
    },
    /// Closed; the snooze, if any, is gone.
    Closed {
        /// Why.
        reason: CloseReason,
        /// When the clock had planned it; none when somebody closed it. Kept in a column of the log row.
        #[serde(skip)]
        scheduled_for: Option<DateTime<Utc>>,
    },
    /// Reopened.
    Reopened {
        /// Why.
        reason: ReopenReason,
    },
    /// Marked as spam.
    MarkedAsSpam {
        /// Why.
        reason: SpamReason,
        /// Whether the customer was blocked with it.
        blocked_sender: bool,
    },
    /// Restored from spam.
    Restored {
        /// The state it is in with this entry.
        to: ConversationState,
        /// Whether the customer was unblocked with it.
        unblocked_sender: bool,
    },
    /// An agent began to follow.
    Followed {
        /// Who.
        agent: AgentId,
    },
    /// An agent stopped following; their own act holds against following automatically.
    Unfollowed {
        /// Who.
        agent: AgentId,
    },
    /// Linked to another conversation.
    Linked {
        /// What the other end is to this one.
        link_kind: LinkKind,
        /// The other end.
        other: ConversationId,
    },
    /// No longer linked to another conversation.
    Unlinked {
        /// What the other end was to this one.
        link_kind: LinkKind,
        /// The other end.
        other: ConversationId,
    },
    /// Linked to a ticket, or linked otherwise than before.
    TicketLinked {
        /// The ticket.
        ticket: TicketId,
    },
    /// No longer linked to a ticket.
    TicketUnlinked {
        /// The ticket.
        ticket: TicketId,
    },
    /// The status of a linked ticket changed.
    TicketChanged {
        /// The ticket.
        ticket: TicketId,
        /// Its status before.
        from: TicketStatus,
        /// Its status after.
        to: TicketStatus,
    },
    /// Subject or attributes changed.
    Edited {
        /// The changed fields, spelled as in the API.
        fields: Vec<String>,
    },
    /// A note's text or mentions changed.
    NoteEdited {
        /// The note.
        note: EventId,
        /// The agents it newly names, in id order.
        added: Vec<AgentId>,
        /// The agents whom no note of the conversation names any longer, in id order.
        gone: Vec<AgentId>,
    },
    /// A note was erased.
    NoteDeleted {
        /// The note.
        note: EventId,
        /// The agents whom no note of the conversation names any longer, in id order.
        gone: Vec<AgentId>,
    },
    /// The delivery of a message got on or failed.
    DeliveryChanged {
        /// The message.
        message: EventId,
        /// The agent who wrote it, if an agent did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        author: Option<AgentId>,
        /// How far it came.
        status: DeliveryStatus,
        /// Why it failed.
        error: Option<String>,
    },
    /// A ticket was created, open; one of its own log rows, like the two that follow.
    TicketCreated,
    /// A ticket changed, all but its links.
    TicketUpdated {
        /// The changed fields, spelled as in the API.
        fields: Vec<String>,
        /// Its status before, if that changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from_status: Option<TicketStatus>,
        /// Its status after, if that changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to_status: Option<TicketStatus>,
    },
    /// A conversation was linked to a ticket, linked otherwise than before, or unlinked.
    TicketLinkChanged {
        /// The conversation.
        conversation: ConversationId,
        /// Whether it is linked from then on.
        linked: bool,
        /// Whether the conversation comes back when the ticket is resolved.
        reopen_on_resolve: bool,
    },
    /// A set-up record was created or changed; shown in no timeline.
    Setup {
        /// Which kind of record.
        of: EventKind,
        /// What decides about access, before; none when it was created.
        before: Option<Value>,
        /// The same, after.
        after: Value,
    },
}

/// How long a conversation sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sleep {
    /// Until when; none = until the customer replies.
    pub until: Option<DateTime<Utc>>,
    /// Whether a customer's message wakes it.
    pub wake_on_reply: bool,
}

impl Sleep {
    /// How long a snooze lasts.
    #[must_use]
    pub fn of(snooze: Snooze) -> Self {
        Self { until: snooze.until, wake_on_reply: snooze.wake_on_reply }
    }
}

impl Fact {
    /// When the clock had planned it; none for what somebody did.
    #[must_use]
    pub fn scheduled_for(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Woken { scheduled_for, .. } | Self::Closed { scheduled_for, .. } => *scheduled_for,
            _ => None,
        }
    }

    /// The log row's kind.
    #[must_use]
    pub fn kind(&self) -> EventKind {
        match self {
            Self::Created { .. } => EventKind::Created,
            Self::Message { .. } => EventKind::Message,
            Self::Assigned { .. } => EventKind::Assigned,
            Self::Note { .. } => EventKind::Note,
            Self::Tagged { .. } => EventKind::Tagged,
            Self::Prioritized { .. } => EventKind::Prioritized,
            Self::Snoozed { .. } => EventKind::Snoozed,
            Self::Woken { .. } => EventKind::Woken,
            Self::Closed { .. } => EventKind::Closed,
            Self::Reopened { .. } => EventKind::Reopened,
            Self::MarkedAsSpam { .. } => EventKind::MarkedAsSpam,
            Self::Restored { .. } => EventKind::Restored,
            Self::Followed { .. } => EventKind::Followed,
            Self::Unfollowed { .. } => EventKind::Unfollowed,
            Self::Linked { .. } => EventKind::Linked,
            Self::Unlinked { .. } => EventKind::Unlinked,
            Self::TicketLinked { .. } => EventKind::TicketLinked,
            Self::TicketUnlinked { .. } => EventKind::TicketUnlinked,
            Self::TicketChanged { .. } => EventKind::TicketChanged,
            Self::TicketCreated => EventKind::TicketCreated,
            Self::TicketUpdated { .. } => EventKind::TicketUpdated,
            Self::TicketLinkChanged { .. } => EventKind::TicketLinkChanged,
            Self::Edited { .. } => EventKind::Edited,
            Self::NoteEdited { .. } => EventKind::NoteEdited,
            Self::NoteDeleted { .. } => EventKind::NoteDeleted,
            Self::DeliveryChanged { .. } => EventKind::DeliveryChanged,
            Self::Setup { of, .. } => *of,
        }
    }

    /// Whether it counts as moving on for `expectedVersion`: following and delivery don't.
    #[must_use]
    pub fn moves(&self) -> bool {
        !matches!(self, Self::Followed { .. } | Self::Unfollowed { .. } | Self::DeliveryChanged { .. })
    }
}
