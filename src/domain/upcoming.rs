//! What time alone will bring a conversation next, for people to see.
//!
//! Says the same times that the scheduler acts on; a reopen window ends by itself, so nothing acts on that.

use chrono::{DateTime, Utc};
use entity::enums::ConversationState;

use super::channel::Policy;
use super::timer::{Standing, Timers};

/// What is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The snooze ends.
    Wake,
    /// The channel's policy closes it.
    AutoClose,
    /// From then on a new conversation follows it instead.
    ReopenWindowEnds,
}

/// Something to come, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upcoming {
    /// What.
    pub kind: Kind,
    /// When; past only if the clock is late.
    pub at: DateTime<Utc>,
}

/// What is to come, earliest first.
#[must_use]
pub fn of(standing: &Standing, last_message_at: DateTime<Utc>, policy: &Policy, now: DateTime<Utc>) -> Vec<Upcoming> {
    let timers = Timers::when(standing, policy);
    let window_ends = policy.window_ends(standing.state, last_message_at).filter(|at| *at >= now);
    let all = [(Kind::Wake, timers.wake), (Kind::AutoClose, timers.auto_close), (Kind::ReopenWindowEnds, window_ends)];
    let mut upcoming: Vec<Upcoming> =
        all.into_iter().filter_map(|(kind, at)| Some(Upcoming { kind, at: at? })).collect();
    upcoming.sort_by_key(|upcoming| upcoming.at);
    upcoming
}

impl Policy {
    /// The last instant at which a message reopens a conversation that stands like this; none = it isn't closed, or it always reopens.
    fn window_ends(&self, state: ConversationState, last_message_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let window = self.reopen_window.as_ref().filter(|_| state == ConversationState::Closed)?;
        last_message_at.checked_add_signed(window.delta())
    }
}

#[cfg(test)]
mod tests;
