//! A ticket is created from a conversation (semantics §11.1).

use entity::ids::EventId;

use crate::domain::change::{Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::conversation::Conversation;
use crate::domain::fact::Fact;
use crate::domain::limits;
use crate::domain::rejection::Rejection;
use crate::domain::ticket::create::NewTicket;

/// A ticket to create, and how it is linked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateTicket {
    /// The ticket, already checked.
    pub new: NewTicket,
    /// The message it came from; none = the newest that the customer wrote.
    pub origin: Option<EventId>,
    /// Whether the conversation comes back when the ticket is resolved.
    pub reopen_on_resolve: bool,
    /// Whether its creator may not read the conversation, whose subject then isn't copied.
    pub unread: bool,
}

impl CreateTicket {
    pub(super) fn needs(&self, conversation: &Conversation, needs: &mut Needs) {
        let named = self.new.named();
        needs.agents.extend(named.agents);
        needs.teams.extend(named.teams);
        needs.tags.extend(named.tags);
        needs.refs.extend(named.refs);
        needs.tags.extend(&conversation.tags);
        needs.messages.extend(self.origin);
        needs.newest_inbound |= self.origin.is_none();
    }

    /// Creates it, in any state. It gets the conversation's subject as its title, its priority and its tags unless others are given; of
    /// a conversation without a subject, or whose creator may not read it, the number is the title.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED` for one more ticket, `NOT_FOUND` for a message that isn't the conversation's, and what [`NewTicket::decide`]
    /// refuses.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        room(change)?;
        if self.origin.is_some_and(|origin| !context.messages.contains_key(&origin)) {
            return Err(Rejection::not_found("originMessageId"));
        }
        let mut known = context.known_to_tickets();
        let new = self.filled_in(&change.conversation);
        if self.new.tags.is_none() {
            // What is on the conversation is copied, archived or not.
            for tag in known.tags.values_mut() {
                tag.archived = false;
            }
        }
        let mut created = new.decide(self.origin.or(context.newest_inbound), &known, moment)?;
        let ticket = created.ticket.id;
        created.link(change.conversation.id, self.reopen_on_resolve, true, moment);
        change.tickets.push(created);
        change.record(Fact::TicketLinked { ticket }, moment);
        Ok(())
    }

    fn filled_in(&self, conversation: &Conversation) -> NewTicket {
        let subject = conversation.subject.clone().filter(|_| !self.unread);
        let title = || subject.unwrap_or_else(|| format!("Conversation #{}", conversation.number));
        let new = self.new.clone();
        NewTicket {
            title: Some(new.title.unwrap_or_else(title)),
            priority: new.priority.or(conversation.priority),
            tags: Some(new.tags.unwrap_or_else(|| conversation.tags.iter().copied().collect())),
            ..new
        }
    }
}

/// Refuses one more ticket than a conversation may have.
pub(super) fn room(change: &Change) -> Result<(), Rejection> {
    if change.conversation.tickets.len() < limits::CONVERSATION_TICKETS {
        return Ok(());
    }
    Err(Rejection::limit("conversationId", limits::CONVERSATION_TICKETS, "tickets on a conversation"))
}
