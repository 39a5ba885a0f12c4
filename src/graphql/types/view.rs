//! Which list of conversations, whose, and in which order.

use async_graphql::{Enum, InputObject};

use crate::domain::view;

/// Which list of conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "view::View")]
pub enum ConversationView {
    /// Open conversations.
    Inbox,
    /// Conversations that are asleep until a time or the customer's reply.
    Snoozed,
    /// Closed conversations.
    History,
    /// Conversations that are marked as spam.
    Spam,
    /// Conversations in any state.
    #[default]
    All,
}

/// Whose conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "view::Whose")]
pub enum InboxScope {
    /// Those assigned to the viewer. There are none for integrations.
    Mine,
    /// Those without an agent, whether or not a team is set.
    Unassigned,
    /// Those the viewer follows. There are none for integrations.
    Following,
    /// Those of which a note that wasn't deleted names the viewer, directly or through a team. There are none for integrations, nor
    /// without NOTES_READ.
    Mentioned,
    /// Those the viewer began. There are none for integrations.
    CreatedByMe,
    /// Anybody's and nobody's.
    #[default]
    All,
}

/// What a list of conversations is sorted by. Ties are sorted by id, in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "view::Sort")]
pub enum ConversationSort {
    /// By `lastActivityAt`.
    LastActivity,
    /// By `createdAt`.
    Created,
    /// By `updatedAt`.
    Updated,
    /// By `waitingSince`. Conversations whose customer doesn't wait count as later than all others.
    WaitingSince,
    /// By priority, from LOW to URGENT. No priority counts as lower than LOW.
    Priority,
    /// By the time until which they sleep. Conversations without such a time count as later than all others.
    SnoozedUntil,
    /// By `closedAt`. Conversations that aren't closed count as earlier than all others.
    ClosedAt,
}

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum SortDirection {
    /// The earliest or smallest first.
    Asc,
    /// The latest or greatest first.
    #[default]
    Desc,
}

/// An order of a list of conversations. Cursors of one order are `BAD_REQUEST` in another.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct ConversationOrder {
    /// What the list is sorted by.
    pub by: ConversationSort,
    /// Which way it is sorted.
    #[graphql(default)]
    pub direction: SortDirection,
}

impl From<ConversationOrder> for view::Order {
    fn from(order: ConversationOrder) -> Self {
        Self { by: order.by.into(), descending: order.direction == SortDirection::Desc }
    }
}
