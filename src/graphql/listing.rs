//! Pages of conversations, read with all that is selected of them.
//!
//! Looks ahead at the selection: one statement reads the page, then one each what hangs on its rows, and the loaders are fed with it,
//! so that a page costs the same for 1 and for 50 rows, however busy the server is.

use std::collections::HashMap;

use async_graphql::{Context, Lookahead, Result};
use entity::conversation::Model;
use entity::enums::ActorKind;
use entity::ids::{AgentId, ChannelId, CustomerId, EventId, TagId, TeamId, TicketId, WorkflowId};
use entity::ticket;
use uuid::Uuid;

use super::connection::{Connection, window};
use super::error::shown;
use super::loaders::follows::FollowsOf;
use super::loaders::links::LinksOf;
use super::loaders::messages::MessageKey;
use super::loaders::read_marks::ReadTo;
use super::loaders::tickets::{ConversationsOf, TicketsOf};
use super::reader::Reader;
use super::ticket_listing;
use super::types::conversation::{Conversation, has_tickets, reads_tickets};
use super::types::filter::ConversationFilter;
use super::types::view::ConversationOrder;
use crate::domain::actor::Actor;
use crate::domain::filter::Filter;
use crate::domain::permission::ChannelAccess;
use crate::domain::view::{View, Whose};
use crate::store::conversations::list::Listing;
use crate::store::conversations::row::tags;
use crate::store::page::{Page, Window};

/// The arguments that every list of conversations has.
#[derive(Debug, Default)]
pub struct Arguments {
    /// Which of them.
    pub filter: Option<ConversationFilter>,
    /// In which order.
    pub order_by: Option<ConversationOrder>,
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
    fn read(self) -> Result<(Window, Filter, Option<ConversationOrder>)> {
        let window = window(self.first, self.after, self.last, self.before)?;
        Ok((window, self.filter.unwrap_or_default().read()?, self.order_by))
    }
}

/// One page of a view.
///
/// # Errors
/// `BAD_REQUEST` for malformed arguments; `QUERY_TOO_COMPLEX` when it takes too long.
pub async fn view(
    ctx: &Context<'_>,
    view: View,
    whose: Whose,
    arguments: Arguments,
) -> Result<Connection<Conversation>> {
    let (window, filter, order) = arguments.read()?;
    read(ctx, Listing { view, whose, filter, order: order.map(Into::into) }, window).await
}

/// One page of a customer's conversations. Whether the viewer may read conversations is for the caller to ask.
///
/// # Errors
/// As for [`view`].
pub async fn of_customer(
    ctx: &Context<'_>,
    customer: CustomerId,
    arguments: Arguments,
) -> Result<Connection<Conversation>> {
    let (window, mut filter, order) = arguments.read()?;
    let fits = filter.customers.is_none_or(|customers| customers.contains(&customer));
    filter.customers = Some(fits.then_some(customer).into_iter().collect());
    let order = order.map(Into::into);
    read(ctx, Listing { view: View::All, whose: Whose::All, filter, order }, window).await
}

/// One page of a ticket's conversations, in the order in which they began. Whether the viewer may read tickets and conversations is for
/// the caller to ask.
///
/// # Errors
/// As for [`view`].
pub async fn of_ticket(ctx: &Context<'_>, ticket: TicketId, window: Window) -> Result<Connection<Conversation>> {
    if window.backward || window.after.is_some() || window.before.is_some() {
        return read(ctx, Listing::of_ticket(ticket), window).await;
    }
    // Beside other tickets the first pages of all of them are read at once, and so is what hangs on their rows.
    let page = Reader::of(ctx)?.load(ConversationsOf { ticket, limit: window.limit }).await?;
    Ok(Connection(page.unwrap_or_else(Page::empty).map(Conversation)))
}

async fn read(ctx: &Context<'_>, listing: Listing, window: Window) -> Result<Connection<Conversation>> {
    let reader = Reader::of(ctx)?;
    let page = reader.service.store.conversations(reader.viewer(), &listing, &window).await.map_err(shown)?;
    let models: Vec<&Model> = page.rows.iter().map(|(_, row)| &**row).collect();
    let connection = ctx.look_ahead();
    read_ahead(reader, &models, &[connection.field("nodes"), connection.field("edges").field("node")]).await?;
    Ok(Connection(page.map(Conversation)))
}

/// Reads what is selected of these conversations, wherever in the operation it is, in one statement a kind.
///
/// # Errors
/// As shown to clients.
pub async fn read_ahead(reader: &Reader, models: &[&Model], rows: &[Lookahead<'_>]) -> Result<()> {
    let selected = |name: &str| rows.iter().any(|row| row.field(name).exists());
    if models.is_empty() {
        return Ok(());
    }
    let when = |name: &str| if selected(name) { models } else { &[] };
    let closers = when("closedBy").iter().filter_map(|row| actor(row.closed_by_kind, row.closed_by_id));
    let markers = when("spam").iter().filter_map(|row| actor(row.spam_by_kind, row.spam_by_id));
    let snoozers = when("snooze").iter().filter_map(|row| actor(row.snoozed_by_kind, row.snoozed_by_id));
    let actors: Vec<Actor> = closers.chain(snoozers).chain(markers).collect();
    let assignees = when("assignee").iter().filter_map(|row| row.assignee_id);
    let agents = distinct(assignees.chain(actors.iter().filter_map(agent)));
    let teams = distinct(when("team").iter().filter_map(|row| row.team_id));
    let channels = distinct(when("channel").iter().chain(when("upcoming")).map(|row| row.channel_id));
    let tags = distinct(when("tags").iter().flat_map(|row| tags(&row.tags)));
    tokio::try_join!(
        customers(reader, distinct(when("customer").iter().map(|row| row.customer_id))),
        messages(reader, when("lastMessage").iter().filter_map(|row| row.last_message_id).collect()),
        remembered(reader, &agents, &teams, &channels, &tags),
    )?;
    reader.load_all(actors.iter().filter_map(workflow)).await?;
    if selected("followers") || selected("viewerFollow") {
        reader.load_all(models.iter().map(|row| FollowsOf(row.id))).await?;
    }
    if selected("viewerUnread") && reader.viewer().agent().is_some() {
        reader.load_all(models.iter().map(|row| ReadTo(row.id))).await?;
    }
    if selected("links") {
        reader.load_all(models.iter().map(|row| LinksOf(row.id))).await?;
    }
    tickets(reader, when("tickets"), rows).await
}

/// The tickets of these conversations, with what is selected of them.
async fn tickets(reader: &Reader, models: &[&Model], rows: &[Lookahead<'_>]) -> Result<()> {
    if !reads_tickets(reader) {
        return Ok(());
    }
    let linked = models.iter().filter(|row| has_tickets(row)).map(|row| TicketsOf(row.id));
    let linked = reader.load_all(linked).await?;
    let found: Vec<&ticket::Model> = linked.iter().flat_map(|links| links.iter().map(|(_, row)| &**row)).collect();
    let selected: Vec<Lookahead<'_>> = rows.iter().map(|row| row.field("tickets").field("ticket")).collect();
    ticket_listing::read_ahead(reader, &found, &selected).await
}

async fn customers(reader: &Reader, ids: Vec<CustomerId>) -> Result<()> {
    let found = reader.service.store.customers_by_id(&ids).await.map_err(shown)?;
    reader.feed(found).await;
    Ok(())
}

async fn messages(reader: &Reader, ids: Vec<EventId>) -> Result<()> {
    // Their conversations were just read with the viewer's access.
    let found = reader.service.store.messages_by_id(&ChannelAccess::All, &ids).await.map_err(shown)?;
    let found: HashMap<MessageKey, _> = found.into_iter().map(|(id, message)| (MessageKey(id), message)).collect();
    reader.feed(found).await;
    Ok(())
}

/// Agents, teams, channels and tags: no statement for what is remembered.
pub(super) async fn remembered(
    reader: &Reader,
    agents: &[AgentId],
    teams: &[TeamId],
    channels: &[ChannelId],
    tags: &[TagId],
) -> Result<()> {
    let (store, seq) = (&reader.service.store, reader.session.setup_seq);
    reader.feed(store.agents_by_id(seq, agents).await.map_err(shown)?).await;
    reader.feed(store.teams_by_id(seq, teams).await.map_err(shown)?).await;
    reader.feed(store.channels_by_id(seq, channels).await.map_err(shown)?).await;
    reader.feed(store.tags_by_id(seq, tags).await.map_err(shown)?).await;
    Ok(())
}

fn actor(kind: Option<ActorKind>, id: Option<Uuid>) -> Option<Actor> {
    kind.map(|kind| Actor::of_stored(kind, id))
}

fn agent(actor: &Actor) -> Option<AgentId> {
    if let Actor::Agent(agent) = actor { Some(*agent) } else { None }
}

fn workflow(actor: &Actor) -> Option<WorkflowId> {
    if let Actor::Workflow(workflow) = actor { Some(*workflow) } else { None }
}

/// Each once.
pub(super) fn distinct<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<T> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
