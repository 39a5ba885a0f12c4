//! How a conversation sleeps, and the snoozes that people think of.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use entity::conversation::Model;

use super::actor::{self, Actor};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;
use crate::store::conversations::row;

/// How a conversation sleeps.
#[derive(Clone, Debug)]
pub struct Snooze(crate::domain::conversation::Snooze);

impl Snooze {
    /// The snooze of a row; none when it isn't snoozed.
    #[must_use]
    pub fn of(row: &Model) -> Option<Self> {
        row::snooze(row).map(Self)
    }
}

/// How a conversation sleeps.
#[Object]
impl Snooze {
    /// Until when, in UTC; null = until the customer replies.
    async fn until(&self) -> Option<DateTime> {
        self.0.until.map(Into::into)
    }

    /// Whether a customer's message wakes it before.
    async fn wake_on_reply(&self) -> bool {
        self.0.wake_on_reply
    }

    /// Who snoozed it, the last time.
    async fn by(&self, ctx: &Context<'_>) -> Result<Actor> {
        actor::resolve(Reader::of(ctx)?, self.0.by).await
    }

    /// When it was snoozed, the last time, in UTC.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }
}

/// A snooze as people think of it. A local time that a clock change skips is the next one that exists, one that occurs twice is the
/// earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::domain::snooze_time::Preset")]
pub enum SnoozePreset {
    /// In an hour.
    InOneHour,
    /// In three hours.
    LaterToday,
    /// At 09:00 on the next calendar day.
    TomorrowMorning,
    /// At 09:00 on the Monday after today; on a Monday that is the next one.
    NextWeek,
}

/// A preset, and the instant that it means now.
#[derive(Clone, Debug, SimpleObject)]
pub struct SnoozePresetTime {
    /// The preset.
    pub preset: SnoozePreset,
    /// Until when, in UTC.
    pub until: DateTime,
}
