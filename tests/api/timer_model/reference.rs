//! What semantics §2, §7, §8.4–8.10 and §10 say of time, written a second time, in the plainest words and with none of the product's.

use chrono::{DateTime, Datelike, Days, TimeDelta, Utc, Weekday};
use entity::enums::{CloseReason, ConversationState, WakeReason};
use switchboard::domain::rejection::Code;
use switchboard::domain::snooze_time::Preset;

use super::deed::{Ask, Deed, Sleep, Then};

/// What the channel says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    pub auto_close_after: Option<TimeDelta>,
    pub while_waiting: bool,
    pub reopen_window: Option<TimeDelta>,
}

/// What is seen to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    Woken(WakeReason, Option<DateTime<Utc>>),
    Closed(CloseReason, Option<DateTime<Utc>>),
    Reopened,
    /// A new conversation began instead.
    Elsewhere,
}

use Happening::{Closed, Elsewhere, Reopened, Woken};

/// What can be seen of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    pub state: ConversationState,
    /// Asleep at all, also underneath spam; and until when.
    pub asleep: Option<Option<DateTime<Utc>>>,
    pub close_reason: Option<CloseReason>,
    pub wakes: Option<DateTime<Utc>>,
    pub closes: Option<DateTime<Utc>>,
}

/// A conversation.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    pub rules: Rules,
    closed: Option<CloseReason>,
    asleep: Option<(Option<DateTime<Utc>>, bool)>,
    /// Spam, and whether the customer has written meanwhile.
    spam: Option<bool>,
    waiting: bool,
    restarted: DateTime<Utc>,
    last_message: DateTime<Utc>,
}

type Outcome = Result<Vec<Happening>, Code>;

impl Reference {
    /// One that began with a customer's message.
    pub fn begun(rules: Rules, now: DateTime<Utc>) -> Self {
        Self { rules, closed: None, asleep: None, spam: None, waiting: true, restarted: now, last_message: now }
    }

    pub fn asleep_until(&self) -> Option<DateTime<Utc>> {
        self.asleep?.0
    }

    pub fn sight(&self) -> Sight {
        Sight {
            state: match *self {
                Self { spam: Some(_), .. } => ConversationState::Spam,
                Self { closed: Some(_), .. } => ConversationState::Closed,
                Self { asleep: Some(_), .. } => ConversationState::Snoozed,
                _ => ConversationState::Open,
            },
            asleep: self.asleep.map(|(until, _)| until),
            close_reason: self.closed,
            wakes: self.asleep_until(),
            closes: self.closes(),
        }
    }

    /// What the API says will come, earliest first.
    pub fn upcoming(&self, now: DateTime<Utc>) -> Vec<(&'static str, DateTime<Utc>)> {
        let closed = self.closed.is_some() && self.spam.is_none();
        let window = self.rules.reopen_window.filter(|_| closed).map(|window| self.last_message + window);
        let window = window.filter(|end| *end >= now);
        let all = [("WAKE", self.asleep_until()), ("AUTO_CLOSE", self.closes()), ("REOPEN_WINDOW_ENDS", window)];
        let mut upcoming: Vec<_> = all.into_iter().filter_map(|(kind, at)| Some((kind, at?))).collect();
        upcoming.sort_unstable_by_key(|(_, at)| *at);
        upcoming
    }

    fn closes(&self) -> Option<DateTime<Utc>> {
        let open = self.spam.is_none() && self.closed.is_none() && self.asleep.is_none();
        let spared = self.waiting && !self.rules.while_waiting;
        self.rules.auto_close_after.filter(|_| open && !spared).map(|after| self.restarted + after)
    }

    /// Time has come this far, and the clock does its work now.
    pub fn pass(&mut self, now: DateTime<Utc>) -> Vec<Happening> {
        if let Some(planned) = self.asleep_until().filter(|planned| *planned <= now) {
            return vec![self.wake(WakeReason::Expired, Some(planned), now)];
        }
        match self.closes().filter(|planned| *planned <= now) {
            Some(planned) => vec![self.close(CloseReason::AutoClosed, Some(planned))],
            None => vec![],
        }
    }

    /// Somebody does something; a refusal changes nothing.
    pub fn act(&mut self, deed: Deed, now: DateTime<Utc>) -> Outcome {
        let before = *self;
        let outcome = self.attempt(deed, now);
        if outcome.is_err() {
            *self = before;
        }
        outcome
    }

    fn attempt(&mut self, deed: Deed, now: DateTime<Utc>) -> Outcome {
        match deed {
            Deed::Message { automatic } => return Ok(self.receive(automatic, now)),
            Deed::Prioritise(_) => return Ok(vec![]),
            Deed::MarkAsSpam => {
                self.spam = self.spam.or(Some(false));
                return Ok(vec![]);
            }
            Deed::Restore => return self.restore(now),
            _ if self.spam.is_some() => return Err(Code::IsSpam),
            _ => {}
        }
        match deed {
            Deed::Snooze(sleep) => self.snooze(sleep, now),
            Deed::Wake if self.asleep.is_some() => Ok(vec![self.wake(WakeReason::Manual, None, now)]),
            Deed::Close if self.closed.is_none() => Ok(vec![self.close(CloseReason::Resolved, None)]),
            Deed::Reopen if self.closed.is_some() => Ok(vec![self.reopen(now)]),
            Deed::Reply(then) => self.reply(then, now),
            _ => Ok(vec![]),
        }
    }

    fn snooze(&mut self, sleep: Sleep, now: DateTime<Utc>) -> Outcome {
        let until = match sleep.until {
            Ask::CustomerReplies if sleep.wake_on_reply => None,
            Ask::CustomerReplies => return Err(Code::Invalid),
            Ask::At(at) => Some(at),
            Ask::After(_, length) => Some(now + length),
            Ask::Preset(preset) => Some(in_utc(preset, now)),
        };
        if until.is_some_and(|until| until <= now) {
            return Err(Code::InThePast);
        }
        // Nothing is drawn near the very day five years ahead.
        if until.is_some_and(|until| until - now > TimeDelta::days(5 * 365 + 2)) {
            return Err(Code::TooFarAhead);
        }
        self.asleep = Some((until, sleep.wake_on_reply));
        Ok(if self.closed.is_some() { vec![self.reopen(now)] } else { vec![] })
    }

    fn reply(&mut self, then: Option<Then>, now: DateTime<Utc>) -> Outcome {
        (self.last_message, self.restarted, self.waiting) = (now, now, false);
        match then {
            Some(Then::Close) if self.closed.is_none() => Ok(vec![self.close(CloseReason::Resolved, None)]),
            Some(Then::Open) if self.closed.is_some() => Ok(vec![self.reopen(now)]),
            Some(Then::Open) if self.asleep.is_some() => Ok(vec![self.wake(WakeReason::Manual, None, now)]),
            Some(Then::Snooze(sleep)) => self.snooze(sleep, now),
            _ => Ok(vec![]),
        }
    }

    fn receive(&mut self, automatic: bool, now: DateTime<Utc>) -> Vec<Happening> {
        let too_old = self.rules.reopen_window.is_some_and(|window| now - self.last_message > window);
        if self.closed.is_some() && self.spam.is_none() && !automatic && too_old {
            return vec![Elsewhere];
        }
        self.last_message = now;
        if automatic {
            return vec![];
        }
        self.restarted = now;
        if self.spam.is_some() {
            self.spam = Some(true);
            return vec![];
        }
        self.arrive(now)
    }

    /// A customer's message counts.
    fn arrive(&mut self, now: DateTime<Utc>) -> Vec<Happening> {
        self.waiting = true;
        match self.asleep {
            _ if self.closed.is_some() => vec![self.reopen(now)],
            Some((_, true)) => vec![self.wake(WakeReason::CustomerReplied, None, now)],
            _ => vec![],
        }
    }

    fn restore(&mut self, now: DateTime<Utc>) -> Outcome {
        let arrived = self.spam.take().ok_or(Code::NotSpam)?;
        // What would stand had only the clock run.
        let ended = self.asleep_until().filter(|planned| *planned <= now);
        let mut happened: Vec<_> =
            ended.map(|planned| self.wake(WakeReason::Expired, Some(planned), now)).into_iter().collect();
        self.restarted = now;
        if arrived {
            happened.extend(self.arrive(now));
        }
        Ok(happened)
    }

    fn wake(&mut self, why: WakeReason, planned: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Happening {
        (self.asleep, self.restarted) = (None, now);
        Woken(why, planned)
    }

    fn close(&mut self, why: CloseReason, planned: Option<DateTime<Utc>>) -> Happening {
        (self.closed, self.asleep, self.waiting) = (Some(why), None, false);
        Closed(why, planned)
    }

    fn reopen(&mut self, now: DateTime<Utc>) -> Happening {
        (self.closed, self.restarted) = (None, now);
        Reopened
    }
}

/// A preset for somebody in UTC.
fn in_utc(preset: Preset, now: DateTime<Utc>) -> DateTime<Utc> {
    let morning =
        |days| now.date_naive().checked_add_days(Days::new(days)).unwrap().and_hms_opt(9, 0, 0).unwrap().and_utc();
    match preset {
        Preset::InOneHour => now + TimeDelta::hours(1),
        Preset::LaterToday => now + TimeDelta::hours(3),
        Preset::TomorrowMorning => morning(1),
        Preset::NextWeek => (1..=7).map(morning).find(|day| day.weekday() == Weekday::Mon).unwrap(),
    }
}
