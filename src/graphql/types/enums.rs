//! The closed sets of values that conversations are described with.

use async_graphql::Enum;

/// Where a conversation stands: spam if it is marked, else closed, else snoozed, else open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::ConversationState")]
pub enum ConversationState {
    /// Being worked on; in the inbox.
    Open,
    /// Asleep until a time or the customer's reply; in the view SNOOZED.
    Snoozed,
    /// Done; in history until the customer writes again or somebody reopens it.
    Closed,
    /// Marked as spam; in the view SPAM, silent.
    Spam,
}

/// How urgent a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::Priority")]
pub enum Priority {
    /// It can wait.
    Low,
    /// It is nothing out of the ordinary.
    Medium,
    /// It should be dealt with soon.
    High,
    /// It should be dealt with now.
    Urgent,
}

/// Why a conversation was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::CloseReason")]
pub enum CloseReason {
    /// Somebody closed it.
    Resolved,
    /// The channel's policy closed it after a time without messages.
    AutoClosed,
}

/// Why a conversation is spam.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::SpamReason")]
pub enum SpamReason {
    /// Somebody marked it.
    Marked,
    /// A blocked customer began it.
    SenderBlocked,
}

/// Why the assignment changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::AssignmentReason")]
pub enum AssignmentReason {
    /// Somebody assigned it.
    Manual,
    /// Somebody claimed it with `onlyIfUnassigned`.
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
    /// It reopened while its agent was away, deactivated or without access to the channel.
    Reopened,
}

/// Why a snoozed conversation woke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::WakeReason")]
pub enum WakeReason {
    /// Its time came.
    Expired,
    /// The customer wrote.
    CustomerReplied,
    /// Somebody woke it.
    Manual,
    /// A ticket it is linked to with `reopenOnResolve` was resolved.
    TicketResolved,
}

/// Why a closed conversation reopened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::ReopenReason")]
pub enum ReopenReason {
    /// The customer wrote again.
    CustomerReplied,
    /// Somebody reopened it.
    Manual,
    /// Somebody snoozed it while it was closed: it reopened asleep.
    Snoozed,
    /// A ticket it is linked to with `reopenOnResolve` was resolved.
    TicketResolved,
}

/// How far a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::TicketStatus")]
pub enum TicketStatus {
    /// Nobody is at it.
    Open,
    /// Somebody is at it.
    InProgress,
    /// It is done.
    Resolved,
}

/// The medium of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::ChannelKind")]
pub enum ChannelKind {
    /// Electronic mail: answers find their conversation by what they answer or by its number in the subject.
    Email,
    /// Live chat: a customer's messages go on in their newest conversation.
    Chat,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::MessageDirection")]
pub enum MessageDirection {
    /// From the customer.
    Inbound,
    /// To the customer.
    Outbound,
}

/// How far an outbound message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::DeliveryStatus")]
pub enum DeliveryStatus {
    /// Waits for the channel's gateway.
    Queued,
    /// Handed to the medium.
    Sent,
    /// Reached the customer.
    Delivered,
    /// Will not arrive, for the reason in `error`.
    Failed,
}

/// What the other end of a link is to this conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::LinkKind")]
pub enum LinkKind {
    /// They have to do with each other; the same from both ends.
    Related,
    /// The other one is the parent of this one. Nothing is ever its own ancestor.
    Parent,
    /// The other one is a child of this one.
    Child,
    /// This one says the same as the other, which goes on.
    DuplicateOf,
    /// The other one says the same as this one, which goes on.
    DuplicatedBy,
    /// The other went before; this one goes on from it, made by routing.
    Continues,
    /// The other goes on from this one.
    ContinuedBy,
}

/// Whether the viewer follows a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum FollowState {
    /// Neither follows nor chose not to; always so for integrations.
    None,
    /// The agent follows it.
    Following,
    /// Left by their own choice; never followed automatically again.
    Unfollowed,
}

/// What may be done to a conversation, by the rules that decide the mutations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::domain::action::ActionKind")]
pub enum ConversationActionKind {
    /// Assign it, by `assignConversation`.
    Assign,
    /// Put tags on it, by `addTags`.
    AddTags,
    /// Take tags off it, by `removeTags`.
    RemoveTags,
    /// Set its priority or take it away, by `setPriority`.
    SetPriority,
    /// Note something for the team, by `addNote`.
    AddNote,
    /// Write to the customer, by `reply`.
    Reply,
    /// Let it sleep until a time or a reply, by `snoozeConversation`.
    Snooze,
    /// Wake it, by `wakeConversation`.
    Wake,
    /// Close it, by `closeConversation`.
    Close,
    /// Reopen it, by `reopenConversation`.
    Reopen,
    /// Mark it as spam, by `markAsSpam`.
    MarkAsSpam,
    /// Restore it, by `restoreFromSpam`.
    RestoreFromSpam,
    /// Let agents follow it, by `addFollowers`.
    AddFollowers,
    /// Stop agents from following it, by `removeFollowers`.
    RemoveFollowers,
    /// Create a ticket from it, by `createTicket`.
    CreateTicket,
    /// Link it to a ticket, by `linkTicket`.
    LinkTicket,
}

/// What a timeline entry tells. The type of the entry follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TimelineKind {
    /// A message from or to the customer: `Message`.
    Message,
    /// An internal note: `Note`.
    Note,
    /// The conversation began: `CreatedEntry`.
    Created,
    /// Agent or team changed: `AssignedEntry`.
    Assigned,
    /// Tags were added or removed: `TaggedEntry`.
    Tagged,
    /// The priority changed: `PrioritizedEntry`.
    Prioritized,
    /// Snoozed, or snoozed anew: `SnoozedEntry`.
    Snoozed,
    /// Woke from snooze: `WokenEntry`.
    Woken,
    /// Closed: `ClosedEntry`.
    Closed,
    /// Reopened: `ReopenedEntry`.
    Reopened,
    /// Marked as spam: `MarkedAsSpamEntry`.
    MarkedAsSpam,
    /// Restored from spam: `RestoredEntry`.
    Restored,
    /// An agent began to follow: `FollowEntry`.
    Followed,
    /// An agent stopped following, or chose never to begin by itself: `FollowEntry`.
    Unfollowed,
    /// Linked to a ticket, or linked otherwise than before: `TicketEntry`.
    TicketLinked,
    /// No longer linked to a ticket: `TicketEntry`.
    TicketUnlinked,
    /// The status of a linked ticket changed: `TicketEntry`.
    TicketChanged,
    /// Linked to another conversation: `LinkEntry`.
    Linked,
    /// No longer linked to another conversation: `LinkEntry`.
    Unlinked,
    /// Subject or attributes changed: `EditedEntry`.
    Edited,
    /// A note got another text or names others: `NoteChangedEntry`.
    NoteEdited,
    /// A note was erased: `NoteChangedEntry`.
    NoteDeleted,
    /// A message's delivery got on or failed: `DeliveryEntry`.
    DeliveryChanged,
}

impl TimelineKind {
    /// The log's kind.
    #[must_use]
    pub fn stored(self) -> entity::enums::EventKind {
        use entity::enums::EventKind as Kind;
        match self {
            Self::Message => Kind::Message,
            Self::Note => Kind::Note,
            Self::Created => Kind::Created,
            Self::Assigned => Kind::Assigned,
            Self::Tagged => Kind::Tagged,
            Self::Prioritized => Kind::Prioritized,
            Self::Snoozed => Kind::Snoozed,
            Self::Woken => Kind::Woken,
            Self::Closed => Kind::Closed,
            Self::Reopened => Kind::Reopened,
            Self::MarkedAsSpam => Kind::MarkedAsSpam,
            Self::Restored => Kind::Restored,
            Self::Followed => Kind::Followed,
            Self::Unfollowed => Kind::Unfollowed,
            Self::TicketLinked => Kind::TicketLinked,
            Self::TicketUnlinked => Kind::TicketUnlinked,
            Self::TicketChanged => Kind::TicketChanged,
            Self::Linked => Kind::Linked,
            Self::Unlinked => Kind::Unlinked,
            Self::Edited => Kind::Edited,
            Self::NoteEdited => Kind::NoteEdited,
            Self::NoteDeleted => Kind::NoteDeleted,
            Self::DeliveryChanged => Kind::DeliveryChanged,
        }
    }

    /// The timeline's kind of a log row; none for rows that no timeline shows.
    #[must_use]
    pub fn of(kind: entity::enums::EventKind) -> Option<Self> {
        use entity::enums::EventKind as Kind;
        match kind {
            Kind::Message => Some(Self::Message),
            Kind::Note => Some(Self::Note),
            Kind::Created => Some(Self::Created),
            Kind::Assigned => Some(Self::Assigned),
            Kind::Tagged => Some(Self::Tagged),
            Kind::Prioritized => Some(Self::Prioritized),
            Kind::Snoozed => Some(Self::Snoozed),
            Kind::Woken => Some(Self::Woken),
            Kind::Closed => Some(Self::Closed),
            Kind::Reopened => Some(Self::Reopened),
            Kind::MarkedAsSpam => Some(Self::MarkedAsSpam),
            Kind::Restored => Some(Self::Restored),
            Kind::Followed => Some(Self::Followed),
            Kind::Unfollowed => Some(Self::Unfollowed),
            Kind::TicketLinked => Some(Self::TicketLinked),
            Kind::TicketUnlinked => Some(Self::TicketUnlinked),
            Kind::TicketChanged => Some(Self::TicketChanged),
            Kind::Linked => Some(Self::Linked),
            Kind::Unlinked => Some(Self::Unlinked),
            Kind::Edited => Some(Self::Edited),
            Kind::NoteEdited => Some(Self::NoteEdited),
            Kind::NoteDeleted => Some(Self::NoteDeleted),
            Kind::DeliveryChanged => Some(Self::DeliveryChanged),
            _ => None,
        }
    }
}
