//! Pages of a timeline.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject};
use entity::enums::EventKind;
use entity::event::Model;
use entity::ids::{ConversationId, EventId};

use super::entry::TimelineEntry;
use super::enums::TimelineKind;
use crate::graphql::connection::{PageInfo, window};
use crate::graphql::error::shown;
use crate::graphql::loaders::messages::MessageKey;
use crate::graphql::reader::Reader;

/// A page of a timeline, in the log's order.
#[derive(SimpleObject)]
pub struct TimelineEntryConnection {
    /// The entries with their cursors.
    edges: Vec<TimelineEntryEdge>,
    /// The entries alone.
    nodes: Vec<TimelineEntry>,
    /// Where the page lies.
    page_info: PageInfo,
}

/// An entry and its place in the timeline.
#[derive(Clone, SimpleObject)]
pub struct TimelineEntryEdge {
    /// Its place, to page on from; opaque, and not an EventCursor.
    cursor: String,
    /// The entry.
    node: TimelineEntry,
}

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
) -> Result<TimelineEntryConnection> {
    let reader = Reader::of(ctx)?;
    let window = window(first, after, last, before)?;
    let page = reader.service.store.timeline(id, &stored_kinds(kinds), &window).await.map_err(shown)?;
    let page_info = PageInfo::of(&page);
    let rows: Vec<(String, Arc<Model>)> = page.rows.into_iter().map(|(cursor, row)| (cursor, Arc::new(row))).collect();
    read_texts(reader, rows.iter().map(|(_, row)| row)).await?;
    let mut edges = Vec::with_capacity(rows.len());
    for (cursor, row) in rows {
        edges.push(TimelineEntryEdge { cursor, node: TimelineEntry::of(row)? });
    }
    let nodes = edges.iter().map(|edge| edge.node.clone()).collect();
    Ok(TimelineEntryConnection { edges, nodes, page_info })
}

/// Reads the texts of the messages among these rows ahead.
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
