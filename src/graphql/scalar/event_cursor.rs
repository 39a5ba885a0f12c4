//! `EventCursor`: a position in the event log as opaque text.

use async_graphql::{InputValueResult, Scalar, ScalarType, Value};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::domain::cursor::{CURSOR_LEN, Cursor};

/// A position in the event log; each has exactly one spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventCursor(pub Cursor);

impl EventCursor {
    /// Reads what [`spell`](Self::spell) wrote; nothing else.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut bytes = [0; CURSOR_LEN];
        // This engine refuses padding and stray trailing bits, so no second spelling passes.
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(CURSOR_LEN) => Cursor::from_bytes(&bytes).map(Self),
            _ => None,
        }
        .ok_or("this is not a cursor of this server's event log")
    }

    /// The spelling on the wire.
    pub fn spell(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.to_bytes())
    }
}

impl From<Cursor> for EventCursor {
    fn from(cursor: Cursor) -> Self {
        Self(cursor)
    }
}

/// An opaque position in the event log. Pass it back unchanged to follow on from there; it is strictly parsed and carries no authority.
#[Scalar]
impl ScalarType for EventCursor {
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

    fn cursor() -> EventCursor {
        EventCursor(Cursor { epoch: 1, seq: 1042 })
    }

    #[test]
    fn a_cursor_is_read_back() {
        assert_eq!(cursor().spell(), "AQAAAAEAAAAAAAAEEg");
        for cursor in [cursor(), EventCursor(Cursor { epoch: i32::MAX, seq: i64::MAX })] {
            assert_eq!(EventCursor::parse(&cursor.spell()), Ok(cursor));
        }
    }

    #[test]
    fn there_is_no_second_spelling() {
        let text = cursor().spell();
        let mut accepted = 0;
        for byte in 0..=127u8 {
            accepted += usize::from(EventCursor::parse(&format!("{}{}", &text[..17], char::from(byte))).is_ok());
        }
        // The last digit carries two of its six bits: 4 digits are other positions, 60 would be other spellings.
        assert_eq!(accepted, 4);
        for wrong in [
            format!("{text}=="),
            format!("{text} "),
            format!("{text}A"),
            text[..17].to_owned(),
            String::new(),
            "x".repeat(5000),
        ] {
            assert!(EventCursor::parse(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn other_versions_and_negative_positions_are_refused() {
        for bytes in [[0; 13], [2; 13], [255; 13], [1, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]] {
            assert!(EventCursor::parse(&URL_SAFE_NO_PAD.encode(bytes)).is_err(), "{bytes:?}");
        }
    }
}
