//! The stored spellings of every closed set of values.
//!
//! Owns how a value is written in the database and in log payloads. Spellings are append-only: a stored row never changes its
//! meaning. Rules about the values live in the `domain` of the server, their GraphQL descriptions in its `graphql`.

mod event_kind;
mod workflow;

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

pub use self::event_kind::EventKind;
pub use self::workflow::{WorkflowMode, WorkflowTrigger};

/// What an agent may do beyond working conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AgentRole {
    /// Sees everything and manages people, channels and tokens.
    Admin,
    /// Works the conversations of the channels they have access to.
    Agent,
}

/// Whether an agent takes new work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Availability {
    /// At work.
    Online,
    /// Away: keeps what is assigned, gets nothing new by itself.
    Away,
}

/// How a team hands a conversation without an agent to one of its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AutoAssignment {
    /// Not at all.
    Off,
    /// In turn.
    RoundRobin,
    /// To the member with the fewest open conversations.
    LeastBusy,
}

/// The medium of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChannelKind {
    /// Electronic mail.
    Email,
    /// Live chat.
    Chat,
}

/// Who sees a channel and its conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChannelVisibility {
    /// Every agent.
    Everyone,
    /// Named agents and members of named teams, and admins.
    Restricted,
}

/// The stored half of a conversation's state; snooze and spam lie over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConversationStatus {
    /// Being worked on.
    Open,
    /// Done, until the customer writes again.
    Closed,
}

/// The shown state of a conversation: spam, else closed, else snoozed, else open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConversationState {
    /// In the inbox.
    Open,
    /// Asleep until a time or a reply.
    Snoozed,
    /// In history.
    Closed,
    /// In the spam view.
    Spam,
}

/// Why a conversation was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CloseReason {
    /// Somebody closed it.
    Resolved,
    /// The channel's policy closed it.
    AutoClosed,
}

/// How urgent a conversation is. Stored as a number so that it sorts; no priority is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Priority {
    /// Can wait.
    Low,
    /// Ordinary.
    Medium,
    /// Soon.
    High,
    /// Now.
    Urgent,
}

impl Priority {
    /// The stored number of a priority or of none.
    #[must_use]
    pub fn rank(priority: Option<Self>) -> i16 {
        match priority {
            None => 0,
            Some(Self::Low) => 1,
            Some(Self::Medium) => 2,
            Some(Self::High) => 3,
            Some(Self::Urgent) => 4,
        }
    }

    /// The priority a stored number stands for; anything unknown is none.
    #[must_use]
    pub fn of_rank(rank: i16) -> Option<Self> {
        match rank {
            1 => Some(Self::Low),
            2 => Some(Self::Medium),
            3 => Some(Self::High),
            4 => Some(Self::Urgent),
            _ => None,
        }
    }
}

/// Whether an agent follows a conversation. No row stands for neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FollowChoice {
    /// Follows.
    Following,
    /// Left by their own choice; never followed automatically again.
    Unfollowed,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MessageDirection {
    /// From the customer.
    Inbound,
    /// To the customer.
    Outbound,
}

/// How far an outbound message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeliveryStatus {
    /// Waits for the gateway.
    Queued,
    /// Handed to the medium.
    Sent,
    /// Reached the customer.
    Delivered,
    /// Will not arrive.
    Failed,
}

/// Why a conversation is spam.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SpamReason {
    /// Somebody marked it.
    Marked,
    /// It was begun by a blocked customer.
    SenderBlocked,
}

/// Why an agent is notified; the strongest reason counts.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationReason {
    /// A note names them.
    Mention,
    /// It is, or was just, assigned to them.
    Assigned,
    /// It was assigned to a team of theirs, and to nobody of it.
    TeamAssigned,
    /// They follow it.
    Following,
}

/// What a row of the search index is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SearchKind {
    /// A message's text.
    Message,
    /// An internal note's text.
    Note,
    /// A conversation's subject.
    Subject,
    /// A customer's name and e-mail address.
    Customer,
    /// A ticket's title, description and keys in other systems.
    Ticket,
}

/// What a sweep goes through conversations for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SweepKind {
    /// An agent was deactivated.
    AgentDeactivated,
    /// An agent left a team.
    MemberRemoved,
    /// An agent may have lost access to channels.
    AgentAccess,
    /// Agents may have lost access to a channel.
    ChannelAccess,
    /// A team was deleted.
    TeamDeleted,
    /// A channel closes conversations by time otherwise than before.
    PolicyChanged,
}

/// What the clock will do to a conversation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TimerKind {
    /// Wake it from snooze.
    Wake,
    /// Close it, because nothing was written for long enough.
    AutoClose,
}

/// What kind of principal acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActorKind {
    /// A person of the organisation.
    Agent,
    /// The person outside.
    Customer,
    /// A machine with a token of its own.
    Integration,
    /// A workflow.
    Workflow,
    /// Time alone.
    Clock,
}

/// Why the assignment changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AssignmentReason {
    /// Somebody assigned it.
    Manual,
    /// An agent claimed it with `onlyIfUnassigned`.
    Claimed,
    /// Its team handed it to a member by itself.
    AutoAssigned,
    /// A workflow assigned it.
    Workflow,
    /// The agent left the team it was assigned through.
    MemberRemoved,
    /// The agent can't see the channel any longer.
    AccessLost,
    /// The agent was deactivated.
    AgentDeactivated,
    /// The team was deleted.
    TeamDeleted,
    /// It reopened while its agent was away, inactive or without access.
    Reopened,
}

/// Why a snoozed conversation woke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WakeReason {
    /// Its time came.
    Expired,
    /// The customer wrote.
    CustomerReplied,
    /// Somebody woke it.
    Manual,
    /// A ticket it waited for was resolved.
    TicketResolved,
}

/// Why a closed conversation reopened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReopenReason {
    /// The customer wrote again.
    CustomerReplied,
    /// Somebody reopened it.
    Manual,
    /// Somebody snoozed it while it was closed.
    Snoozed,
    /// A ticket it waited for was resolved.
    TicketResolved,
}

/// How far a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TicketStatus {
    /// Nobody is at it.
    Open,
    /// Somebody is at it.
    InProgress,
    /// It is done.
    Resolved,
}

/// What the other end of a link is to this conversation. Stored once, from the end that was written first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LinkKind {
    /// It has to do with this one.
    Related,
    /// This one is a part of it.
    Parent,
    /// It is a part of this one.
    Child,
    /// This one says the same as it.
    DuplicateOf,
    /// It says the same as this one.
    DuplicatedBy,
    /// The other conversation went before this one.
    Continues,
    /// The other conversation went on from this one.
    ContinuedBy,
}

/// What a token may be used for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Scope {
    /// Read conversations, timelines without notes, feeds.
    ConversationsRead,
    /// Manage conversations.
    ConversationsWrite,
    /// Read internal notes.
    NotesRead,
    /// Hand in customers' messages.
    MessagesReceive,
    /// Send messages and report on their delivery.
    MessagesSend,
    /// Read tickets.
    TicketsRead,
    /// Change tickets.
    TicketsWrite,
    /// Read customers' data.
    CustomersRead,
    /// Change customers' data.
    CustomersWrite,
    /// Manage people, channels and tokens.
    Admin,
}
