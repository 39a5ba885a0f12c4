//! Pages of tickets, read with all that is selected of them, as `listing` does it for conversations.

use async_graphql::{Context, Lookahead, Result};
use entity::enums::Scope;
use entity::ids::EventId;
use entity::ticket::Model;

use super::connection::{Connection, window};
use super::error::shown;
use super::listing::{distinct, remembered};
use super::loaders::messages::MessageKey;
use super::loaders::tickets::RefsOf;
use super::reader::Reader;
use super::types::ticket::Ticket;
use super::types::ticket_filter::{TicketFilter, TicketOrder};
use crate::store::conversations::row::tags;
use crate::store::page::Window;
use crate::store::tickets::list::Listing;

/// The arguments of a list of tickets.
#[derive(Debug, Default)]
pub struct Arguments {
    /// Which of them.
    pub filter: Option<TicketFilter>,
    /// In which order.
    pub order_by: Option<TicketOrder>,
    /// How many from the start.
    pub first: Option<i32>,
    /// Behind this edge.
    pub after: Option<String>,
    /// How many from the end.
    pub last: Option<i32>,
    /// Before this edge.
    pub before: Option<String>,
}

impl Arguments {
    fn read(self) -> Result<(Window, Listing)> {
        let window = window(self.first, self.after, self.last, self.before)?;
        let order = self.order_by.map(Into::into).unwrap_or_default();
        Ok((window, Listing { filter: self.filter.unwrap_or_default().read()?, order }))
    }
}

/// One page of tickets. Whether the viewer may read tickets is for the caller to ask.
///
/// # Errors
/// `BAD_REQUEST` for malformed arguments; `QUERY_TOO_COMPLEX` when it takes too long.
pub async fn page(ctx: &Context<'_>, arguments: Arguments) -> Result<Connection<Ticket>> {
    let (window, listing) = arguments.read()?;
    let reader = Reader::of(ctx)?;
    let page = reader.service.store.tickets(reader.viewer(), &listing, &window).await.map_err(shown)?;
    let models: Vec<&Model> = page.rows.iter().map(|(_, row)| &**row).collect();
    let connection = ctx.look_ahead();
    read_ahead(reader, &models, &[connection.field("nodes"), connection.field("edges").field("node")]).await?;
    Ok(Connection(page.map(Ticket)))
}

/// Reads what is selected of these tickets, wherever in the operation it is, in one statement a kind.
///
/// # Errors
/// As shown to clients.
pub async fn read_ahead(reader: &Reader, models: &[&Model], rows: &[Lookahead<'_>]) -> Result<()> {
    if models.is_empty() || !reader.viewer().has(Scope::TicketsRead) {
        return Ok(());
    }
    let selected = |name: &str| rows.iter().any(|row| row.field(name).exists());
    let when = |name: &str| if selected(name) { models } else { &[] };
    let assignees = distinct(when("assignee").iter().filter_map(|row| row.assignee_id));
    let teams = distinct(when("team").iter().filter_map(|row| row.team_id));
    let tags = distinct(when("tags").iter().flat_map(|row| tags(&row.tags)));
    remembered(reader, &assignees, &teams, &[], &tags).await?;
    if selected("externalRefs") {
        reader.load_all(models.iter().map(|row| RefsOf(row.id))).await?;
    }
    if reader.viewer().has(Scope::ConversationsRead) {
        let origins: Vec<EventId> = distinct(when("origin").iter().filter_map(|row| row.origin_id));
        reader.load_all(origins.into_iter().map(MessageKey)).await?;
    }
    Ok(())
}
