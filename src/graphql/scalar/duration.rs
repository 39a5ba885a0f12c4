//! `Duration`: the spelling of [`IsoDuration`] on the wire.

use async_graphql::{InputValueResult, Scalar, ScalarType, Value};

use crate::domain::duration::{DurationFault, IsoDuration};

/// A duration as it was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duration(pub IsoDuration);

impl From<IsoDuration> for Duration {
    fn from(duration: IsoDuration) -> Self {
        Self(duration)
    }
}

/// An ISO 8601 duration of weeks, days, hours, minutes and seconds in whole numbers, for example `P7D` or `PT1H30M`.
/// It is more than zero and at most `P3650D`; a day is 24 hours. It is answered as it was entered.
#[Scalar(specified_by_url = "https://en.wikipedia.org/wiki/ISO_8601#Durations")]
impl ScalarType for Duration {
    fn parse(value: Value) -> InputValueResult<Self> {
        super::from_string(value, |text| IsoDuration::parse(text).map(Self).map_err(DurationFault::reason))
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spelling_is_kept() {
        let entered = Value::from("PT24H");
        let duration = <Duration as ScalarType>::parse(entered.clone()).unwrap();
        assert_eq!(duration.0.seconds(), 86_400);
        assert_eq!(ScalarType::to_value(&duration), entered);
    }
}
