//! The views: which list, whose conversations, in which order.
//!
//! Owns which states a view shows and the order it has unless another is asked for (semantics §2, §9).

use entity::enums::ConversationState;
use entity::ids::AgentId;

use super::facets::Facets;
use super::permission::Viewer;

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// Open conversations.
    Inbox,
    /// Sleeping ones.
    Snoozed,
    /// Closed ones.
    History,
    /// Spam.
    Spam,
    /// Any.
    All,
}

/// Whose conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// Assigned to the viewer; nobody's for integrations.
    Mine,
    /// Without an agent, whether or not a team is set.
    Unassigned,
    /// Followed by the viewer; none for integrations.
    Following,
    /// Naming the viewer in a note; none for integrations, nor for who may not read notes.
    Mentioned,
    /// Begun by the viewer; none for integrations.
    CreatedByMe,
    /// Anybody's.
    All,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Newest message, reopening, waking or restoring.
    LastActivity,
    /// When it began.
    Created,
    /// Newest entry.
    Updated,
    /// Since when the customer waits; who doesn't wait counts as waiting since the end of time.
    WaitingSince,
    /// Priority; none is the lowest.
    Priority,
    /// When it wakes; without a time counts as the end of time.
    SnoozedUntil,
    /// When it was closed; not closed counts as the beginning of time.
    ClosedAt,
}

/// An order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// What it is sorted by; ties by id.
    pub by: Sort,
    /// The greatest first.
    pub descending: bool,
}

impl View {
    /// The states it shows.
    #[must_use]
    pub fn states(self) -> &'static [ConversationState] {
        use ConversationState::{Closed, Open, Snoozed, Spam};
        match self {
            Self::Inbox => &[Open],
            Self::Snoozed => &[Snoozed],
            Self::History => &[Closed],
            Self::Spam => &[Spam],
            Self::All => &[Open, Snoozed, Closed, Spam],
        }
    }

    /// Whether a moment of a conversation is in this view of these people's, as far as a viewer's own conversations and notes exist for
    /// them.
    #[must_use]
    pub fn holds(self, whose: Whose, viewer: &Viewer, facets: &Facets) -> bool {
        let own = |mine: &dyn Fn(AgentId) -> bool| viewer.agent().is_some_and(mine);
        self.states().contains(&facets.state)
            && match whose {
                Whose::Mine => own(&|me| facets.assignee == Some(me)),
                Whose::Unassigned => facets.assignee.is_none(),
                Whose::Following => own(&|me| facets.followers.contains(&me)),
                Whose::Mentioned => viewer.mentioned().is_some_and(|me| facets.mentioned.contains(&me)),
                Whose::CreatedByMe => own(&|me| facets.created_by == Some(me)),
                Whose::All => true,
            }
    }

    /// The order it has unless another is asked for: next to wake first, last closed first, else newest activity first.
    #[must_use]
    pub fn order(self) -> Order {
        match self {
            Self::Snoozed => Order { by: Sort::SnoozedUntil, descending: false },
            Self::History => Order { by: Sort::ClosedAt, descending: true },
            Self::Inbox | Self::Spam | Self::All => Order { by: Sort::LastActivity, descending: true },
        }
    }
}
