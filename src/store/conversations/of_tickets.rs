//! The first conversations of each of several tickets, in one statement: a page of tickets shows them without asking for each.

use std::collections::HashMap;
use std::sync::Arc;

use entity::conversation::{Column, Entity, Model};
use entity::ids::TicketId;
use entity::ticket_link;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait, Order as Direction, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait};

use super::list::Listing;
use super::order;
use crate::domain::permission::{ChannelAccess, Viewer};
use crate::error::Result;
use crate::store::access::{padded, visible};
use crate::store::page::{Page, Window};
use crate::store::{Store, deadline};

/// Their place among those of the same ticket.
const PLACE: &str =
    "ROW_NUMBER() OVER (PARTITION BY ticket_link.ticket_id ORDER BY conversation.created_at, conversation.id)";

impl Store {
    /// The first page of each ticket's conversations that exist for the viewer, in the order of [`Listing::of_ticket`]; a ticket has at
    /// most 500. Whether the viewer may read tickets and conversations is for the caller to ask.
    ///
    /// # Errors
    /// [`crate::error::Error::TooComplex`] when it takes too long; the database's.
    pub async fn conversations_of_tickets(
        &self,
        viewer: &Viewer,
        tickets: &[TicketId],
        limit: u64,
    ) -> Result<HashMap<TicketId, Page<Arc<Model>>>> {
        let statement = first_of_each(&viewer.channels, tickets, limit);
        let reader = self.reader().clone();
        let rows = deadline::in_time(async move { Ok(reader.query_all(&statement).await?) }).await?;
        let mut of: HashMap<TicketId, Vec<Model>> = tickets.iter().map(|ticket| (*ticket, Vec::new())).collect();
        for row in rows {
            of.entry(row.try_get("", "of_ticket")?).or_default().push(Model::from_query_result(&row, "")?);
        }
        let window = Window { limit, backward: false, after: None, before: None };
        let pages = of.into_iter().map(|(ticket, rows)| {
            let listing = Listing::of_ticket(ticket);
            let by = order::of_rows(listing.order());
            Ok((ticket, by.page(rows, &by.bounds(&window)?, listing.whole(self, viewer)).map(Arc::new)))
        });
        pages.collect()
    }
}

/// Of each ticket one more than asked for.
fn first_of_each(access: &ChannelAccess, tickets: &[TicketId], limit: u64) -> SelectStatement {
    let (place, ranked) = (Alias::new("place"), Alias::new("ranked"));
    let mut all = Entity::find()
        .expr_as(ticket_link::Column::TicketId.into_expr(), "of_ticket")
        .expr_as(Expr::cust(PLACE), "place")
        .filter(ticket_link::Column::TicketId.is_in(padded(tickets)))
        .filter(visible(Column::ChannelId, access));
    let linked =
        Expr::col(Column::Id.as_column_ref()).eq(Expr::col(ticket_link::Column::ConversationId.as_column_ref()));
    QueryTrait::query(&mut all).inner_join(ticket_link::Entity, linked);
    Query::select()
        .column(Asterisk)
        .from_subquery(all.into_query(), ranked)
        .and_where(Expr::col(place.clone()).lte(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)))
        .order_by(place, Direction::Asc)
        .to_owned()
}
