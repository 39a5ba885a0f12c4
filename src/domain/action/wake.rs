//! A snoozed conversation returns to the inbox.

use entity::enums::WakeReason;

use crate::domain::change::{Change, Moment};
use crate::domain::fact::Fact;

/// Records that it woke. The caller has seen that it is snoozed.
pub fn record(change: &mut Change, reason: WakeReason, moment: &Moment) {
    change.record(Fact::Woken { reason }, moment);
}
