//! The pull feed of tickets.

use std::sync::Arc;

use async_graphql::{Context, Result};
use entity::enums::Scope;
use entity::{conversation, ticket};

use super::changes;
use crate::domain::cursor::Cursor;
use crate::domain::permission::Operation;
use crate::graphql::error::shown;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::EventCursor;
use crate::graphql::types::ticket_change::{TicketChange, TicketChangePage};
use crate::graphql::{listing, ticket_listing};

/// One page of it.
///
/// # Errors
/// `FORBIDDEN` without TICKETS_READ; what a cursor or a number that can't be followed is.
pub(super) async fn page(
    ctx: &Context<'_>,
    after: Option<EventCursor>,
    first: Option<i32>,
) -> Result<TicketChangePage> {
    let reader = Reader::permitted(ctx, Operation::ReadTickets)?;
    let head = reader.session.head;
    let (after, first) = (changes::position(after, head)?, changes::size(first)?);
    let pulled = reader.service.store.pull_tickets(after, head.seq, first).await.map_err(shown)?;
    let nodes = pulled.rows.into_iter().map(|row| TicketChange::of(Arc::new(row))).collect::<Result<Vec<_>>>()?;
    read_ahead(ctx, &nodes).await?;
    let end_cursor = EventCursor(Cursor { epoch: head.epoch, seq: pulled.end });
    Ok(TicketChangePage { nodes, end_cursor, has_more: pulled.has_more })
}

/// Reads the tickets, the conversations, and whatever else is selected, in one statement each.
async fn read_ahead(ctx: &Context<'_>, nodes: &[TicketChange]) -> Result<()> {
    let (reader, selected) = (Reader::of(ctx)?, ctx.look_ahead().field("nodes"));
    if selected.field("ticket").exists() {
        let tickets: Vec<Arc<ticket::Model>> =
            reader.load_all(nodes.iter().filter_map(TicketChange::ticket_id)).await?;
        let models: Vec<&ticket::Model> = tickets.iter().map(|row| &**row).collect();
        ticket_listing::read_ahead(reader, &models, &[selected.field("ticket")]).await?;
    }
    if selected.field("conversation").exists() && reader.viewer().has(Scope::ConversationsRead) {
        let conversations: Vec<Arc<conversation::Model>> =
            reader.load_all(nodes.iter().filter_map(TicketChange::conversation_id)).await?;
        let models: Vec<&conversation::Model> = conversations.iter().map(|row| &**row).collect();
        listing::read_ahead(reader, &models, &[selected.field("conversation")]).await?;
    }
    Ok(())
}
