//! Notifications, inserted after the entries they tell of.

use entity::enums::EventKind;
use entity::ids::{EventId, NotificationId};
use entity::notification::{ActiveModel, Entity, Model};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use crate::domain::change::{Change, Entry};
use crate::domain::fact::Fact;
use crate::error::Result;
use crate::store::write::Tx;

/// The notices of these changes' entries, which take their places in the log from this one on.
pub(super) fn rows(changes: &[Change], first_seq: i64) -> Vec<Model> {
    let entries = changes.iter().flat_map(|change| change.entries.iter().map(|entry| (change.conversation.id, entry)));
    let mut rows = Vec::new();
    for (seq, (conversation_id, entry)) in (first_seq..).zip(entries) {
        rows.extend(entry.notices.iter().map(|(agent, reason)| Model {
            id: NotificationId::new(entry.moment.now),
            agent_id: *agent,
            conversation_id,
            entry_id: entry.id,
            note_id: about(entry),
            seq,
            reason: *reason,
            created_at: entry.moment.now,
            read_at: None,
        }));
    }
    rows
}

/// The note that an entry is about.
fn about(entry: &Entry) -> Option<EventId> {
    match &entry.fact {
        Fact::NoteEdited { note, .. } => Some(*note),
        fact if fact.kind() == EventKind::Note => Some(entry.id),
        _ => None,
    }
}

/// Inserts them.
pub(super) async fn insert(tx: &Tx, rows: Vec<Model>) -> Result<()> {
    // SQLite binds at most 32,766 values a statement; a row has 9.
    for chunk in rows.chunks(1_000) {
        let rows = chunk.iter().cloned().map(|row| -> ActiveModel { row.into_active_model().reset_all() });
        Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}
