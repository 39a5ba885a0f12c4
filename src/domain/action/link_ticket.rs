//! A conversation is linked to a ticket that exists, or unlinked (semantics §11.2).

use entity::ids::TicketId;

use super::create_ticket::room;
use crate::domain::change::{Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::fact::Fact;
use crate::domain::limits;
use crate::domain::rejection::Rejection;
use crate::domain::ticket::TicketChange;

/// Linking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkTicket {
    /// The ticket, locked before the conversation.
    pub ticket: TicketId,
    /// Whether the conversation comes back when the ticket is resolved; none = as it is, and not if it is linked only now.
    pub reopen_on_resolve: Option<bool>,
}

impl LinkTicket {
    pub(super) fn needs(self, needs: &mut Needs) {
        needs.tickets.insert(self.ticket);
    }

    /// Links it, in any state. Linked like this already, nothing changes; linked otherwise, it is from then on linked like this.
    ///
    /// # Errors
    /// `NOT_FOUND` for the ticket, `LIMIT_EXCEEDED` for either end.
    pub fn decide(self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        let known = context.tickets.get(&self.ticket).ok_or_else(|| Rejection::not_found("ticketId"))?;
        let is_new = !change.conversation.tickets.contains(&self.ticket);
        let as_it_is = known.reopen_on_resolve.filter(|_| !is_new);
        let wanted = self.reopen_on_resolve.or(as_it_is).unwrap_or_default();
        if as_it_is == Some(wanted) || (!is_new && self.reopen_on_resolve.is_none()) {
            return Ok(());
        }
        if is_new {
            room(change)?;
            if usize::try_from(known.ticket.conversations).is_ok_and(|linked| linked >= limits::TICKET_CONVERSATIONS) {
                return Err(Rejection::limit("ticketId", limits::TICKET_CONVERSATIONS, "conversations on a ticket"));
            }
        }
        let mut linked = TicketChange::of(known.ticket.clone());
        linked.link(change.conversation.id, wanted, is_new, moment);
        change.tickets.push(linked);
        change.record(Fact::TicketLinked { ticket: self.ticket }, moment);
        Ok(())
    }
}

/// Unlinking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnlinkTicket {
    /// The ticket, locked before the conversation.
    pub ticket: TicketId,
}

impl UnlinkTicket {
    pub(super) fn needs(self, needs: &mut Needs) {
        needs.tickets.insert(self.ticket);
    }

    /// Unlinks it, in any state; what isn't linked stays as it is.
    ///
    /// # Errors
    /// `NOT_FOUND` for the ticket.
    pub fn decide(self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        let known = context.tickets.get(&self.ticket).ok_or_else(|| Rejection::not_found("ticketId"))?;
        if !change.conversation.tickets.contains(&self.ticket) {
            return Ok(());
        }
        let mut unlinked = TicketChange::of(known.ticket.clone());
        unlinked.unlink(change.conversation.id, moment);
        change.tickets.push(unlinked);
        change.record(Fact::TicketUnlinked { ticket: self.ticket }, moment);
        Ok(())
    }
}
