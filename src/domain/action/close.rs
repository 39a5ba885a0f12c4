//! A conversation is done (semantics §8.9).

use entity::enums::CloseReason;

use crate::domain::change::{Change, Moment};
use crate::domain::fact::Fact;
use crate::domain::rejection::Rejection;

/// Closes what is open or snoozed; what is closed stays as it is.
///
/// # Errors
/// `IS_SPAM`.
pub fn decide(change: &mut Change, moment: &Moment) -> Result<(), Rejection> {
    if change.conversation.spam.is_some() {
        return Err(Rejection::is_spam());
    }
    if change.conversation.closed.is_none() {
        change.record(Fact::Closed { reason: CloseReason::Resolved, scheduled_for: None }, moment);
    }
    Ok(())
}
