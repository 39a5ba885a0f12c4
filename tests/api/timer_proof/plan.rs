//! What the clock has to do, reckoned beside the product: from what was asked and when, and from nothing else.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::EventKind;
use entity::ids::ConversationId;
use switchboard::domain::action::Action;
use switchboard::domain::action::mark_as_spam::MarkAsSpam;
use switchboard::domain::action::restore_from_spam::RestoreFromSpam;
use switchboard::domain::action::snooze::{Snooze, Until};

use crate::support::dice::Dice;

/// The policy of mail, as semantics §8.6 says it.
const AUTO_CLOSE_AFTER: TimeDelta = TimeDelta::hours(168);

/// Something done to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    SnoozeUntil(DateTime<Utc>),
    SnoozeUntilReply,
    Wake,
    Close,
    Reopen,
    MarkAsSpam,
    Restore,
}

impl Deed {
    /// The same as an action.
    pub fn action(self) -> Action {
        let snooze = |until| Action::Snooze(Snooze { until, wake_on_reply: true });
        match self {
            Self::SnoozeUntil(at) => snooze(Until::At(at)),
            Self::SnoozeUntilReply => snooze(Until::CustomerReplies),
            Self::Wake => Action::Wake,
            Self::Close => Action::Close,
            Self::Reopen => Action::Reopen,
            Self::MarkAsSpam => Action::MarkAsSpam(MarkAsSpam { block_sender: false }),
            Self::Restore => Action::RestoreFromSpam(RestoreFromSpam { unblock_sender: false }),
        }
    }
}

/// Something that the clock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stroke {
    pub conversation: ConversationId,
    /// WOKEN or CLOSED.
    pub kind: EventKind,
    pub planned: DateTime<Utc>,
    /// When it was done; the clock stands still meanwhile.
    pub at: DateTime<Utc>,
}

/// A conversation, as far as the clock cares.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub conversation: ConversationId,
    closes: bool,
    spam: bool,
    closed: bool,
    asleep: bool,
    wake: Option<DateTime<Utc>>,
    close: Option<DateTime<Utc>>,
}

impl Plan {
    /// One that begins; on mail the clock closes it.
    pub fn begun(conversation: ConversationId, on_mail: bool, now: DateTime<Utc>) -> Self {
        let close = on_mail.then_some(now + AUTO_CLOSE_AFTER);
        Self { conversation, closes: on_mail, spam: false, closed: false, asleep: false, wake: None, close }
    }

    /// Something that may be done to it as it stands.
    pub fn choose(&self, dice: &mut Dice, now: DateTime<Utc>, end: DateTime<Utc>) -> Deed {
        let until = now + dice.span(TimeDelta::microseconds(1)..(end - now).max(TimeDelta::hours(1)));
        if self.spam {
            return Deed::Restore;
        }
        match dice.below(100) {
            0..50 => Deed::SnoozeUntil(until),
            50..55 => Deed::SnoozeUntilReply,
            55..65 => Deed::Wake,
            65..75 => Deed::Close,
            75..85 => Deed::Reopen,
            _ => Deed::MarkAsSpam,
        }
    }

    /// It was done.
    pub fn note(&mut self, deed: Deed, now: DateTime<Utc>) {
        match deed {
            Deed::SnoozeUntil(until) => self.sleep(Some(until)),
            Deed::SnoozeUntilReply => self.sleep(None),
            Deed::Wake if self.asleep => self.wake_up(now),
            Deed::Close => {
                (self.closed, self.asleep) = (true, false);
                (self.wake, self.close) = (None, None);
            }
            Deed::Reopen if self.closed => {
                self.closed = false;
                self.restart(now);
            }
            Deed::MarkAsSpam => {
                self.spam = true;
                self.close = None;
            }
            Deed::Restore => {
                self.spam = false;
                self.restart(now);
            }
            Deed::Wake | Deed::Reopen => {}
        }
    }

    fn sleep(&mut self, until: Option<DateTime<Utc>>) {
        (self.closed, self.asleep) = (false, true);
        (self.wake, self.close) = (until, None);
    }

    fn wake_up(&mut self, now: DateTime<Utc>) {
        (self.asleep, self.wake) = (false, None);
        self.restart(now);
    }

    fn restart(&mut self, now: DateTime<Utc>) {
        let runs = self.closes && !(self.spam || self.closed || self.asleep);
        self.close = runs.then_some(now + AUTO_CLOSE_AFTER);
    }

    /// The clock moved to this instant: what it has to do there.
    pub fn strike(&mut self, at: DateTime<Utc>) -> Option<Stroke> {
        let stroke = |kind, planned| Stroke { conversation: self.conversation, kind, planned, at };
        if let Some(planned) = self.wake.filter(|due| *due <= at) {
            let woken = stroke(EventKind::Woken, planned);
            self.wake_up(at);
            return Some(woken);
        }
        let planned = self.close.filter(|due| *due <= at)?;
        let closed = stroke(EventKind::Closed, planned);
        (self.closed, self.close) = (true, None);
        Some(closed)
    }
}
