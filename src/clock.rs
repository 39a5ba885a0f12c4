//! The clock: the only place that asks the machine for the time.
//! Instants are whole microseconds, which is what both databases keep, so that what is written equals what is read back.
//! Time may stand still or step back; whoever needs order takes `max(clock, what was last written)` under a lock.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Where `now` comes from; clones share it.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is moved.
    Manual(ManualClock),
}

impl Clock {
    /// The current instant, cut to microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[allow(clippy::disallowed_methods, reason = "the one place")]
            Self::System => from_micros(Utc::now().timestamp_micros()),
            Self::Manual(clock) => clock.now(),
        }
    }
}

impl From<ManualClock> for Clock {
    fn from(clock: ManualClock) -> Self {
        Self::Manual(clock)
    }
}

/// A clock moved by hand, for tests and for filling a demo with a past; clones move together.
#[derive(Clone, Debug)]
pub struct ManualClock {
    /// Microseconds since 1970.
    micros: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock standing at this instant, cut to microseconds.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { micros: Arc::new(AtomicI64::new(now.timestamp_micros())) }
    }

    /// Where the clock stands.
    pub fn now(&self) -> DateTime<Utc> {
        from_micros(self.micros.load(Ordering::SeqCst))
    }

    /// Moves the clock to this instant, back too.
    pub fn set(&self, now: DateTime<Utc>) {
        self.micros.store(now.timestamp_micros(), Ordering::SeqCst);
    }

    /// Moves the clock on (back if negative) and answers where it then stands.
    pub fn advance(&self, by: TimeDelta) -> DateTime<Utc> {
        let by = by.num_microseconds().unwrap_or(0);
        from_micros(self.micros.fetch_add(by, Ordering::SeqCst).saturating_add(by))
    }
}

/// The instant of a count that came from an instant, so it is always in range.
fn from_micros(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_cut_to_microseconds() {
        let clock = ManualClock::at("2026-01-02T03:04:05.123456789Z".parse().unwrap());
        assert_eq!(clock.now().to_rfc3339(), "2026-01-02T03:04:05.123456+00:00");
        assert_eq!(Clock::System.now().timestamp_subsec_nanos() % 1_000, 0);
    }

    #[test]
    fn a_manual_clock_moves_for_all_its_clones() {
        let hand = ManualClock::at(DateTime::UNIX_EPOCH);
        let clock = Clock::from(hand.clone());
        assert_eq!(clock.now(), clock.now());
        assert_eq!(hand.advance(TimeDelta::hours(168)), clock.now());
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::days(7));
        hand.set(DateTime::UNIX_EPOCH);
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH);
    }
}
