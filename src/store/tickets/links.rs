//! Which conversations tickets are linked to, read under the ticket's lock or by who holds the conversation.

use std::collections::{BTreeMap, HashMap};

use entity::ids::{ConversationId, TicketId};
use entity::ticket_link::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::Result;
use crate::store::access::padded;
use crate::store::write::Tx;

/// The conversations of a locked ticket, and whether each comes back when it is resolved.
///
/// # Errors
/// The database's.
pub async fn of_ticket(tx: &Tx, ticket: TicketId) -> Result<BTreeMap<ConversationId, bool>> {
    let rows = Entity::find().filter(Column::TicketId.eq(ticket)).all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.conversation_id, row.reopen_on_resolve)).collect())
}

/// Which of these tickets a conversation is linked to, and whether it comes back when each is resolved.
///
/// # Errors
/// The database's.
pub async fn between(tx: &Tx, conversation: ConversationId, tickets: &[TicketId]) -> Result<HashMap<TicketId, bool>> {
    if tickets.is_empty() {
        return Ok(HashMap::new());
    }
    let its = Entity::find().filter(Column::ConversationId.eq(conversation));
    let rows = its.filter(Column::TicketId.is_in(padded(tickets))).all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.ticket_id, row.reopen_on_resolve)).collect())
}
