//! A snoozed conversation returns to the inbox (semantics §7.4, §7.6).

use chrono::{DateTime, Utc};
use entity::enums::WakeReason;

use crate::domain::change::{Change, Moment};
use crate::domain::fact::Fact;
use crate::domain::rejection::Rejection;

/// Somebody wakes it; what isn't snoozed stays as it is.
///
/// # Errors
/// `IS_SPAM`.
pub fn decide(change: &mut Change, moment: &Moment) -> Result<(), Rejection> {
    if change.conversation.spam.is_some() {
        return Err(Rejection::is_spam());
    }
    if change.conversation.snooze.is_some() {
        record(change, WakeReason::Manual, moment);
    }
    Ok(())
}

/// The clock wakes what has slept to its end, also underneath spam; nothing else.
pub fn expire(change: &mut Change, moment: &Moment) {
    let until = change.conversation.snooze.and_then(|snooze| snooze.until);
    if let Some(until) = until.filter(|until| *until <= moment.clock) {
        tell(change, WakeReason::Expired, Some(until), moment);
    }
}

/// Records that it woke. The caller has seen that it is snoozed.
pub fn record(change: &mut Change, reason: WakeReason, moment: &Moment) {
    tell(change, reason, None, moment);
}

fn tell(change: &mut Change, reason: WakeReason, scheduled_for: Option<DateTime<Utc>>, moment: &Moment) {
    change.record(Fact::Woken { reason, scheduled_for }, moment);
}
