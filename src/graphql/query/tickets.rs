//! Tickets, and what happened to them.

use async_graphql::{Context, ID, Object, Result};
use entity::ids::TicketId;

use crate::domain::permission::Operation;
use crate::graphql::connection::Connection;
use crate::graphql::error::{bad_request, shown};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::EventCursor;
use crate::graphql::ticket_listing::{self, Arguments};
use crate::graphql::types::external_ref::ExternalRefKeyInput;
use crate::graphql::types::ticket::Ticket;
use crate::graphql::types::ticket_change::TicketChangePage;
use crate::graphql::types::ticket_filter::{TicketFilter, TicketOrder};

/// Tickets.
#[derive(Default)]
pub struct TicketsQuery;

#[Object]
impl TicketsQuery {
    /// Tickets, newest first unless `orderBy` says otherwise. Without `first` and `last` it is the first 25. Needs TICKETS_READ, else the
    /// answer is FORBIDDEN. A list that takes longer than two seconds is QUERY_TOO_COMPLEX.
    #[allow(clippy::too_many_arguments)]
    async fn tickets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only tickets that match this; null or omitted matches all.")] filter: Option<TicketFilter>,
        #[graphql(desc = "The order; null or omitted means newest first.")] order_by: Option<TicketOrder>,
        #[graphql(desc = "How many from the start, or behind `after`; 0 to 100, not together with `last`.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor in the list's order.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`; 0 to 100, not together with `first`.")]
        last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor in the list's order.")] before: Option<String>,
    ) -> Option<Result<Connection<Ticket>>> {
        let page = async {
            Reader::permitted(ctx, Operation::ReadTickets)?;
            ticket_listing::page(ctx, Arguments { filter, order_by, first, after, last, before }).await
        };
        Some(page.await)
    }

    /// One ticket by its id, its human number, or what another system calls it: exactly one of them, else the answer is BAD_REQUEST. Null
    /// when there is none. Needs TICKETS_READ, else the answer is FORBIDDEN.
    async fn ticket(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ticket's id.")] id: Option<ID>,
        #[graphql(desc = "The ticket's number.")] number: Option<i32>,
        #[graphql(desc = "The ticket's key in another system.")] external_ref: Option<ExternalRefKeyInput>,
    ) -> Option<Result<Ticket>> {
        one(ctx, id, number, external_ref).await.transpose()
    }

    /// Pull instead of stream: what happened to tickets since a cursor, oldest first. In order, without a gap; each change of a ticket is
    /// told once, however many conversations are linked. A mirror can be written against this alone. Needs TICKETS_READ, else the answer
    /// is FORBIDDEN.
    async fn ticket_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where to go on; null or omitted = from the beginning.")] after: Option<EventCursor>,
        #[graphql(desc = "How many; default 25, at most 100.")] first: Option<i32>,
    ) -> Option<Result<TicketChangePage>> {
        Some(super::ticket_changes::page(ctx, after, first).await)
    }
}

async fn one(
    ctx: &Context<'_>,
    id: Option<ID>,
    number: Option<i32>,
    external_ref: Option<ExternalRefKeyInput>,
) -> Result<Option<Ticket>> {
    let reader = Reader::permitted(ctx, Operation::ReadTickets)?;
    let store = &reader.service.store;
    let found = match (id, number, external_ref) {
        (Some(id), None, None) => match TicketId::parse(&id) {
            Some(id) => reader.load(id).await?,
            None => None,
        },
        (None, Some(number), None) => store.ticket_by_number(number.into()).await.map_err(shown)?,
        (None, None, Some(named)) => store.ticket_by_ref(&named.system, &named.key).await.map_err(shown)?,
        _ => return Err(bad_request("Give exactly one of id, number and externalRef.")),
    };
    Ok(found.map(Ticket))
}
