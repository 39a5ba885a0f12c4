//! Loading what a decision needs, inside its transaction, each row at once in the mode it is relied on.

mod names;
mod notes;
pub mod together;

use std::collections::{HashMap, HashSet};

use chrono_tz::Tz;
use entity::enums::{AgentRole, AutoAssignment, ChannelKind, ChannelVisibility, MessageDirection};
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId, EventId, TagId, TeamId, TicketId};
use entity::{agent, channel, channel_agent, channel_team, customer, event, message, team, team_member};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::access::padded;
use super::tags;
use super::tickets::refs::holders;
use super::tickets::{links, lock};
use super::workload;
use super::write::Tx;
use crate::domain::actor::Actor;
use crate::domain::change::Mentionable;
use crate::domain::channel::Policy;
use crate::domain::context::{Agent, Channel, Context, Customer, Linked, Message, Needs, Tag, Team};
use crate::domain::conversation::Conversation;
use crate::domain::duration::IsoDuration;
use crate::error::{Error, Result};

/// Loads it. Agents' access is to the conversation's channel. Teams that may hand out and their members are locked like what changes:
/// two hand-outs at once would give the same turn, or the last free place, twice.
///
/// # Errors
/// The database's.
pub async fn load(tx: &Tx, conversation: &Conversation, needs: &Needs) -> Result<Context> {
    let (channel, visibility) = channel(tx, conversation.channel).await?;
    let names = names::stand_for(tx, &needs.names).await?;
    let (mut agent_ids, mut called) = (needs.agents.clone(), needs.called.clone());
    for target in names.values().flatten() {
        match target {
            Mentionable::Agent(agent) => agent_ids.insert(*agent),
            Mentionable::Team(team) => called.insert(*team),
        };
    }
    let handing_out = handing_out(tx, &needs.handing_out).await?;
    let mode = if handing_out.is_empty() { LockType::Share } else { LockType::NoKeyUpdate };
    let teams = teams(tx, &needs.teams.union(&called).copied().collect(), mode).await?;
    let members = members(&teams, &needs.handing_out, &handing_out)?;
    let expanded = called.iter().filter_map(|team| teams.get(team)).flat_map(|team| &team.members);
    agent_ids.extend(expanded.chain(&members).copied());
    let mut agents = agents(tx, &agent_ids, mode).await?;
    shut_out(tx, &mut agents, channel.id, visibility).await?;
    for (id, open) in workload::open_in(tx, &members, Some(conversation.id)).await? {
        if let Some(agent) = agents.get_mut(&id) {
            agent.open = open;
        }
    }
    Ok(Context {
        teams,
        agents,
        tags: tags(tx, &needs.tags).await?,
        names,
        notes: notes::load(tx, conversation, &needs.notes).await?,
        tickets: tickets(tx, conversation.id, &needs.tickets).await?,
        refs: holders(tx, &needs.refs).await?,
        newest_inbound: match needs.newest_inbound {
            true => newest_inbound(tx, conversation.id).await?,
            false => None,
        },
        messages: messages(tx, conversation, &needs.messages).await?,
        recipient: match needs.recipient {
            true => recipient(tx, conversation.customer, channel.kind).await?,
            false => None,
        },
        customer: match needs.customer {
            true => customer::Entity::find_by_id(conversation.customer).one(tx.conn()).await?,
            false => None,
        }
        .map(|row| Customer { blocked: row.blocked }),
        channel,
    })
}

/// A channel, relied on until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn channel(tx: &Tx, id: ChannelId) -> Result<(Channel, ChannelVisibility)> {
    let row = channel::Entity::find_by_id(id).lock(LockType::Share).one(tx.conn()).await?;
    let row = row.ok_or_else(|| Error::Internal(format!("channel {id} is gone")))?;
    Ok((to_domain(&row), row.visibility))
}

/// Channels by id, relied on until the transaction ends, but for those that somebody else is changing.
///
/// # Errors
/// The database's.
pub async fn free_channels(tx: &Tx, ids: &[ChannelId]) -> Result<HashMap<ChannelId, Channel>> {
    let rows = super::channels::rely_on_free(tx, ids).await?;
    Ok(rows.iter().map(|row| (row.id, to_domain(row))).collect())
}

/// A channel's policies. What can't be read counts as never, which loses nothing.
#[must_use]
pub fn policy(row: &channel::Model) -> Policy {
    let parse = |text: &Option<String>| IsoDuration::parse(text.as_deref()?).ok();
    Policy {
        auto_close_after: parse(&row.auto_close_after),
        auto_close_while_waiting: row.auto_close_while_waiting,
        reopen_window: parse(&row.reopen_window),
    }
}

/// The channel as the rules see it.
#[must_use]
pub fn to_domain(row: &channel::Model) -> Channel {
    Channel { id: row.id, kind: row.kind, policy: policy(row) }
}

/// Those of the teams that hand out; read without a lock, to know which locks are needed.
async fn handing_out(tx: &Tx, ids: &HashSet<TeamId>) -> Result<HashSet<TeamId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<TeamId> = team::Entity::find()
        .select_only()
        .column(team::Column::Id)
        .filter(team::Column::Id.is_in(ids_of(ids)))
        .filter(team::Column::DeletedAt.is_null())
        .filter(team::Column::AutoAssignment.ne(AutoAssignment::Off))
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(ids.into_iter().collect())
}

/// The members of the locked teams that hand out.
fn members(
    teams: &HashMap<TeamId, Team>,
    asked: &HashSet<TeamId>,
    expected: &HashSet<TeamId>,
) -> Result<HashSet<AgentId>> {
    let handing_out = |id: &TeamId| teams.get(id).is_some_and(|team| team.auto_assignment != AutoAssignment::Off);
    if expected.is_empty() && asked.iter().any(handing_out) {
        return Err(Error::Race("a team has just begun to hand out".to_owned()));
    }
    let teams = asked.iter().filter(|id| handing_out(id)).filter_map(|id| teams.get(id));
    Ok(teams.flat_map(|team| &team.members).copied().collect())
}

/// Agents by id, as if everybody had access to every channel.
async fn agents(tx: &Tx, ids: &HashSet<AgentId>, mode: LockType) -> Result<HashMap<AgentId, Agent>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = agent::Entity::find()
        .filter(agent::Column::Id.is_in(ids_of(ids)))
        .order_by_asc(agent::Column::Id)
        .lock(mode)
        .all(tx.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let agent = Agent {
                role: row.role,
                active: row.deactivated_at.is_none(),
                availability: row.availability,
                capacity: row.capacity,
                open: 0,
                has_access: true,
                // One that a newer time-zone database left out reads as UTC.
                time_zone: row.time_zone.parse().unwrap_or(Tz::UTC),
            };
            (row.id, agent)
        })
        .collect())
}

/// Takes the access from those of them who don't belong to a restricted channel.
async fn shut_out(
    tx: &Tx,
    agents: &mut HashMap<AgentId, Agent>,
    channel: ChannelId,
    visibility: ChannelVisibility,
) -> Result<()> {
    if visibility == ChannelVisibility::Everyone || agents.is_empty() {
        return Ok(());
    }
    let insiders = insiders(tx, &agents.keys().copied().collect(), channel).await?;
    for (id, agent) in agents {
        agent.has_access = agent.role == AgentRole::Admin || insiders.contains(id);
    }
    Ok(())
}

/// Which of these agents belong to a restricted channel, by name or through a team.
async fn insiders(tx: &Tx, ids: &HashSet<AgentId>, channel: ChannelId) -> Result<HashSet<AgentId>> {
    let named = channel_agent::Entity::find()
        .filter(channel_agent::Column::ChannelId.eq(channel))
        .filter(channel_agent::Column::AgentId.is_in(ids_of(ids)))
        .all(tx.conn())
        .await?;
    let through =
        channel_team::Entity::find().filter(channel_team::Column::ChannelId.eq(channel)).all(tx.conn()).await?;
    let members = team_member::Entity::find()
        .filter(team_member::Column::TeamId.is_in(ids_of(&through.into_iter().map(|row| row.team_id).collect())))
        .filter(team_member::Column::AgentId.is_in(ids_of(ids)))
        .all(tx.conn())
        .await?;
    Ok(named.into_iter().map(|row| row.agent_id).chain(members.into_iter().map(|row| row.agent_id)).collect())
}

async fn teams(tx: &Tx, ids: &HashSet<TeamId>, mode: LockType) -> Result<HashMap<TeamId, Team>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = team::Entity::find()
        .filter(Condition::all().add(team::Column::Id.is_in(ids_of(ids))).add(team::Column::DeletedAt.is_null()))
        .order_by_asc(team::Column::Id)
        .lock(mode)
        .all(tx.conn())
        .await?;
    let mut teams: HashMap<_, _> = rows.into_iter().map(|row| (row.id, empty(&row))).collect();
    let members =
        team_member::Entity::find().filter(team_member::Column::TeamId.is_in(ids_of(ids))).all(tx.conn()).await?;
    for row in members {
        if let Some(team) = teams.get_mut(&row.team_id) {
            team.members.insert(row.agent_id);
        }
    }
    Ok(teams)
}

fn empty(row: &team::Model) -> Team {
    Team { members: HashSet::new(), auto_assignment: row.auto_assignment, last_turn: row.last_turn_id }
}

async fn tags(tx: &Tx, ids: &HashSet<TagId>) -> Result<HashMap<TagId, Tag>> {
    let ids: Vec<TagId> = ids.iter().copied().collect();
    let rows = tags::rely_on(tx, &ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, Tag { archived: row.archived, used: row.used })).collect())
}

async fn messages(tx: &Tx, conversation: &Conversation, ids: &HashSet<EventId>) -> Result<HashMap<EventId, Message>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut select = message::Entity::find()
        .filter(message::Column::EntryId.is_in(ids_of(ids)))
        .filter(message::Column::ConversationId.eq(conversation.id));
    QueryTrait::query(&mut select).inner_join(event::Entity, its_entry());
    let rows = select.select_two_required(event::Entity).all(tx.conn()).await?;
    Ok(rows
        .into_iter()
        .map(|(row, entry)| {
            let message = Message {
                direction: row.direction,
                author: match Actor::of_stored(entry.actor_kind, entry.actor_id) {
                    Actor::Agent(agent) => Some(agent),
                    _ => None,
                },
                status: row.delivery_status,
                error: row.delivery_error,
                external_id: row.external_id,
            };
            (row.entry_id, message)
        })
        .collect())
}

/// Tickets that are locked already, and how the conversation is linked to each.
async fn tickets(tx: &Tx, conversation: ConversationId, ids: &HashSet<TicketId>) -> Result<HashMap<TicketId, Linked>> {
    let ids: Vec<TicketId> = ids.iter().copied().collect();
    let linked = links::between(tx, conversation, &ids).await?;
    let tickets = lock::read(tx, &ids).await?;
    Ok(tickets
        .into_iter()
        .map(|(id, ticket)| (id, Linked { ticket, reopen_on_resolve: linked.get(&id).copied() }))
        .collect())
}

/// The newest message that the customer wrote and no machine, in the log's order: ids of the same instant have none.
///
/// # Errors
/// The database's.
pub(in crate::store) async fn newest_inbound(tx: &Tx, conversation: ConversationId) -> Result<Option<EventId>> {
    let mut select = message::Entity::find()
        .select_only()
        .column(message::Column::EntryId)
        .filter(message::Column::ConversationId.eq(conversation))
        .filter(message::Column::Direction.eq(MessageDirection::Inbound))
        .filter(message::Column::Automatic.eq(false))
        .order_by_desc(event::Column::Seq);
    QueryTrait::query(&mut select).inner_join(event::Entity, its_entry());
    Ok(select.into_tuple().one(tx.conn()).await?)
}

/// A message's log row.
fn its_entry() -> Expr {
    Expr::col(event::Column::Id.as_column_ref()).eq(Expr::col(message::Column::EntryId.as_column_ref()))
}

/// The customer's address on the channel: for mail the e-mail address alone, for chat the caller's own id, else whatever names them.
async fn recipient(tx: &Tx, id: CustomerId, kind: ChannelKind) -> Result<Option<String>> {
    let row = customer::Entity::find_by_id(id).one(tx.conn()).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(match kind {
        ChannelKind::Email => row.email,
        ChannelKind::Chat => row.external_id.or(row.email).or(row.phone).or_else(|| Some(id.to_string())),
    })
}

/// So that few SQL texts exist.
fn ids_of<T: Copy>(ids: &HashSet<T>) -> Vec<T> {
    padded(&ids.iter().copied().collect::<Vec<T>>())
}
