//! What was spam isn't (semantics §10): what stood underneath stands again, and what arrived meanwhile counts as if it had just arrived.

use entity::enums::{ReopenReason, WakeReason};

use super::{hand_out, reopen, wake};
use crate::domain::change::{Aside, Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::conversation::Conversation;
use crate::domain::fact::Fact;
use crate::domain::rejection::{Code, Rejection};

/// Restoring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreFromSpam {
    /// Lifts the block of the customer too.
    pub unblock_sender: bool,
}

impl RestoreFromSpam {
    pub(super) fn needs(self, conversation: &Conversation, needs: &mut Needs) {
        needs.customer |= self.unblock_sender;
        reopen::needs(conversation, needs);
    }

    /// Restores it. A customer's message that arrived in spam reopens what is closed, however long ago, and wakes what wakes on a reply.
    ///
    /// # Errors
    /// `NOT_SPAM`.
    pub fn decide(self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        let Some(spam) = change.conversation.spam else {
            return Err(Rejection::new(Code::NotSpam, "The conversation isn't spam."));
        };
        // What would stand had only the clock run; told to nobody, because it is spam still.
        wake::expire(change, moment);
        let unblocked_sender = self.unblock_sender && context.customer.is_some_and(|customer| customer.blocked);
        let to = Conversation { spam: None, ..change.conversation.clone() }.state();
        change.record(Fact::Restored { to, unblocked_sender }, moment);
        if unblocked_sender {
            change.asides.push(Aside::Block(false));
        }
        let restored = change.entries.len();
        if spam.arrived {
            self.arrive(change, context, moment);
        }
        // Restoring tells who watches it; what arrived meanwhile tells nobody again.
        for entry in change.entries.iter_mut().skip(restored).filter(|entry| !is_assignment(&entry.fact)) {
            entry.claims.clear();
        }
        // Nothing is handed out in spam.
        hand_out::record(change, context, moment);
        Ok(())
    }

    fn arrive(self, change: &mut Change, context: &Context, moment: &Moment) {
        if change.conversation.closed.is_some() {
            reopen::record(change, ReopenReason::CustomerReplied, context, moment);
        } else if change.conversation.snooze.is_some_and(|snooze| snooze.wake_on_reply) {
            wake::record(change, WakeReason::CustomerReplied, moment);
        }
    }
}

fn is_assignment(fact: &Fact) -> bool {
    matches!(fact, Fact::Assigned { .. })
}
