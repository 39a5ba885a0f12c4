//! Appending entries: head row last, then one insert, then nothing but the commit.

use entity::event::{ActiveModel, Entity, Model};
use entity::ids::{ConversationId, EventId, TicketId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::write::Tx;
use crate::domain::change::{Entry, Moment};
use crate::domain::facets::delta;
use crate::domain::fact::Fact;
use crate::domain::ticket::Record;
use crate::error::{Error, Result};

/// The payload's spelling, raised when it changes.
pub const SCHEMA_VERSION: i16 = 1;

/// A log row without a conversation: a set-up record was created or changed.
#[derive(Clone, Debug)]
pub struct Setup {
    /// What happened.
    pub fact: Fact,
    /// Which record.
    pub subject: Uuid,
    /// When and by whom.
    pub moment: Moment,
}

/// The row of an entry, all but its seq.
pub(in crate::store) fn entry_row(conversation: ConversationId, entry: &Entry) -> Result<Model> {
    let mut row = blank(entry.id, &entry.fact, &entry.moment);
    row.conversation_id = Some(conversation);
    row.conversation_version = Some(entry.version);
    row.subject_id = subject(&entry.fact);
    row.scheduled_for = entry.fact.scheduled_for();
    let changed = delta(entry.before.as_ref(), &entry.after);
    row.payload = payload(&entry.fact, changed, Some(entry.after.clone()))?;
    Ok(row)
}

/// The row of a set-up change, all but its seq.
pub(in crate::store) fn setup_row(setup: &Setup) -> Result<Model> {
    let mut row = blank(EventId::new(setup.moment.now), &setup.fact, &setup.moment);
    row.subject_id = Some(setup.subject);
    row.payload = payload(&setup.fact, Map::new(), None)?;
    Ok(row)
}

/// The row of a ticket's change, all but its seq.
pub(in crate::store) fn ticket_row(ticket: TicketId, record: &Record) -> Result<Model> {
    let mut row = blank(record.id, &record.fact, &record.moment);
    row.subject_id = Some(ticket.0);
    row.payload = payload(&record.fact, Map::new(), None)?;
    Ok(row)
}

/// Inserts rows that have their seq.
pub(in crate::store) async fn insert(tx: &Tx, rows: &[Model]) -> Result<()> {
    // SQLite binds at most 32,766 values a statement; a row has 15.
    for chunk in rows.chunks(1_000) {
        let rows =
            chunk.iter().cloned().map(|row| ActiveModel { seq: Set(row.seq), ..row.into_active_model() }.reset_all());
        Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

fn blank(id: EventId, fact: &Fact, moment: &Moment) -> Model {
    let (actor_kind, actor_id) = moment.actor.stored();
    let cause = moment.cause.map(|cause| cause.by.stored());
    Model {
        seq: 0,
        id,
        kind: fact.kind(),
        schema_version: SCHEMA_VERSION,
        conversation_id: None,
        conversation_version: None,
        subject_id: None,
        actor_kind,
        actor_id,
        cause_kind: cause.map(|(kind, _)| kind.to_owned()),
        cause_id: cause.map(|(_, id)| id),
        cause_depth: moment.cause.map_or(0, |cause| cause.depth),
        at: moment.now,
        scheduled_for: None,
        payload: Value::Null,
    }
}

fn payload(fact: &Fact, delta: Map<String, Value>, after: Option<Map<String, Value>>) -> Result<Value> {
    let fact = serde_json::to_value(fact).map_err(Error::internal)?;
    Ok(match after {
        Some(after) => json!({ "fact": fact, "delta": delta, "after": after }),
        None => json!({ "fact": fact }),
    })
}

/// The fact a stored row tells.
///
/// # Errors
/// [`Error::Internal`] for a payload this version can't read.
pub fn fact_of(row: &Model) -> Result<Fact> {
    let fact = row.payload.get("fact").cloned().unwrap_or(Value::Null);
    serde_json::from_value(fact).map_err(|fault| Error::Internal(format!("log row {}: {fault}", row.seq)))
}

fn subject(fact: &Fact) -> Option<Uuid> {
    match fact {
        Fact::DeliveryChanged { message, .. } => Some(message.0),
        Fact::Linked { other, .. } | Fact::Unlinked { other, .. } => Some(other.0),
        Fact::TicketLinked { ticket } | Fact::TicketUnlinked { ticket } | Fact::TicketChanged { ticket, .. } => {
            Some(ticket.0)
        }
        Fact::Followed { agent } | Fact::Unfollowed { agent } => Some(agent.0),
        Fact::NoteEdited { note, .. } | Fact::NoteDeleted { note, .. } => Some(note.0),
        _ => None,
    }
}
