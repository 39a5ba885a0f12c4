//! Who may be told of a conversation: active, and with access to its channel as it now is.

use std::collections::{BTreeSet, HashMap};

use entity::enums::{AgentRole, ChannelVisibility};
use entity::ids::{AgentId, ChannelId, TeamId};
use entity::{agent, channel, channel_agent, channel_team, team_member};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};

use super::access::padded;
use super::write::Tx;
use crate::error::Result;

/// The members of these teams.
///
/// # Errors
/// The database's.
pub async fn members(tx: &Tx, teams: &[TeamId]) -> Result<HashMap<TeamId, BTreeSet<AgentId>>> {
    let mut members: HashMap<TeamId, BTreeSet<AgentId>> = HashMap::new();
    if teams.is_empty() {
        return Ok(members);
    }
    let select = team_member::Entity::find().filter(team_member::Column::TeamId.is_in(padded(teams)));
    for row in select.all(tx.conn()).await? {
        members.entry(row.team_id).or_default().insert(row.agent_id);
    }
    Ok(members)
}

/// Those of the agents who are active and may see the channel.
///
/// # Errors
/// The database's.
pub async fn reachable(tx: &Tx, channel: ChannelId, agents: &[AgentId]) -> Result<BTreeSet<AgentId>> {
    if agents.is_empty() {
        return Ok(BTreeSet::new());
    }
    let ids: Vec<AgentId> = agent::Entity::find()
        .select_only()
        .column(agent::Column::Id)
        .filter(agent::Column::Id.is_in(padded(agents)))
        .filter(agent::Column::DeactivatedAt.is_null())
        .filter(with_access(channel))
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(ids.into_iter().collect())
}

/// Agents who may see the channel: admins, everybody if it is open, and who belongs to it by name or through a team.
pub(in crate::store) fn with_access(id: ChannelId) -> Condition {
    let open = Query::select()
        .expr(Expr::val(1))
        .from(channel::Entity)
        .and_where(channel::Column::Id.eq(id))
        .and_where(channel::Column::Visibility.eq(ChannelVisibility::Everyone))
        .to_owned();
    let named = Query::select()
        .column(channel_agent::Column::AgentId)
        .from(channel_agent::Entity)
        .and_where(channel_agent::Column::ChannelId.eq(id))
        .to_owned();
    let through = Query::select()
        .column((team_member::Entity, team_member::Column::AgentId))
        .from(team_member::Entity)
        .inner_join(
            channel_team::Entity,
            Expr::col((channel_team::Entity, channel_team::Column::TeamId))
                .equals((team_member::Entity, team_member::Column::TeamId)),
        )
        .and_where(channel_team::Column::ChannelId.eq(id))
        .to_owned();
    Condition::any()
        .add(agent::Column::Role.eq(AgentRole::Admin))
        .add(Expr::exists(open))
        .add(agent::Column::Id.in_subquery(named))
        .add(agent::Column::Id.in_subquery(through))
}
