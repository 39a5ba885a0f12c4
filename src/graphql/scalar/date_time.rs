//! `DateTime`: an instant, read with any offset and answered in UTC.

use async_graphql::{InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, SecondsFormat, Utc};

/// An instant of the years 1 to 9999 in whole microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime(pub chrono::DateTime<Utc>);

impl DateTime {
    /// Reads RFC 3339 with any offset, cut to microseconds; a leap second counts as the second after it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "expected an RFC 3339 instant with an offset, such as 2026-01-31T09:00:00Z";
        // chrono also reads a space for the T and a typographic minus.
        if !text.is_ascii() || !matches!(text.as_bytes().get(10), Some(b'T' | b't')) {
            return Err(FORM);
        }
        let at = chrono::DateTime::parse_from_rfc3339(text).map_err(|_| FORM)?;
        let at = chrono::DateTime::from_timestamp_micros(at.timestamp_micros()).ok_or(FORM)?;
        if (1..=9999).contains(&at.year()) {
            Ok(Self(at))
        } else {
            Err("the instant must lie in the years 1 to 9999 (UTC)")
        }
    }

    /// The spelling on the wire: `Z`, and six fraction digits or none.
    pub fn spell(self) -> String {
        let whole = self.0.timestamp_subsec_micros() == 0;
        self.0.to_rfc3339_opts(if whole { SecondsFormat::Secs } else { SecondsFormat::Micros }, true)
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(at: chrono::DateTime<Utc>) -> Self {
        Self(at)
    }
}

impl From<DateTime> for chrono::DateTime<Utc> {
    fn from(at: DateTime) -> Self {
        at.0
    }
}

/// An RFC 3339 instant. It is answered in UTC with `Z` and six fraction digits or none. Any offset is accepted; the years 1 to 9999 are,
/// and digits beyond microseconds are cut off.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        super::from_string(value, Self::parse)
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.spell())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_offset_is_read_and_answered_in_utc() {
        for (text, spelled) in [
            ("2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z"),
            ("2026-01-31t09:00:00z", "2026-01-31T09:00:00Z"),
            ("2026-01-31T09:00:00+00:00", "2026-01-31T09:00:00Z"),
            ("2026-01-31T09:00:00-00:00", "2026-01-31T09:00:00Z"),
            ("2026-01-01T00:30:00+05:45", "2025-12-31T18:45:00Z"),
            ("2026-01-31T09:00:00.5Z", "2026-01-31T09:00:00.500000Z"),
            ("2026-01-31T09:00:00.000Z", "2026-01-31T09:00:00Z"),
            ("2026-01-31T09:00:00.1234567899Z", "2026-01-31T09:00:00.123456Z"),
            ("2026-01-31T09:00:00.0000009Z", "2026-01-31T09:00:00Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(DateTime::parse(text).map(DateTime::spell).as_deref(), Ok(spelled), "{text}");
        }
    }

    #[test]
    fn other_spellings_and_years_are_refused() {
        for text in [
            "",
            "2026-01-31",
            "2026-01-31T09:00:00",
            "2026-01-31 09:00:00Z",
            "2026-01-31T09:00Z",
            "2026-01-31T09:00:00 Z",
            "2026-01-31T09:00:00.Z",
            "2026-01-31T09:00:00,5Z",
            "2026-01-31T09:00:00\u{2212}01:00",
            "2026-01-31T09:00:00+0100",
            "2026-01-31T09:00:00+24:00",
            "2026-02-29T09:00:00Z",
            "2026-13-01T09:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T09:00:61Z",
            "+12026-01-31T09:00:00Z",
            "12026-01-31T09:00:00Z",
            "0000-06-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "9999-12-31T23:59:60Z",
            " 2026-01-31T09:00:00Z",
            "2026-01-31T09:00:00Z ",
            "1769850000",
        ] {
            assert!(DateTime::parse(text).is_err(), "{text}");
        }
    }
}
