//! One newtype an id, so that an agent's id can't be passed where a team's is meant.
//! An id is a UUIDv7: 16 bytes in the database (a blob on SQLite, `uuid` on PostgreSQL), a TypeID on the wire and in log payloads.
//! The instant comes from the caller: nothing here reads a clock.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use uuid::{Timestamp, Uuid};

use crate::typeid;

/// Makes the newtype of one id: its prefix, its texts and what SeaORM asks of a key.
macro_rules! id {
    ($name:ident, $prefix:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl $name {
            /// What stands before the underscore on the wire.
            pub const PREFIX: &'static str = $prefix;

            /// A fresh id for something made at this instant; ids of later microseconds sort after it.
            pub fn new(at: DateTime<Utc>) -> Self {
                Self(uuid_v7(at))
            }

            /// Reads the wire form; none for another prefix or any other spelling.
            pub fn parse(text: &str) -> Option<Self> {
                typeid::parse(Self::PREFIX, text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&typeid::encode(Self::PREFIX, self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), &Self::PREFIX))
            }
        }

        // SeaORM asks it of every key; only databases that number rows themselves would call it.
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    };
}

id!(AgentId, "agent", "Id of a person who works conversations.");
id!(TeamId, "team", "Id of a group of agents.");
id!(ChannelId, "channel", "Id of a way customers write in.");
id!(CustomerId, "customer", "Id of a person outside.");
id!(IntegrationId, "integration", "Id of a machine principal.");
id!(ConversationId, "conversation", "Id of a thread with one customer on one channel.");
id!(
    EventId,
    "entry",
    "Id of a row of the event log. A message and a note are named by their row's id, each with a prefix of its own on the wire; \
     every other entry, and every id in a log payload, has this prefix."
);
id!(TagId, "tag", "Id of a tag.");
id!(TicketId, "ticket", "Id of a tracked issue.");
id!(NotificationId, "notification", "Id of one agent's notice of one entry.");
id!(WorkflowId, "workflow", "Id of an automation.");
id!(RunId, "run", "Id of one run of a workflow.");
id!(MacroId, "macro", "Id of a saved list of actions.");
id!(TokenId, "token", "Id of an API token; it is no secret.");
id!(SweepId, "sweep", "Id of a set-up change's unfinished consequences; never on the wire.");

impl EventId {
    /// The wire form under the prefix that fits the row's kind: `message`, `note` or `entry`.
    pub fn to_wire(self, prefix: &str) -> String {
        typeid::encode(prefix, self.0)
    }

    /// Reads the wire form under one prefix; whether the row is of that kind is for the caller to check.
    pub fn from_wire(prefix: &str, text: &str) -> Option<Self> {
        typeid::parse(prefix, text).map(Self)
    }
}

/// A UUIDv7 of the instant, cut to microseconds; instants before 1970 count as 1970.
fn uuid_v7(at: DateTime<Utc>) -> Uuid {
    let at = at.max(DateTime::UNIX_EPOCH);
    let nanos = at.timestamp_subsec_nanos();
    // RFC 9562 §6.2 method 3: the microsecond within the millisecond leads the random bits, so that id order is time order.
    let micros = u128::from(nanos / 1_000 % 1_000);
    Uuid::new_v7(Timestamp::from_unix_time(at.timestamp().unsigned_abs(), nanos, micros, 10))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn instant() -> DateTime<Utc> {
        "2026-01-02T03:04:05.678901Z".parse().unwrap()
    }

    #[test]
    fn wire_form_is_read_back() {
        let id = AgentId::new(instant());
        assert!(id.to_string().starts_with("agent_01"));
        assert_eq!(AgentId::parse(&id.to_string()), Some(id));
        assert_eq!(TeamId::parse(&id.to_string()), None);
        assert_eq!(AgentId::parse(&id.to_string().to_uppercase()), None);
        assert_eq!(AgentId::parse(&id.0.to_string()), None);
    }

    #[test]
    fn ids_carry_their_instant_and_sort_by_it() {
        let first = EventId::new(instant());
        assert_eq!(first.0.get_version_num(), 7);
        assert_eq!(first.0.get_timestamp().unwrap().to_unix(), (1_767_323_045, 678_000_000));
        for _ in 0..100 {
            let next = EventId::new(instant() + TimeDelta::microseconds(1));
            assert!(EventId::new(instant()) < next);
        }
        assert_ne!(first, EventId::new(instant()));
    }

    #[test]
    fn instants_before_1970_are_1970() {
        let id = TagId::new("1950-01-01T00:00:00.5Z".parse().unwrap());
        assert_eq!(id.0.get_timestamp().unwrap().to_unix(), (0, 0));
    }

    #[test]
    fn log_payloads_spell_ids_as_on_the_wire() {
        let id = EventId::new(instant());
        let json = serde_json::to_value(id).unwrap();
        assert_eq!(json, id.to_wire("entry"));
        assert_eq!(serde_json::from_value::<EventId>(json.clone()).unwrap(), id);
        assert!(serde_json::from_value::<TagId>(json).is_err());
    }

    #[test]
    fn an_event_is_read_under_the_prefix_asked_for() {
        let id = EventId::new(instant());
        let note = id.to_wire("note");
        assert_eq!(EventId::from_wire("note", &note), Some(id));
        assert_eq!(EventId::from_wire("message", &note), None);
        assert_eq!(EventId::parse(&note), None);
    }
}
