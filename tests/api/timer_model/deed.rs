//! What can be done to a conversation, as far as time cares; drawn at random, also what is refused.

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::Priority;
use switchboard::domain::action::Action;
use switchboard::domain::action::mark_as_spam::MarkAsSpam;
use switchboard::domain::action::reply::{self, Reply};
use switchboard::domain::action::restore_from_spam::RestoreFromSpam;
use switchboard::domain::action::snooze::{Snooze, Until};
use switchboard::domain::duration::IsoDuration;
use switchboard::domain::snooze_time::Preset;

use crate::support::dice::Dice;

/// Something done to a conversation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Deed {
    Snooze(Sleep),
    Wake,
    Close,
    Reopen,
    MarkAsSpam,
    Restore,
    Reply(Option<Then>),
    /// The customer writes, or their machine.
    Message {
        automatic: bool,
    },
    /// It has nothing to do with time.
    Prioritise(Option<Priority>),
}

/// What follows a reply.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Then {
    Close,
    Open,
    Snooze(Sleep),
}

/// A snooze as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sleep {
    pub until: Ask,
    pub wake_on_reply: bool,
}

/// Until when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ask {
    At(DateTime<Utc>),
    After(&'static str, TimeDelta),
    Preset(Preset),
    CustomerReplies,
}

/// Spans as people spell them, and how long they are; the last is longer than any snooze.
const SPANS: [(&str, TimeDelta); 5] = [
    ("PT1M", TimeDelta::minutes(1)),
    ("PT3H", TimeDelta::hours(3)),
    ("P1DT12H", TimeDelta::hours(36)),
    ("P2W", TimeDelta::days(14)),
    ("P3650D", TimeDelta::days(3_650)),
];

impl Deed {
    /// One drawn at random; `asleep_until` is what a snooze may be repeated with.
    pub fn drawn(dice: &mut Dice, now: DateTime<Utc>, asleep_until: Option<DateTime<Utc>>) -> Self {
        match dice.below(100) {
            0..34 => Self::Snooze(Sleep::drawn(dice, now, asleep_until)),
            34..39 => Self::Wake,
            39..49 => Self::Close,
            49..57 => Self::Reopen,
            57..63 => Self::MarkAsSpam,
            63..71 => Self::Restore,
            71..81 => Self::Reply(match dice.below(4) {
                0 => Some(Then::Close),
                1 => Some(Then::Open),
                2 => Some(Then::Snooze(Sleep::drawn(dice, now, asleep_until))),
                _ => None,
            }),
            81..91 => Self::Message { automatic: false },
            91..96 => Self::Message { automatic: true },
            _ => Self::Prioritise(dice.one_of(&[None, Some(Priority::Low), Some(Priority::Urgent)])),
        }
    }

    /// The same as an action of the team; none is what comes from outside.
    pub fn action(self) -> Option<Action> {
        Some(match self {
            Self::Snooze(sleep) => Action::Snooze(sleep.action()),
            Self::Wake => Action::Wake,
            Self::Close => Action::Close,
            Self::Reopen => Action::Reopen,
            Self::MarkAsSpam => Action::MarkAsSpam(MarkAsSpam { block_sender: false }),
            Self::Restore => Action::RestoreFromSpam(RestoreFromSpam { unblock_sender: false }),
            Self::Reply(then) => {
                let then = then.map(|then| match then {
                    Then::Close => reply::Then::Close,
                    Then::Open => reply::Then::Open,
                    Then::Snooze(sleep) => reply::Then::Snooze(sleep.action()),
                });
                Action::Reply(Reply { text: "Hi".to_owned(), html: "<p>Hi</p>".to_owned(), then })
            }
            Self::Prioritise(priority) => Action::Prioritise(priority),
            Self::Message { .. } => return None,
        })
    }
}

impl Sleep {
    fn drawn(dice: &mut Dice, now: DateTime<Utc>, asleep_until: Option<DateTime<Utc>>) -> Self {
        let until = match dice.below(20) {
            0..8 => Ask::At(now + dice.span(TimeDelta::microseconds(1)..TimeDelta::days(4))),
            8 => Ask::At(now + dice.span(TimeDelta::days(-1)..TimeDelta::zero())),
            9 => Ask::At(now),
            10 => Ask::At(now + TimeDelta::days(5 * 366)),
            11 => asleep_until.map_or(Ask::CustomerReplies, Ask::At),
            12..15 => {
                let (text, length) = dice.one_of(&SPANS);
                Ask::After(text, length)
            }
            15..18 => Ask::Preset(dice.one_of(&Preset::ALL)),
            _ => Ask::CustomerReplies,
        };
        Self { until, wake_on_reply: dice.falls(75) }
    }

    fn action(self) -> Snooze {
        let until = match self.until {
            Ask::At(at) => Until::At(at),
            Ask::After(text, _) => Until::After(IsoDuration::parse(text).unwrap()),
            Ask::Preset(preset) => Until::Preset(preset),
            Ask::CustomerReplies => Until::CustomerReplies,
        };
        Snooze { until, wake_on_reply: self.wake_on_reply }
    }
}
