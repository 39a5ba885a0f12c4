//! Tells jumps of the wall clock from time that went by. Pure: both clocks are given.
//!
//! After a jump forward nothing is closed by the clock for a while: whoever mends a wrong clock, or restores a machine that stood
//! still, shouldn't find the inbox empty. Waking goes on, because it loses nothing.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

/// Beyond this it is a jump forward.
const FORWARD: TimeDelta = TimeDelta::minutes(5);
/// Beyond this it is a jump back; smaller steps are usual corrections.
const BACK: TimeDelta = TimeDelta::seconds(10);

/// By how much the wall clock jumped against the machine's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// By more than five minutes.
    Forward(TimeDelta),
    /// By more than ten seconds.
    Back(TimeDelta),
}

/// Compares the two clocks from look to look.
#[derive(Clone, Debug)]
pub struct JumpWatch {
    pause: Duration,
    last: Option<(DateTime<Utc>, Instant)>,
    jumped: Option<Instant>,
}

impl JumpWatch {
    /// Pauses for so long after a jump forward.
    #[must_use]
    pub fn new(pause: Duration) -> Self {
        Self { pause, last: None, jumped: None }
    }

    /// Whether the wall clock jumped since the last look.
    pub fn look(&mut self, wall: DateTime<Utc>, at: Instant) -> Option<Jump> {
        let (last_wall, last_at) = self.last.replace((wall, at))?;
        let went_by = TimeDelta::from_std(at.saturating_duration_since(last_at)).unwrap_or(TimeDelta::MAX);
        let by = (wall - last_wall).checked_sub(&went_by).unwrap_or(TimeDelta::MIN);
        if by > FORWARD {
            self.jumped = Some(at);
            return Some(Jump::Forward(by));
        }
        (by < -BACK).then(|| Jump::Back(-by))
    }

    /// Whether closing by the clock is paused.
    #[must_use]
    pub fn is_pausing(&self, at: Instant) -> bool {
        self.jumped.is_some_and(|jumped| at.saturating_duration_since(jumped) < self.pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn started() -> (JumpWatch, DateTime<Utc>, Instant) {
        let (mut watch, wall, at) = (JumpWatch::new(MINUTE), DateTime::UNIX_EPOCH, Instant::now());
        assert_eq!(watch.look(wall, at), None, "nothing to compare with");
        (watch, wall, at)
    }

    #[test]
    fn time_that_goes_by_is_no_jump() {
        let (mut watch, wall, at) = started();
        assert_eq!(watch.look(wall + TimeDelta::hours(3), at + 180 * MINUTE), None, "a long pass");
        assert_eq!(watch.look(wall + TimeDelta::hours(3) + FORWARD, at + 180 * MINUTE), None, "exactly five minutes");
        assert!(!watch.is_pausing(at + 180 * MINUTE));
    }

    #[test]
    fn a_jump_forward_pauses_for_a_minute_of_the_machines_own_clock() {
        let (mut watch, wall, at) = started();
        let jumped = wall + FORWARD + TimeDelta::microseconds(1);
        assert_eq!(watch.look(jumped, at), Some(Jump::Forward(FORWARD + TimeDelta::microseconds(1))));
        assert!(watch.is_pausing(at) && watch.is_pausing(at + MINUTE - Duration::from_nanos(1)));
        assert!(!watch.is_pausing(at + MINUTE));
        assert_eq!(watch.look(jumped + TimeDelta::seconds(1), at + Duration::from_secs(1)), None, "told once");
    }

    #[test]
    fn a_jump_within_the_pause_begins_it_anew() {
        let (mut watch, wall, at) = started();
        assert!(watch.look(wall + TimeDelta::hours(1), at).is_some());
        let again = at + MINUTE / 2;
        assert!(watch.look(wall + TimeDelta::hours(2), again).is_some());
        assert!(watch.is_pausing(at + MINUTE) && !watch.is_pausing(again + MINUTE));
    }

    #[test]
    fn a_jump_back_is_told_and_pauses_nothing() {
        let (mut watch, wall, at) = started();
        assert_eq!(watch.look(wall - BACK, at), None, "a correction");
        assert_eq!(watch.look(wall - TimeDelta::days(1), at), Some(Jump::Back(TimeDelta::days(1) - BACK)));
        assert!(!watch.is_pausing(at));
    }

    #[test]
    fn a_clock_that_stands_still_is_a_jump_back_only_in_the_end() {
        let (mut watch, wall, at) = started();
        assert_eq!(watch.look(wall, at + Duration::from_secs(10)), None);
        assert_eq!(watch.look(wall, at + Duration::from_secs(21)), Some(Jump::Back(TimeDelta::seconds(11))));
    }
}
