//! The status of a linked ticket changed (semantics §11.2).

use entity::enums::{ReopenReason, TicketStatus, WakeReason};
use entity::ids::TicketId;

use super::{reopen, wake};
use crate::domain::change::{Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::conversation::Conversation;
use crate::domain::fact::Fact;

/// A ticket's move from one status to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketMoved {
    /// The ticket.
    pub ticket: TicketId,
    /// Its status before.
    pub from: TicketStatus,
    /// Its status now.
    pub to: TicketStatus,
    /// Whether its resolution brings this conversation back.
    pub reopen_on_resolve: bool,
}

impl TicketMoved {
    /// Whether it reopens this conversation.
    #[must_use]
    pub fn reopens(self, conversation: &Conversation) -> bool {
        self.brings_back(conversation) && conversation.closed.is_some()
    }

    pub(super) fn needs(self, conversation: &Conversation, needs: &mut Needs) {
        if self.reopens(conversation) {
            reopen::needs(conversation, needs);
        }
    }

    /// Tells of it; a resolution reopens what is closed and wakes what sleeps, if the link says so. What is spam stays as it is.
    pub fn decide(self, change: &mut Change, context: &Context, moment: &Moment) {
        let Self { ticket, from, to, .. } = self;
        let (brings_back, reopens) = (self.brings_back(&change.conversation), self.reopens(&change.conversation));
        change.record(Fact::TicketChanged { ticket, from, to }, moment);
        if reopens {
            reopen::record(change, ReopenReason::TicketResolved, context, moment);
        } else if brings_back && change.conversation.snooze.is_some() {
            wake::record(change, WakeReason::TicketResolved, moment);
        }
    }

    fn brings_back(self, conversation: &Conversation) -> bool {
        self.to == TicketStatus::Resolved && self.reopen_on_resolve && conversation.spam.is_none()
    }
}
