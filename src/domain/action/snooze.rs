//! A conversation sleeps until a time or the customer's reply (semantics §7).

use chrono::{DateTime, Months, Utc};
use chrono_tz::Tz;
use entity::enums::ReopenReason;

use super::reopen;
use crate::domain::actor::Actor;
use crate::domain::change::{Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::conversation::Conversation;
use crate::domain::duration::IsoDuration;
use crate::domain::fact::{Fact, Sleep};
use crate::domain::rejection::{Code, Rejection};
use crate::domain::snooze_time::Preset;

/// The longest snooze.
const YEARS: u32 = 5;

/// Snoozing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snooze {
    /// Until when.
    pub until: Until,
    /// Whether a customer's message wakes it before.
    pub wake_on_reply: bool,
}

/// Until when to sleep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until {
    /// An instant.
    At(DateTime<Utc>),
    /// So long from now.
    After(IsoDuration),
    /// As people think of it, in the time zone of the acting agent, else the assignee's, else UTC.
    Preset(Preset),
    /// The customer's next message.
    CustomerReplies,
}

impl Snooze {
    /// The assignee, whose time zone stands in for an actor's who has none; and what reopening needs.
    pub(super) fn needs(&self, conversation: &Conversation, closed: bool, needs: &mut Needs) {
        needs.agents.extend(conversation.assignee);
        if closed {
            reopen::needs(conversation, needs);
        }
    }

    /// Snoozes it, also anew; what is closed reopens snoozed. The same once more changes nothing.
    ///
    /// # Errors
    /// `IS_SPAM`; `IN_THE_PAST`, `TOO_FAR_AHEAD` for the time; `INVALID` for what would never wake.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        if change.conversation.spam.is_some() {
            return Err(Rejection::is_spam());
        }
        let until = self.until(&change.conversation, context, moment)?;
        let to = Sleep { until, wake_on_reply: self.wake_on_reply };
        let from = change.conversation.snooze.map(Sleep::of);
        if from == Some(to) {
            return Ok(());
        }
        // Asleep before it reopens: it is never seen in the inbox.
        change.record(Fact::Snoozed { from, to }, moment);
        if change.conversation.closed.is_some() {
            reopen::record(change, ReopenReason::Snoozed, context, moment);
        }
        Ok(())
    }

    /// Refuses what would never wake.
    ///
    /// # Errors
    /// `INVALID`.
    pub(super) fn check_wakes(&self) -> Result<(), Rejection> {
        if self.until == Until::CustomerReplies && !self.wake_on_reply {
            let never = "Without a time and without waking on a reply it would never wake.";
            return Err(Rejection::invalid("wakeOnReply", never));
        }
        Ok(())
    }

    fn until(
        &self,
        conversation: &Conversation,
        context: &Context,
        moment: &Moment,
    ) -> Result<Option<DateTime<Utc>>, Rejection> {
        self.check_wakes()?;
        let (field, until) = match &self.until {
            Until::CustomerReplies => return Ok(None),
            Until::At(at) => ("at", Some(*at)),
            Until::After(duration) => ("after", moment.clock.checked_add_signed(duration.delta())),
            Until::Preset(preset) => ("preset", preset.resolve(moment.clock, zone(conversation, context, moment))),
        };
        let refused = |code, message: String| Err(Rejection::new(code, message).at(field).at("until"));
        let latest = moment.clock.checked_add_months(Months::new(12 * YEARS));
        match until {
            Some(at) if at <= moment.clock => refused(Code::InThePast, "This time is past already.".to_owned()),
            Some(at) if latest.is_none_or(|latest| at <= latest) => Ok(Some(at)),
            _ => refused(Code::TooFarAhead, format!("A snooze lasts at most {YEARS} years.")),
        }
    }
}

fn zone(conversation: &Conversation, context: &Context, moment: &Moment) -> Tz {
    let whose = match moment.actor {
        Actor::Agent(agent) => Some(agent),
        _ => conversation.assignee,
    };
    whose.and_then(|agent| context.agents.get(&agent)).map_or(Tz::UTC, |agent| agent.time_zone)
}
