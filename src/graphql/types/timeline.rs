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
use crate::domain::change::CausedBy;
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
    let connection = ctx.look_ahead();
    let selected = [connection.field("nodes"), connection.field("edges").field("node")];
    let models: Vec<Arc<Model>> = rows.iter().map(|(_, row)| Arc::clone(row)).collect();
    read_entries(reader, &models, &selected).await?;
    let entries = rows.into_iter().map(|(cursor, row)| Ok((cursor, TimelineEntry::of(row)?)));
    let rows = entries.collect::<Result<Vec<_>>>()?;
    Ok(Uncounted(Page { rows, has_next, has_previous, whole }))
}

/// Reads what is selected of these entries ahead, in one statement a kind.
///
/// # Errors
/// As shown to clients.
pub async fn read_entries(reader: &Reader, rows: &[Arc<Model>], selected: &[Lookahead<'_>]) -> Result<()> {
    read_texts(reader, rows.iter()).await?;
    read_notes(reader, rows.iter(), selected).await?;
    read_actors(reader, rows.iter(), selected).await?;
    read_causes(reader, rows.iter(), selected).await
}

/// Reads the texts of the messages among these rows ahead, in one statement.
async fn read_texts<'a>(reader: &Reader, rows: impl Iterator<Item = &'a Arc<Model>>) -> Result<()> {
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
async fn read_notes<'a>(
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

/// Reads the customers and workflows among who did these ahead, in one statement each, if they are selected. Agents and integrations are
/// remembered.
async fn read_actors<'a>(
    reader: &Reader,
    rows: impl Iterator<Item = &'a Arc<Model>>,
    selected: &[Lookahead<'_>],
) -> Result<()> {
    if selected.iter().any(|entry| entry.field("actor").exists()) {
        let (mut customers, mut workflows) = (Vec::new(), Vec::new());
        for row in rows {
            match Actor::of_stored(row.actor_kind, row.actor_id) {
                Actor::Customer(customer) => customers.push(customer),
                Actor::Workflow(workflow) => workflows.push(workflow),
                Actor::Agent(_) | Actor::Integration(_) | Actor::Clock => {}
            }
        }
        reader.load_all(customers).await?;
        reader.load_all(workflows).await?;
    }
    Ok(())
}

/// Reads the runs and tickets that led to these ahead, in one statement each, if they are selected.
async fn read_causes<'a>(
    reader: &Reader,
    rows: impl Iterator<Item = &'a Arc<Model>>,
    selected: &[Lookahead<'_>],
) -> Result<()> {
    let wants = |field: &str| selected.iter().any(|entry| entry.field("cause").field(field).exists());
    let (mut tickets, mut runs) = (Vec::new(), Vec::new());
    for row in rows {
        match cause_of(row) {
            Some(CausedBy::Ticket(ticket)) => tickets.push(ticket),
            Some(CausedBy::Run(run)) => runs.push(run),
            None => {}
        }
    }
    if wants("ticket") {
        reader.load_all(tickets).await?;
    }
    if wants("workflowRun") {
        reader.load_all(runs).await?;
    }
    Ok(())
}

/// What led to a row of the log.
#[must_use]
pub fn cause_of(row: &Model) -> Option<CausedBy> {
    let (kind, id) = row.cause_kind.as_deref().zip(row.cause_id)?;
    CausedBy::of_stored(kind, id)
}
