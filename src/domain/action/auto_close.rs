//! The clock closes what nobody has written in for as long as the channel's policy says (semantics §8.6).

use entity::enums::CloseReason;

use crate::domain::change::{Change, Moment};
use crate::domain::context::Context;
use crate::domain::fact::Fact;
use crate::domain::timer::Timers;

/// Closes it if that is due by the policy as it now is; nothing else.
pub fn decide(change: &mut Change, context: &Context, moment: &Moment) {
    let due = Timers::of(&change.conversation, &context.channel.policy).auto_close;
    if let Some(due) = due.filter(|due| *due <= moment.clock) {
        change.record(Fact::Closed { reason: CloseReason::AutoClosed, scheduled_for: Some(due) }, moment);
    }
}
