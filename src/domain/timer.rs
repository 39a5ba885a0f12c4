//! When the clock acts on a conversation by itself (semantics §7.6, §8.6).
//!
//! One function says it for the timers that are set, for what the API shows as upcoming, and for the scheduler that acts.

use chrono::{DateTime, Utc};
use entity::enums::{ConversationState, TimerKind};

use super::channel::Policy;
use super::conversation::Conversation;

/// When each kind is due; none = never, as things stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timers {
    /// The end of the snooze, also underneath spam.
    pub wake: Option<DateTime<Utc>>,
    /// The last restart and the channel's policy on top, also if that is past already.
    pub auto_close: Option<DateTime<Utc>>,
}

/// All of a conversation that its timers hang on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Shown state.
    pub state: ConversationState,
    /// The end of the snooze, also underneath spam.
    pub sleeps_until: Option<DateTime<Utc>>,
    /// Whether the customer waits.
    pub waiting: bool,
    /// From when its auto-close clock runs.
    pub restarted_at: DateTime<Utc>,
}

impl Standing {
    /// How a conversation stands.
    #[must_use]
    pub fn of(conversation: &Conversation) -> Self {
        Self {
            state: conversation.state(),
            sleeps_until: conversation.snooze.and_then(|snooze| snooze.until),
            waiting: conversation.waiting_since.is_some(),
            restarted_at: conversation.restarted_at,
        }
    }
}

impl Timers {
    /// The timers of a conversation on a channel with this policy.
    #[must_use]
    pub fn of(conversation: &Conversation, policy: &Policy) -> Self {
        Self::when(&Standing::of(conversation), policy)
    }

    /// The timers of a conversation that stands like this.
    #[must_use]
    pub fn when(standing: &Standing, policy: &Policy) -> Self {
        let auto_close = policy.closes_at(standing.state, standing.waiting, standing.restarted_at);
        Self { wake: standing.sleeps_until, auto_close }
    }

    /// When this kind is due.
    #[must_use]
    pub fn due(&self, kind: TimerKind) -> Option<DateTime<Utc>> {
        match kind {
            TimerKind::Wake => self.wake,
            TimerKind::AutoClose => self.auto_close,
        }
    }
}

impl Policy {
    /// When it closes a conversation that stands like this; none = it doesn't.
    fn closes_at(&self, state: ConversationState, waiting: bool, restarted_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let spared = waiting && !self.auto_close_while_waiting;
        let after = self.auto_close_after.as_ref().filter(|_| state == ConversationState::Open && !spared)?;
        restarted_at.checked_add_signed(after.delta())
    }
}

/// How a change moves a conversation's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Before the change.
    pub before: Timers,
    /// After it.
    pub after: Timers,
    /// Whether it was closed: no sweep comes by any more, so that what an older policy had planned has to go now.
    pub closed: bool,
}

impl Moved {
    /// Whether the timer of this kind may stand otherwise than before.
    #[must_use]
    pub fn touches(&self, kind: TimerKind) -> bool {
        let (before, after) = (self.before.due(kind), self.after.due(kind));
        before != after || (self.closed && kind == TimerKind::AutoClose && after.is_none())
    }

    /// The earliest that is newly set; none = none is.
    #[must_use]
    pub fn set(&self) -> Option<DateTime<Utc>> {
        let set = |before, after| if before == after { None } else { after };
        let set = [set(self.before.wake, self.after.wake), set(self.before.auto_close, self.after.auto_close)];
        set.into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests;
