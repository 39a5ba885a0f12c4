//! The pull feed.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};
use entity::conversation;
use entity::event::Model;

use crate::domain::cursor::Cursor;
use crate::domain::permission::Operation;
use crate::graphql::error::{bad_request, shown};
use crate::graphql::listing::read_ahead;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::EventCursor;
use crate::graphql::types::change::{ConversationChange, ConversationChangePage};
use crate::graphql::types::conversation::Conversation;
use crate::graphql::types::entry::TimelineEntry;
use crate::graphql::types::enums::TimelineKind;
use crate::graphql::types::filter::ConversationFilter;
use crate::graphql::types::timeline::{read_entries, stored_kinds};
use crate::store::Store;
use crate::store::feed::Pull;

/// The pull feed.
#[derive(Default)]
pub struct ChangesQuery;

#[Object]
impl ChangesQuery {
    /// Pull instead of stream: what happened to conversations since a cursor, oldest first. In order, without a gap; a gateway can be
    /// written against this alone. Needs CONVERSATIONS_READ; without NOTES_READ entries of notes are left out.
    async fn conversation_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only entries of conversations that fitted when it happened; `updatedAfter` looks at the entry's time."
        )]
        filter: Option<ConversationFilter>,
        #[graphql(desc = "Only entries of these kinds; null or omitted = all.")] kinds: Option<Vec<TimelineKind>>,
        #[graphql(desc = "Where to go on; null or omitted = from the beginning.")] after: Option<EventCursor>,
        #[graphql(desc = "How many; default 25, at most 100.")] first: Option<i32>,
    ) -> Option<Result<ConversationChangePage>> {
        Some(changes(ctx, filter, kinds, after, first).await)
    }
}

async fn changes(
    ctx: &Context<'_>,
    filter: Option<ConversationFilter>,
    kinds: Option<Vec<TimelineKind>>,
    after: Option<EventCursor>,
    first: Option<i32>,
) -> Result<ConversationChangePage> {
    let reader = Reader::permitted(ctx, Operation::ReadConversations)?;
    let head = reader.session.head;
    let (after, first) = (position(after, head)?, size(first)?);
    let pull = Pull { after, head: head.seq, kinds: stored_kinds(kinds), first };
    let filter = filter.map(ConversationFilter::read_for_feed).transpose()?;
    let pulled = reader.service.store.pull(reader.viewer(), &pull, filter.as_ref()).await.map_err(shown)?;
    let rows: Vec<Arc<Model>> = pulled.rows.into_iter().map(Arc::new).collect();
    let at = |seq| EventCursor(Cursor { epoch: head.epoch, seq });
    Ok(ConversationChangePage {
        nodes: nodes(ctx, &rows, at).await?,
        end_cursor: at(pulled.end),
        has_more: pulled.has_more,
    })
}

/// The row of the log after which a feed goes on.
///
/// # Errors
/// `EPOCH_CHANGED`, `CURSOR_AHEAD`.
pub(super) fn position(after: Option<EventCursor>, head: Cursor) -> Result<i64> {
    after.map_or(Ok(0), |cursor| Store::accept(cursor.0, head).map_err(shown))
}

/// How many entries a page of a feed has.
///
/// # Errors
/// `BAD_REQUEST`.
pub(super) fn size(first: Option<i32>) -> Result<usize> {
    match first.map(usize::try_from) {
        None => Ok(25),
        Some(Ok(first @ 1..=100)) => Ok(first),
        Some(_) => Err(bad_request("first may be 1 to 100.")),
    }
}

/// The rows with their conversations, texts, and whatever else is selected, read in one statement each.
async fn nodes(
    ctx: &Context<'_>,
    rows: &[Arc<Model>],
    at: impl Fn(i64) -> EventCursor,
) -> Result<Vec<ConversationChange>> {
    let (reader, selected) = (Reader::of(ctx)?, ctx.look_ahead().field("nodes"));
    read_entries(reader, rows, &[selected.field("entry")]).await?;
    let ids = rows.iter().filter_map(|row| row.conversation_id);
    let conversations: Vec<Arc<conversation::Model>> = reader.load_all(ids).await?;
    let models: Vec<&conversation::Model> = conversations.iter().map(|row| &**row).collect();
    read_ahead(reader, &models, &[selected.field("conversation")]).await?;
    let mut nodes = Vec::with_capacity(rows.len());
    for row in rows {
        let found = conversations.iter().find(|conversation| Some(conversation.id) == row.conversation_id);
        if let Some(conversation) = found {
            nodes.push(ConversationChange {
                cursor: at(row.seq),
                conversation: Conversation(Arc::clone(conversation)),
                entry: TimelineEntry::of(Arc::clone(row))?,
            });
        }
    }
    Ok(nodes)
}
