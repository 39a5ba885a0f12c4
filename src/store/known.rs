//! What there is of what saved actions and conditions name. Read without locks: what is saved may go stale anyway.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::ids::{AgentId, ChannelId, TagId, TeamId, TicketId};
use entity::{agent, channel, tag, team, team_member, ticket};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::access::padded;
use super::write::Tx;
use crate::domain::action::saved::{Known, Named};
use crate::error::Result;

/// Looks it up; no statement for what isn't named.
///
/// # Errors
/// The database's.
pub async fn look_up(tx: &Tx, named: &Named) -> Result<Known> {
    let mut known = Known::default();
    let agents: Vec<AgentId> = named.agents.iter().copied().collect();
    if !agents.is_empty() {
        let rows = agent::Entity::find().filter(agent::Column::Id.is_in(padded(&agents))).all(tx.conn()).await?;
        known.agents = rows.into_iter().map(|row| (row.id, row.deactivated_at.is_none())).collect();
    }
    let tags: Vec<TagId> = named.tags.iter().copied().collect();
    if !tags.is_empty() {
        let rows = tag::Entity::find()
            .filter(tag::Column::Id.is_in(padded(&tags)))
            .filter(tag::Column::DeletedAt.is_null())
            .all(tx.conn())
            .await?;
        known.tags = rows.into_iter().map(|row| (row.id, row.archived)).collect();
    }
    let tickets: Vec<TicketId> = named.tickets.iter().copied().collect();
    if !tickets.is_empty() {
        let rows = ticket::Entity::find().filter(ticket::Column::Id.is_in(padded(&tickets))).all(tx.conn()).await?;
        known.tickets = rows.into_iter().map(|row| row.id).collect();
    }
    let channels: Vec<ChannelId> = named.channels.iter().copied().collect();
    if !channels.is_empty() {
        let rows = channel::Entity::find().filter(channel::Column::Id.is_in(padded(&channels))).all(tx.conn()).await?;
        known.channels = rows.into_iter().map(|row| row.id).collect();
    }
    if !named.teams.is_empty() {
        known.teams = teams(tx, &named.teams).await?;
    }
    Ok(known)
}

async fn teams(tx: &Tx, ids: &BTreeSet<TeamId>) -> Result<HashMap<TeamId, HashSet<AgentId>>> {
    let ids = padded(&ids.iter().copied().collect::<Vec<TeamId>>());
    let rows = team::Entity::find()
        .filter(team::Column::Id.is_in(ids.clone()))
        .filter(team::Column::DeletedAt.is_null())
        .all(tx.conn())
        .await?;
    let mut teams: HashMap<_, _> = rows.into_iter().map(|row| (row.id, HashSet::new())).collect();
    let members = team_member::Entity::find().filter(team_member::Column::TeamId.is_in(ids)).all(tx.conn()).await?;
    for row in members {
        if let Some(members) = teams.get_mut(&row.team_id) {
            members.insert(row.agent_id);
        }
    }
    Ok(teams)
}
