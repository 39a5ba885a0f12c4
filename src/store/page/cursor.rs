//! The cursor of a row: its list, the direction, the value it is sorted by, and its id.
//!
//! Owns the bytes, base64url on the wire. Strict: each place in each order has one spelling, and no other order reads it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

use crate::error::{Error, Result};

/// The layout's version, the first byte.
const VERSION: u8 = 1;
/// Longer text is no cursor of ours: a folded name has at most 255 characters, and folding may lengthen it.
const LONGEST: usize = 16 * 1024;

/// What a row is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Value {
    /// An instant.
    Time(DateTime<Utc>),
    /// A small number.
    Small(i16),
    /// A number.
    Long(i64),
    /// Text compared bytewise.
    Text(String),
    /// Nothing but the id.
    Id,
}

/// The kinds of [`Value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Kind {
    /// An instant.
    Time,
    /// A small number.
    Small,
    /// A number.
    Long,
    /// Text.
    Text,
    /// Nothing but the id.
    Id,
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Place {
    /// What it is sorted by.
    pub value: Value,
    /// What decides ties.
    pub id: Uuid,
}

/// A window whose cursors are read.
#[derive(Clone, Debug)]
pub(in crate::store) struct Bounds {
    /// How many rows at most.
    pub limit: u64,
    /// The last rows instead of the first.
    pub backward: bool,
    /// Only what comes after.
    pub after: Option<Place>,
    /// Only what comes before.
    pub before: Option<Place>,
}

impl Place {
    /// The spelling on the wire, for the order with this tag.
    pub(in crate::store) fn spell(&self, tag: u8) -> String {
        let mut bytes = vec![VERSION, tag];
        match &self.value {
            Value::Time(at) => bytes.extend(at.timestamp_micros().to_be_bytes()),
            Value::Small(number) => bytes.extend(number.to_be_bytes()),
            Value::Long(number) => bytes.extend(number.to_be_bytes()),
            Value::Text(text) => bytes.extend(text.as_bytes()),
            Value::Id => {}
        }
        bytes.extend(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads what [`Place::spell`] wrote for the same order; nothing else.
    pub(in crate::store) fn read(text: &str, tag: u8, kind: Kind) -> Result<Self> {
        Self::decode(text, tag, kind).ok_or_else(|| Error::BadRequest("This is not a cursor of this list.".to_owned()))
    }

    fn decode(text: &str, tag: u8, kind: Kind) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        // This engine refuses padding and stray trailing bits, so no second spelling passes.
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let rest = bytes.strip_prefix(&[VERSION, tag])?;
        let (value, id) = rest.split_last_chunk::<16>()?;
        Some(Self { value: kind.decode(value)?, id: Uuid::from_bytes(*id) })
    }
}

impl Kind {
    fn decode(self, bytes: &[u8]) -> Option<Value> {
        match self {
            Self::Time => {
                let at = DateTime::from_timestamp_micros(i64::from_be_bytes(bytes.try_into().ok()?))?;
                (1..=9999).contains(&at.year()).then_some(Value::Time(at))
            }
            Self::Small => Some(Value::Small(i16::from_be_bytes(bytes.try_into().ok()?))),
            Self::Long => Some(Value::Long(i64::from_be_bytes(bytes.try_into().ok()?))),
            Self::Text => {
                let text = std::str::from_utf8(bytes).ok()?;
                (!text.contains('\0')).then(|| Value::Text(text.to_owned()))
            }
            Self::Id => bytes.is_empty().then_some(Value::Id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    fn places() -> [(Kind, Value); 6] {
        [
            (Kind::Time, Value::Time("2026-01-02T03:04:05.000006Z".parse().unwrap())),
            (Kind::Time, Value::Time("0001-01-01T00:00:00Z".parse().unwrap())),
            (Kind::Small, Value::Small(-3)),
            (Kind::Long, Value::Long(i64::MAX)),
            (Kind::Text, Value::Text("zoë".to_owned())),
            (Kind::Id, Value::Id),
        ]
    }

    #[test]
    fn places_are_read_back_by_their_own_order_alone() {
        for (kind, value) in places() {
            let place = Place { value, id: ID };
            let spelled = place.spell(6);
            assert_eq!(Place::decode(&spelled, 6, kind), Some(place));
            assert_eq!(Place::decode(&spelled, 7, kind), None);
            assert!(matches!(Place::read(&spelled, 7, kind), Err(Error::BadRequest(_))));
        }
    }

    #[test]
    fn malformed_cursors_are_refused() {
        let good = Place { value: Value::Small(1), id: ID }.spell(6);
        let longer = Place { value: Value::Long(1), id: ID }.spell(6);
        for wrong in ["", "x", "=", &format!("{good}="), &format!(" {good}"), &good[1..], &longer, &"A".repeat(20_000)]
        {
            assert_eq!(Place::decode(wrong, 6, Kind::Small), None, "{wrong}");
        }
        for bytes in [i64::MAX.to_be_bytes(), i64::MIN.to_be_bytes()] {
            assert_eq!(Kind::Time.decode(&bytes), None);
        }
        assert_eq!(Kind::Text.decode(b"a\0b"), None);
        assert_eq!(Kind::Text.decode(&[0xff]), None);
        assert_eq!(Kind::Id.decode(&[0]), None);
    }
}
