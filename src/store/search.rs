//! Full text: what is kept of texts so that they are found, and the conditions that find them.
//!
//! The only room in which the two databases differ in their SQL. It is handed terms, never text to interpret; who may see what is
//! found is for the finders that use its conditions.

mod find;
mod keep;

use entity::enums::SearchKind;
use entity::ids::{ConversationId, CustomerId, EventId, TicketId};
use uuid::Uuid;

pub use self::find::tickets;
pub(in crate::store) use self::find::{Readable, conversations};
pub use self::keep::{forget, index, index_customer, index_ticket};

/// What a row of the index is about: it has at most one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// A customer's name and e-mail address; all their conversations are found by it.
    Customer(CustomerId),
    /// A conversation's subject.
    Subject(ConversationId),
    /// A message of a conversation.
    Message(EventId, ConversationId),
    /// A note of a conversation, which not everybody may read.
    Note(EventId, ConversationId),
    /// A ticket.
    Ticket(TicketId),
}

impl About {
    fn kind(self) -> SearchKind {
        match self {
            Self::Customer(_) => SearchKind::Customer,
            Self::Subject(_) => SearchKind::Subject,
            Self::Message(..) => SearchKind::Message,
            Self::Note(..) => SearchKind::Note,
            Self::Ticket(_) => SearchKind::Ticket,
        }
    }

    fn id(self) -> Uuid {
        match self {
            Self::Customer(id) => id.0,
            Self::Subject(id) => id.0,
            Self::Message(id, _) | Self::Note(id, _) => id.0,
            Self::Ticket(id) => id.0,
        }
    }

    fn conversation(self) -> Option<ConversationId> {
        match self {
            Self::Subject(id) | Self::Message(_, id) | Self::Note(_, id) => Some(id),
            Self::Customer(_) | Self::Ticket(_) => None,
        }
    }

    fn customer(self) -> Option<CustomerId> {
        match self {
            Self::Customer(id) => Some(id),
            _ => None,
        }
    }
}
