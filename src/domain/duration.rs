//! Durations as people configure them: ISO 8601 in whole weeks, days, hours, minutes and seconds.
//! A day is always 24 hours, so calendar months and years have no length here and are refused.

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer, Serialize, de};

/// The longest duration: 3650 days, in seconds.
const MAX_SECONDS: u64 = 3650 * 86_400;

/// The longest spelling that is read.
const MAX_LEN: usize = 64;

/// The designators before and after `T`, in the order they must come, and the seconds of one.
const DATE_UNITS: [(char, u64); 2] = [('W', 7 * 86_400), ('D', 86_400)];
const TIME_UNITS: [(char, u64); 3] = [('H', 3_600), ('M', 60), ('S', 1)];

/// A duration of more than zero and at most 3650 days, spelled as it was entered.
///
/// `P1D` and `PT24H` are equally long but not equal: compare [`seconds`](Self::seconds) for length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct IsoDuration {
    text: String,
    #[serde(skip)]
    seconds: u32,
}

/// Why a text isn't a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurationFault {
    /// Not the form at all.
    Malformed,
    /// Years or calendar months.
    Calendar,
    /// A fraction in any place.
    Fraction,
    /// Nothing but zeros.
    Zero,
    /// More than 3650 days.
    TooLong,
}

impl DurationFault {
    /// One sentence for the person who entered it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "expected an ISO 8601 duration such as PT90M, P7D or P1DT12H",
            Self::Calendar => {
                "years and calendar months have no fixed length; use weeks, days, hours, minutes and seconds"
            }
            Self::Fraction => "only whole numbers are allowed; use a smaller unit instead of a fraction",
            Self::Zero => "a duration must be more than zero",
            Self::TooLong => "a duration must be at most P3650D",
        }
    }
}

impl IsoDuration {
    /// Reads a duration such as `P7D` or `PT1H30M`: upper case, no sign, each unit at most once and in descending order.
    pub fn parse(text: &str) -> Result<Self, DurationFault> {
        if text.len() > MAX_LEN {
            return Err(DurationFault::Malformed);
        }
        let body = text.strip_prefix('P').ok_or(DurationFault::Malformed)?;
        let (date, time) = match body.split_once('T') {
            Some((_, "")) => return Err(DurationFault::Malformed),
            Some((date, time)) => (date, time),
            None if body.is_empty() => return Err(DurationFault::Malformed),
            None => (body, ""),
        };
        if date.contains(['Y', 'M']) {
            return Err(DurationFault::Calendar);
        }
        let seconds = sum(date, &DATE_UNITS)?.saturating_add(sum(time, &TIME_UNITS)?);
        match u32::try_from(seconds) {
            Ok(0) => Err(DurationFault::Zero),
            Ok(whole) if seconds <= MAX_SECONDS => Ok(Self { text: text.to_owned(), seconds: whole }),
            _ => Err(DurationFault::TooLong),
        }
    }

    /// The spelling that was entered.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The length in seconds, at least 1.
    pub fn seconds(&self) -> u32 {
        self.seconds
    }

    /// The length, for adding to an instant.
    pub fn delta(&self) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.seconds))
    }
}

impl<'de> Deserialize<'de> for IsoDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(|fault| de::Error::custom(fault.reason()))
    }
}

/// The seconds of `digits designator` pairs; too many of them saturate.
fn sum(mut rest: &str, units: &[(char, u64)]) -> Result<u64, DurationFault> {
    if rest.contains(['.', ',']) {
        return Err(DurationFault::Fraction);
    }
    let mut total = 0u64;
    for &(designator, unit) in units {
        let Some((digits, after)) = rest.split_once(designator) else {
            continue;
        };
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(DurationFault::Malformed);
        }
        // Only a number beyond 64 bits fails here.
        let count = digits.parse().unwrap_or(u64::MAX);
        total = total.saturating_add(unit.saturating_mul(count));
        rest = after;
    }
    if rest.is_empty() { Ok(total) } else { Err(DurationFault::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_units_are_read_and_kept_as_entered() {
        for (text, seconds) in [
            ("PT1S", 1),
            ("PT90M", 5_400),
            ("PT24H", 86_400),
            ("P1D", 86_400),
            ("P7D", 604_800),
            ("P1W", 604_800),
            ("P1W1DT1H1M1S", 694_861),
            ("P1DT0S", 86_400),
            ("P007D", 604_800),
            ("P3650D", 315_360_000),
            ("PT87600H", 315_360_000),
        ] {
            let duration = IsoDuration::parse(text).unwrap();
            assert_eq!((duration.as_str(), duration.seconds()), (text, seconds));
            assert_eq!(duration.delta().num_seconds(), i64::from(seconds));
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        use DurationFault::*;
        for (text, fault) in [
            ("", Malformed),
            ("P", Malformed),
            ("PT", Malformed),
            ("P1DT", Malformed),
            ("1D", Malformed),
            ("p1d", Malformed),
            ("P1d", Malformed),
            ("-P1D", Malformed),
            ("P-1D", Malformed),
            ("P+1D", Malformed),
            ("PD", Malformed),
            ("P1", Malformed),
            ("P1D2", Malformed),
            ("P1D1W", Malformed),
            ("P1D1D", Malformed),
            ("PT1M1H", Malformed),
            ("PT1HT1M", Malformed),
            ("P1H", Malformed),
            ("PT1D", Malformed),
            (" P1D", Malformed),
            ("P1D ", Malformed),
            ("P١D", Malformed),
            ("P1M", Calendar),
            ("P1Y", Calendar),
            ("P1Y2M3D", Calendar),
            ("PT1.5H", Fraction),
            ("PT1,5H", Fraction),
            ("P0.5D", Fraction),
            ("P0D", Zero),
            ("PT0H0M0S", Zero),
            ("P3650DT1S", TooLong),
            ("P522W", TooLong),
            ("PT99999999999999999999999999S", TooLong),
            ("P18446744073709551615W", TooLong),
        ] {
            assert_eq!(IsoDuration::parse(text), Err(fault), "{text}");
        }
        assert_eq!(IsoDuration::parse(&format!("P{}1D", "0".repeat(100))), Err(Malformed));
    }

    #[test]
    fn serde_uses_the_spelling() {
        let duration = IsoDuration::parse("PT24H").unwrap();
        assert_eq!(serde_json::to_value(&duration).unwrap(), "PT24H");
        assert_eq!(serde_json::from_str::<IsoDuration>(r#""PT24H""#).unwrap(), duration);
        assert!(serde_json::from_str::<IsoDuration>(r#""P1M""#).is_err());
    }
}
