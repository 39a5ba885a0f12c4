//! How conversations move against views, as streams tell it.

use async_graphql::{Enum, SimpleObject};

use super::conversation::Conversation;
use crate::domain::interest;
use crate::graphql::scalar::EventCursor;

/// How a change moved a conversation in or out of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "interest::Movement")]
pub enum ViewChangeKind {
    /// It wasn't in the view before and is now.
    Entered,
    /// It was in the view before and still is; something about it has changed, perhaps its place in the view's order.
    Updated,
    /// It was in the view before and no longer is.
    Left,
}

/// One change of a conversation that is or was in a view.
#[derive(Clone, SimpleObject)]
pub struct ViewChange {
    /// The position in the log of the entry that did it: follow on from here once it is dealt with.
    pub cursor: EventCursor,
    /// How it moved.
    pub kind: ViewChangeKind,
    /// The conversation as it now is: it may have moved on, in which case another change follows.
    pub conversation: Conversation,
}
