//! How urgent a conversation is (semantics §4). Possible in every state.

use entity::enums::Priority;

use crate::domain::change::{Change, Moment};
use crate::domain::fact::Fact;

/// Sets the priority, or takes it away; the one it has stays.
pub fn decide(to: Option<Priority>, change: &mut Change, moment: &Moment) {
    let from = change.conversation.priority;
    if from != to {
        change.record(Fact::Prioritized { from, to }, moment);
    }
}
