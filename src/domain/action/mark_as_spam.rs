//! A conversation is spam (semantics §10).

use entity::enums::SpamReason;

use crate::domain::change::{Aside, Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::fact::Fact;

/// Marking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkAsSpam {
    /// Blocks the customer too.
    pub block_sender: bool,
}

impl MarkAsSpam {
    pub(super) fn needs(self, needs: &mut Needs) {
        needs.customer |= self.block_sender;
    }

    /// Marks it from any state; what is spam already stays as it is, and says so again only if its sender is blocked with it.
    pub fn decide(self, change: &mut Change, context: &Context, moment: &Moment) {
        let blocked_sender = self.block_sender && context.customer.is_some_and(|customer| !customer.blocked);
        if change.conversation.spam.is_some() && !blocked_sender {
            return;
        }
        change.record(Fact::MarkedAsSpam { reason: SpamReason::Marked, blocked_sender }, moment);
        if blocked_sender {
            change.asides.push(Aside::Block(true));
        }
    }
}
