//! The same key does it once; a retry answers the first call's objects with the first `changed` (semantics §13.2).

use chrono::{DateTime, Utc};
use entity::enums::EventKind;
use entity::ids::{ConversationId, EventId, TicketId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::change::{Changed, Routed, entry_of};
use crate::domain::change::Change;
use crate::domain::permission::{ChannelAccess, Principal, Viewer};
use crate::domain::rejection::{Code, Rejection};
use crate::domain::routing::{Decision, Route};
use crate::domain::{input, limits};
use crate::error::{Error, Result};
use crate::store::events;
use crate::store::idempotency::{self as store, Claim};
use crate::store::write::Tx;

pub use crate::store::idempotency::Key;

/// What is kept under a key: ids, never texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The conversation.
    pub conversation: ConversationId,
    /// The message.
    pub message: Option<EventId>,
    /// The note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<EventId>,
    /// The ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    /// The entries that were written.
    pub entries: Vec<EventId>,
    /// Where a received message went.
    pub route: Option<KeptRoute>,
}

/// A route as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptRoute {
    decision: String,
    reason: String,
}

/// How the route of a duplicate is kept.
const DUPLICATE: &str = "DUPLICATE";

impl Outcome {
    /// What a change came to.
    #[must_use]
    pub fn of(change: &Change, route: Option<&Route>) -> Self {
        Self {
            conversation: change.conversation.id,
            message: entry_of(change, EventKind::Message),
            note: entry_of(change, EventKind::Note),
            ticket: change.tickets.first().map(|change| change.ticket.id),
            entries: change.entries.iter().map(|entry| entry.id).collect(),
            route: route.map(KeptRoute::of),
        }
    }

    /// What a message came to that had been received before.
    #[must_use]
    pub fn duplicate(conversation: ConversationId, message: EventId) -> Self {
        let route = KeptRoute { decision: DUPLICATE.to_owned(), reason: String::new() };
        Self { conversation, message: Some(message), note: None, ticket: None, entries: Vec::new(), route: Some(route) }
    }
}

impl KeptRoute {
    fn of(route: &Route) -> Self {
        let decision = match route.decision {
            Decision::Append => "APPEND",
            Decision::Reopen => "REOPEN",
            Decision::Create { continues: false } => "CREATE",
            Decision::Create { continues: true } => "CONTINUE",
        };
        Self { decision: decision.to_owned(), reason: route.reason.clone() }
    }

    fn routed(self) -> Routed {
        let decision = match self.decision.as_str() {
            DUPLICATE => return Routed::Duplicate,
            "APPEND" => Decision::Append,
            "REOPEN" => Decision::Reopen,
            other => Decision::Create { continues: other == "CONTINUE" },
        };
        Routed::To(Route { decision, reason: self.reason })
    }
}

/// The key of an input, if one was given.
///
/// # Errors
/// `REQUIRED` for a blank one, `TOO_LONG`, `INVALID`.
pub fn key(
    viewer: &Viewer,
    operation: &'static str,
    given: Option<&str>,
    spelled_input: &str,
) -> std::result::Result<Option<Key>, Rejection> {
    let Some(given) = given else { return Ok(None) };
    let key = input::required("idempotencyKey", given, limits::IDEMPOTENCY_KEY)?;
    let principal = match viewer.principal {
        Principal::Agent { id, .. } => id.0,
        Principal::Integration { id } => id.0,
    };
    Ok(Some(Key { principal, operation, key, input_hash: Sha256::digest(spelled_input).into() }))
}

/// The refusal of a key that came with another input before.
pub(in crate::service) fn mismatch() -> Rejection {
    let text = "This key was used before with another input.";
    Rejection::new(Code::IdempotencyMismatch, text).at("idempotencyKey")
}

/// Claims the key, if there is one. What was done under it before is answered instead of doing it again.
///
/// # Errors
/// `IDEMPOTENCY_MISMATCH`; `NOT_FOUND` for what the viewer no longer sees; the database's.
pub async fn begin(tx: &Tx, access: &ChannelAccess, key: Option<&Key>, now: DateTime<Utc>) -> Result<Option<Changed>> {
    let Some(outcome) = done::<Outcome>(tx, key, now).await? else { return Ok(None) };
    // The right to see it may have been lost since.
    if !events::sees(tx, access, outcome.conversation).await? {
        return Err(Rejection::not_found("conversationId").into());
    }
    Ok(Some(Changed {
        conversation: outcome.conversation,
        message: outcome.message,
        note: outcome.note,
        ticket: outcome.ticket,
        changed: !outcome.entries.is_empty(),
        next_timer: None,
        events: events::by_ids_in(tx, &outcome.entries).await?,
        route: outcome.route.map(KeptRoute::routed),
    }))
}

/// Claims the key, if there is one, and reads what was kept under it before.
///
/// # Errors
/// `IDEMPOTENCY_MISMATCH`; the database's.
pub async fn done<T: DeserializeOwned>(tx: &Tx, key: Option<&Key>, now: DateTime<Utc>) -> Result<Option<T>> {
    let Some(key) = key else { return Ok(None) };
    match store::claim(tx, key, now).await? {
        Claim::Fresh => Ok(None),
        Claim::Mismatch => Err(mismatch().into()),
        Claim::Done(kept) => Ok(Some(serde_json::from_value(kept).map_err(Error::internal)?)),
    }
}

/// Keeps what was done under the key, if there is one. The last thing before saving.
///
/// # Errors
/// The database's.
pub async fn finish(tx: &Tx, key: Option<&Key>, outcome: &Outcome) -> Result<()> {
    keep(tx, key, outcome).await
}

/// Keeps anything under the key, if there is one.
///
/// # Errors
/// The database's.
pub async fn keep<T: Serialize>(tx: &Tx, key: Option<&Key>, outcome: &T) -> Result<()> {
    let Some(key) = key else { return Ok(()) };
    store::record(tx, key, serde_json::to_value(outcome).map_err(Error::internal)?).await
}
