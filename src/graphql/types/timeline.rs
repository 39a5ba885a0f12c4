//! Pages of a timeline.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Lookahead, Result};
use entity::enums::EventKind;
use entity::event::Model;
use entity::ids::{ConversationId, EventId};

use super::entry::TimelineEntry;
use super::enums::TimelineKind;
use crate::domain::actor::Actor;
use crate::graphql::connection::{Uncounted, window};
use crate::graphql::error::shown;
use crate::graphql::loaders::messages::MessageKey;
use crate::graphql::loaders::notes::{MentionsOf, NoteKey};
use crate::graphql::reader::Reader;
use crate::store::page::Page;

/// The kinds of log rows that timelines show: those asked for, else all.
#[must_use]
pub fn stored_kinds(kinds: Option<Vec<TimelineKind>>) -> Vec<EventKind> {
    use async_graphql::resolver_utils::EnumType;
    let kinds = kinds.unwrap_or_else(|| TimelineKind::items().iter().map(|item| item.value).collect());
    kinds.into_iter().map(TimelineKind::stored).collect()
}

/// Reads one page, and the texts of its messages in one statement.
///
/// # Errors
/// `BAD_REQUEST` for malformed arguments.
pub async fn page(
    ctx: &Context<'_>,
    id: ConversationId,
    kinds: Option<Vec<TimelineKind>>,
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> Result<Uncounted<TimelineEntry>> {
    let reader = Reader::of(ctx)?;
    let window = window(first, after, last, before)?;
    let page =
        reader.service.store.timeline(reader.viewer(), id, &stored_kinds(kinds), &window).await.map_err(shown)?;
    let Page { rows, has_next, has_previous, whole } = page.map(Arc::new);
    read_texts(reader, rows.iter().map(|(_, row)| row)).await?;
    let connection = ctx.look_ahead();
    let selected = [connection.field("nodes"), connection.field("edges").field("node")];
    read_notes(reader, rows.iter().map(|(_, row)| row), &selected).await?;
    read_actors(reader, rows.iter().map(|(_, row)| row), &selected).await?;
    let entries = rows.into_iter().map(|(cursor, row)| Ok((cursor, TimelineEntry::of(row)?)));
    let rows = entries.collect::<Result<Vec<_>>>()?;
    Ok(Uncounted(Page { rows, has_next, has_previous, whole }))
}

/// Reads the texts of the messages among these rows ahead, in one statement.
///
/// # Errors
/// As shown to clients.
pub async fn read_texts<'a>(reader: &Reader, rows: impl Iterator<Item = &'a Arc<Model>>) -> Result<()> {
    let rows: HashMap<EventId, &Arc<Model>> =
        rows.filter(|row| row.kind == EventKind::Message).map(|row| (row.id, row)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let ids: Vec<EventId> = rows.keys().copied().collect();
    let texts = reader.service.store.message_texts(&ids).await.map_err(shown)?;
    let read = texts.into_iter().filter_map(|text| {
        let row = rows.get(&text.entry_id)?;
        Some((MessageKey(text.entry_id), Arc::new((text, Model::clone(row)))))
    });
    reader.feed(read.collect()).await;
    Ok(())
}

/// Reads the notes among these rows ahead, and those whose changes they tell: texts and mentions in one statement each, if they are
/// selected.
///
/// # Errors
/// As shown to clients.
pub async fn read_notes<'a>(
    reader: &Reader,
    rows: impl Iterator<Item = &'a Arc<Model>>,
    selected: &[Lookahead<'_>],
) -> Result<()> {
    let wants = |field: &str| selected.iter().any(|entry| entry.field(field).exists());
    let of_note = |field: &str| selected.iter().any(|entry| entry.field("note").field(field).exists());
    let (rows, changes): (Vec<&Arc<Model>>, Vec<&Arc<Model>>) =
        rows.filter(|row| row.kind.is_of_notes()).partition(|row| row.kind == EventKind::Note);
    let rows: HashMap<EventId, &Arc<Model>> = rows.into_iter().map(|row| (row.id, row)).collect();
    let changed: Vec<EventId> = changes.into_iter().filter_map(|row| row.subject_id).map(EventId).collect();
    if ["text", "html", "editedAt", "deletedAt"].into_iter().any(wants) {
        let ids: Vec<EventId> = rows.keys().copied().collect();
        let texts = reader.service.store.note_texts(reader.viewer(), &ids).await.map_err(shown)?;
        let read = texts.into_iter().filter_map(|text| {
            let row = rows.get(&text.entry_id)?;
            Some((NoteKey(text.entry_id), Arc::new((text, Model::clone(row)))))
        });
        reader.feed(read.collect()).await;
    }
    if wants("note") {
        reader.load_all(changed.iter().copied().map(NoteKey)).await?;
    }
    let named = rows.keys().filter(|_| wants("mentions")).chain(changed.iter().filter(|_| of_note("mentions")));
    reader.load_all(named.copied().map(MentionsOf)).await?;
    Ok(())
}

/// Reads the customers among who did these ahead, in one statement, if they are selected. Agents and integrations are remembered.
///
/// # Errors
/// As shown to clients.
pub async fn read_actors<'a>(
    reader: &Reader,
    rows: impl Iterator<Item = &'a Arc<Model>>,
    selected: &[Lookahead<'_>],
) -> Result<()> {
    if selected.iter().any(|entry| entry.field("actor").exists()) {
        let customers = rows.filter_map(|row| match Actor::of_stored(row.actor_kind, row.actor_id) {
            Actor::Customer(customer) => Some(customer),
            _ => None,
        });
        reader.load_all(customers).await?;
    }
    Ok(())
}
