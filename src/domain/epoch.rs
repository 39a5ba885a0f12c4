//! Epochs of the log: a restored log begins a new one, so that a position of before isn't taken for one of its own.

use chrono::{DateTime, Utc};

/// 2024-01-01 in seconds since 1970.
const FIRST_SECOND: i64 = 1_704_067_200;

/// The epoch that begins now, after the given one; none when there are no more.
///
/// A backup holds an old epoch, and may be restored again and again: counting on from it would give the same epoch each time, and with
/// it the same positions to different entries. The time since 2024 doesn't come twice.
#[must_use]
pub fn next(after: i32, now: DateTime<Utc>) -> Option<i32> {
    let by_the_clock = i32::try_from(now.timestamp() - FIRST_SECOND).unwrap_or_default();
    Some(after.checked_add(1)?.max(by_the_clock))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_epoch_is_beyond_the_last_one_and_as_late_as_the_clock() {
        for (after, now, next_one) in [
            (1, "2024-01-01T00:00:00Z", Some(2)),
            (1, "2024-01-01T00:01:00Z", Some(60)),
            (1, "2026-07-01T12:00:00Z", Some(78_840_000)),
            // The clock was set back, or another began in this second.
            (78_840_000, "2026-07-01T12:00:00Z", Some(78_840_001)),
            (78_840_009, "2026-07-01T12:00:00Z", Some(78_840_010)),
            (7, "1970-01-01T00:00:00Z", Some(8)),
            // The seconds have run out; counting goes on.
            (5, "2100-01-01T00:00:00Z", Some(6)),
            (i32::MAX, "2026-07-01T12:00:00Z", None),
        ] {
            assert_eq!(next(after, at(now)), next_one, "{after} {now}");
        }
    }
}
