//! What happened to conversations, as feeds tell it.

use async_graphql::SimpleObject;

use super::conversation::Conversation;
use super::entry::TimelineEntry;
use crate::graphql::scalar::EventCursor;

/// One committed entry, and the conversation as it stands when delivered: its version is at least the entry's.
#[derive(Clone, SimpleObject)]
pub struct ConversationChange {
    /// The entry's position in the log: follow on from here once it is dealt with.
    pub cursor: EventCursor,
    /// The conversation as it now is.
    pub conversation: Conversation,
    /// The entry.
    pub entry: TimelineEntry,
}

/// A page of what happened.
#[derive(Clone, SimpleObject)]
pub struct ConversationChangePage {
    /// What happened, oldest first. With a filter it may be fewer than asked for although more follow.
    pub nodes: Vec<ConversationChange>,
    /// Follow on from here: pass it as `after` once all of this page is dealt with.
    pub end_cursor: EventCursor,
    /// Whether more had happened when this was read.
    pub has_more: bool,
}
