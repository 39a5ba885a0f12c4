//! What a subscription follows, and whether an entry of the log is told to it.
//!
//! Decides on what the entry itself keeps, so that following on from a cursor tells the same as having listened. What the viewer may
//! see is asked with the access they have when it is delivered.

use entity::enums::{ChannelKind, EventKind};
use entity::ids::{AgentId, ChannelId, ConversationId, TicketId};
use uuid::Uuid;

use super::facets::Facets;
use super::filter::Filter;
use super::permission::{ChannelAccess, Denied, Operation, Viewer};
use super::view::{View, Whose};

/// What a subscription follows.
#[derive(Clone, Debug, PartialEq)]
pub enum Interest {
    /// One conversation.
    Conversation {
        /// Which.
        id: ConversationId,
        /// Its channel, which never changes.
        channel: ChannelId,
    },
    /// The conversations that the viewer follows or is assigned to.
    Followed,
    /// All conversations, or those that fit.
    Conversations {
        /// What must fit as of the entry.
        filter: Option<Filter>,
        /// Of which kinds entries are told.
        kinds: Vec<EventKind>,
    },
    /// What comes into a view, changes in it, and leaves it.
    View {
        /// Which list.
        view: View,
        /// Whose conversations.
        whose: Whose,
        /// What must fit too.
        filter: Filter,
    },
    /// The viewer's notifications.
    Notifications,
    /// One ticket, or all.
    Tickets(Option<TicketId>),
}

/// How a conversation moved against a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Movement {
    /// It wasn't in the view, and now is.
    Entered,
    /// It was in the view and still is.
    Updated,
    /// It was in the view, and no longer is.
    Left,
}

/// What an interest tells of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// The entry itself: of a conversation or a ticket.
    Entry,
    /// How its conversation moved against the view.
    Moved(Movement),
}

/// An entry of the log as far as interests judge it.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// What.
    pub kind: EventKind,
    /// In which conversation.
    pub conversation: Option<ConversationId>,
    /// About what else.
    pub subject: Option<Uuid>,
    /// The conversation before and after; none of what isn't in a timeline.
    pub facets: Option<Turn>,
    /// The medium of the conversation's channel.
    pub channel_kind: Option<ChannelKind>,
}

/// A conversation before and after an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// Before; none for the first entry.
    pub before: Option<Facets>,
    /// After.
    pub after: Facets,
}

/// Why a subscription can't go on when its viewer's access has changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Lost {
    /// The right to the subscription.
    Right(Denied),
    /// The conversation it follows.
    Conversation,
    /// The view as it was read: it must be queried again.
    View,
}

impl Interest {
    /// The operation whose right it needs.
    #[must_use]
    pub fn operation(&self) -> Operation {
        match self {
            Self::Tickets(_) => Operation::ReadTickets,
            _ => Operation::ReadConversations,
        }
    }

    /// The same as far as the viewer may ask; to be taken anew when their access changes.
    #[must_use]
    pub fn within(&self, viewer: &Viewer) -> Self {
        match self {
            Self::Conversations { filter, kinds } => {
                let filter = filter.as_ref().map(|filter| filter.within(viewer));
                let kinds = kinds.iter().copied().filter(|kind| viewer.reads(*kind)).collect();
                Self::Conversations { filter, kinds }
            }
            Self::View { view, whose, filter } => {
                Self::View { view: *view, whose: *whose, filter: filter.within(viewer) }
            }
            other => other.clone(),
        }
    }

    /// What is told of an entry to a viewer, for whom the interest was narrowed before; none if nothing.
    #[must_use]
    pub fn tells(&self, viewer: &Viewer, entry: &Happened) -> Option<Told> {
        match self {
            Self::Tickets(which) => {
                let fits = entry.kind.is_of_tickets() && which.is_none_or(|id| entry.subject == Some(id.0));
                fits.then_some(Told::Entry)
            }
            Self::Notifications => None,
            Self::View { view, whose, filter } => {
                let turn = entry.facets.as_ref().filter(|turn| viewer.channels.sees(turn.after.channel))?;
                let holds =
                    |facets: &Facets| view.holds(*whose, viewer, facets) && filter.admits(facets, entry.channel_kind);
                moved(turn.before.as_ref().is_some_and(holds), holds(&turn.after)).map(Told::Moved)
            }
            Self::Conversation { .. } | Self::Followed | Self::Conversations { .. } => {
                self.tells_entry(viewer, entry).then_some(Told::Entry)
            }
        }
    }

    fn tells_entry(&self, viewer: &Viewer, entry: &Happened) -> bool {
        let Some(turn) = &entry.facets else { return self.tells_unread(viewer, entry) };
        let now = &turn.after;
        viewer.reads(entry.kind)
            && viewer.channels.sees(now.channel)
            && match self {
                Self::Conversation { id, .. } => entry.conversation == Some(*id),
                Self::Followed => viewer.agent().is_some_and(|me| is_with(now, me)),
                Self::Conversations { filter, kinds } => {
                    kinds.contains(&entry.kind)
                        && filter.as_ref().is_none_or(|filter| filter.admits(now, entry.channel_kind))
                }
                Self::View { .. } | Self::Notifications | Self::Tickets(_) => false,
            }
    }

    /// Of an entry whose facets this version can't read it is told rather than lost; its conversation is still read with the viewer's
    /// access.
    fn tells_unread(&self, viewer: &Viewer, entry: &Happened) -> bool {
        viewer.reads(entry.kind)
            && match self {
                Self::Conversation { id, .. } => entry.conversation == Some(*id),
                Self::Conversations { kinds, .. } => entry.conversation.is_some() && kinds.contains(&entry.kind),
                _ => false,
            }
    }

    /// Whether it goes on when its viewer's access has become another.
    ///
    /// # Errors
    /// What was lost.
    pub fn goes_on(&self, before: &Viewer, now: &Viewer) -> Result<(), Lost> {
        now.permit(self.operation()).map_err(Lost::Right)?;
        match self {
            Self::Conversation { channel, .. } if !now.channels.sees(*channel) => Err(Lost::Conversation),
            Self::View { .. } if !sees_the_same(before, now) => Err(Lost::View),
            _ => Ok(()),
        }
    }
}

/// Whether what exists for a viewer is what existed before.
fn sees_the_same(before: &Viewer, now: &Viewer) -> bool {
    let same_channels = match (&before.channels, &now.channels) {
        (ChannelAccess::Except(before), ChannelAccess::Except(now))
        | (ChannelAccess::Only(before), ChannelAccess::Only(now)) => {
            before.len() == now.len() && before.iter().all(|channel| now.contains(channel))
        }
        (before, now) => before == now,
    };
    same_channels && before.effective_scopes() == now.effective_scopes()
}

/// Follows it, or is assigned to it.
fn is_with(facets: &Facets, agent: AgentId) -> bool {
    facets.assignee == Some(agent) || facets.followers.contains(&agent)
}

fn moved(was: bool, is: bool) -> Option<Movement> {
    match (was, is) {
        (false, true) => Some(Movement::Entered),
        (true, true) => Some(Movement::Updated),
        (true, false) => Some(Movement::Left),
        (false, false) => None,
    }
}
