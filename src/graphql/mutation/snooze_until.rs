//! How callers spell a snooze.

use async_graphql::{InputObject, OneofObject};

use crate::domain::action::snooze::{Snooze, Until};
use crate::domain::rejection::Rejection;
use crate::graphql::scalar::{DateTime, Duration};
use crate::graphql::types::snooze::SnoozePreset;

/// A snooze.
#[derive(Clone, InputObject)]
pub struct SnoozeInput {
    /// Until when.
    until: SnoozeUntilInput,
    /// Whether a customer's message wakes it before; false together with `customerReplies` is INVALID, for it would never wake.
    #[graphql(default = true)]
    wake_on_reply: bool,
}

impl SnoozeInput {
    /// The snooze that is meant.
    ///
    /// # Errors
    /// `INVALID` for a flag that isn't true.
    pub fn read(&self) -> Result<Snooze, Rejection> {
        self.until.snooze(self.wake_on_reply)
    }
}

/// Until when to sleep. A flag takes only true.
#[derive(Clone, OneofObject)]
pub enum SnoozeUntilInput {
    /// Until this instant; IN_THE_PAST if it isn't in the future, TOO_FAR_AHEAD if it is more than 5 years ahead.
    At(DateTime),
    /// For so long from now; TOO_FAR_AHEAD if that is more than 5 years.
    After(Duration),
    /// Until a time as people think of it, in the time zone of the acting agent; for integrations in the assignee's, else in UTC.
    Preset(SnoozePreset),
    /// Until the customer writes, without a time.
    CustomerReplies(bool),
}

impl SnoozeUntilInput {
    /// The snooze with this end.
    ///
    /// # Errors
    /// `INVALID` for a flag that isn't true.
    pub fn snooze(&self, wake_on_reply: bool) -> Result<Snooze, Rejection> {
        let until = match self {
            Self::At(at) => Until::At((*at).into()),
            Self::After(duration) => Until::After(duration.0.clone()),
            Self::Preset(preset) => Until::Preset((*preset).into()),
            Self::CustomerReplies(true) => Until::CustomerReplies,
            Self::CustomerReplies(false) => {
                return Err(Rejection::invalid("customerReplies", "A flag takes only true.").at("until"));
            }
        };
        Ok(Snooze { until, wake_on_reply })
    }
}
