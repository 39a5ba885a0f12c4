//! Tickets: created, changed, linked and unlinked.
//!
//! A ticket is locked before any conversation, and its links change under its lock alone: so a change of it reaches all its
//! conversations in the same transaction. What one conversation does goes through `service::change`.

mod create;
mod link;
mod update;

pub use update::TicketCommand;

use entity::event::Model as Event;
use entity::ids::{ConversationId, TicketId};

use super::change::Changed;

/// What a change of a ticket came to.
#[derive(Clone, Debug)]
pub struct TicketChanged {
    /// The ticket.
    pub ticket: TicketId,
    /// The conversation it was created from, linked to or unlinked from.
    pub conversation: Option<ConversationId>,
    /// The entries that were written in conversations that the viewer sees, in order, as many as are answered.
    pub events: Vec<Event>,
    /// Whether anything changed.
    pub changed: bool,
}

impl TicketChanged {
    /// What a change of a conversation came to for a ticket.
    fn of(ticket: TicketId, changed: Changed) -> Self {
        let Changed { conversation, events, changed, .. } = changed;
        Self { ticket, conversation: Some(conversation), events, changed }
    }
}
