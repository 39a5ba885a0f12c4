//! `TimeZone`: a name of the IANA time zone database.

use async_graphql::{InputValueResult, Scalar, ScalarType, Value};
use chrono_tz::Tz;

/// A time zone that this server knows the rules of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeZone(pub Tz);

impl TimeZone {
    /// Reads a name in its exact spelling; links such as `Asia/Calcutta` are kept, not replaced by what they link to.
    pub fn parse(name: &str) -> Result<Self, &'static str> {
        name.parse()
            .map(Self)
            .map_err(|_| "expected an IANA time zone name in its exact spelling, such as Europe/Lisbon")
    }

    /// The name as it was entered.
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

/// The name of a time zone in the IANA time zone database, in its exact spelling, for example `Europe/Lisbon`.
#[Scalar(specified_by_url = "https://www.iana.org/time-zones")]
impl ScalarType for TimeZone {
    fn parse(value: Value) -> InputValueResult<Self> {
        super::from_string(value, Self::parse)
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::from(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exact_and_kept() {
        for name in ["Europe/Lisbon", "UTC", "Asia/Calcutta", "Asia/Kolkata", "America/Argentina/Ushuaia"] {
            assert_eq!(TimeZone::parse(name).map(TimeZone::name), Ok(name));
        }
        for name in ["", "europe/lisbon", "Europe/Lisbon ", "Lisbon", "+01:00", "Local", "Mars/Olympus"] {
            assert!(TimeZone::parse(name).is_err(), "{name}");
        }
    }
}
