//! Presets of a snooze as instants in somebody's time zone (semantics §7.1).

use std::iter::successors;

use chrono::offset::LocalResult;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// A snooze that is spelled as people think of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// In an hour.
    InOneHour,
    /// In three hours.
    LaterToday,
    /// At nine on the next calendar day.
    TomorrowMorning,
    /// At nine on the Monday after today.
    NextWeek,
}

impl Preset {
    /// All of them, as a menu lists them.
    pub const ALL: [Self; 4] = [Self::InOneHour, Self::LaterToday, Self::TomorrowMorning, Self::NextWeek];

    /// The instant it means to somebody in this time zone. A local time that a clock change skips is the next one that exists, one
    /// that occurs twice is the earlier; a day that a zone left out is no day. None only at the end of all dates.
    #[must_use]
    pub fn resolve(self, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let today = now.with_timezone(&zone).date_naive();
        match self {
            Self::InOneHour => now.checked_add_signed(TimeDelta::hours(1)),
            Self::LaterToday => now.checked_add_signed(TimeDelta::hours(3)),
            Self::TomorrowMorning => morning(today.succ_opt()?, Days::new(1), zone),
            Self::NextWeek => {
                let until_monday = 7 - u64::from(today.weekday().num_days_from_monday());
                morning(today.checked_add_days(Days::new(until_monday))?, Days::new(7), zone)
            }
        }
    }
}

/// Nine on this day or, if the zone left it out, so many days later.
fn morning(day: NaiveDate, step: Days, zone: Tz) -> Option<DateTime<Utc>> {
    let mut days = successors(Some(day), |day| day.checked_add_days(step));
    let there_is = |day: &NaiveDate| {
        let begins = first_at(day.and_time(NaiveTime::MIN), zone);
        begins.is_none_or(|at| at.with_timezone(&zone).date_naive() == *day)
    };
    first_at(days.find(there_is)?.and_time(NaiveTime::from_hms_opt(9, 0, 0)?), zone)
}

/// The first instant at which clocks there show this time or, where they skip it, a later one.
fn first_at(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.with_timezone(&Utc)),
        LocalResult::None => gap_end(local, zone),
    }
}

/// The end of the gap in which this local time of whole seconds lies: clocks show less before, more from then on.
fn gap_end(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    // No clock is a day or more off UTC.
    let (mut before, mut after) = (local.checked_sub_days(Days::new(1))?, local.checked_add_days(Days::new(1))?);
    while after - before > TimeDelta::seconds(1) {
        let between = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        match zone.from_utc_datetime(&between).naive_local() > local {
            true => after = between,
            false => before = between,
        }
    }
    Some(after.and_utc())
}

#[cfg(test)]
mod tests;
