//! What happens to tickets.

use std::sync::Arc;

use async_graphql::{Context, ID, Result, Subscription};
use entity::ids::TicketId;

use super::stage::{Item, Stage, Told, one, open, stage, strange};
use crate::domain::interest::Interest;
use crate::domain::permission::Operation;
use crate::graphql::error::coded;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::EventCursor;
use crate::graphql::types::ticket_change::TicketChange;

/// What happens to tickets.
#[derive(Default)]
pub struct TicketsSubscription;

#[Subscription]
impl TicketsSubscription {
    /// What happens to one ticket, or to all: each change once, however many conversations are linked; the same as `ticketChanges` as a
    /// stream. Needs TICKETS_READ.
    async fn ticket_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ticket; null or omitted = all. An unknown one is NOT_FOUND.")] ticket_id: Option<ID>,
        #[graphql(
            desc = "Where to follow on; null or omitted = now. A cursor of before a restore is EPOCH_CHANGED, one beyond the \
                          log's end CURSOR_AHEAD."
        )]
        after: Option<EventCursor>,
    ) -> Result<Told<TicketChange>> {
        match stage(ctx)? {
            Stage::Deliver(Item::Entry(row)) => Ok(one(Some(TicketChange::of(Arc::clone(row))?))),
            Stage::Deliver(_) => Err(strange()),
            Stage::Open(opening) => {
                let reader = Reader::permitted(ctx, Operation::ReadTickets)?;
                let which = match ticket_id {
                    Some(id) => Some(known(reader, &id).await?),
                    None => None,
                };
                open(reader, opening, Interest::Tickets(which), after)
            }
        }
    }
}

async fn known(reader: &Reader, id: &ID) -> Result<TicketId> {
    let found = match TicketId::parse(id) {
        Some(id) => reader.load(id).await?,
        None => None,
    };
    found.map(|ticket| ticket.id).ok_or_else(|| coded("NOT_FOUND", "There is no such ticket."))
}
