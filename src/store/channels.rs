//! Channels and who belongs to them: locked, made, changed, listed. A channel that the viewer doesn't see doesn't exist.

use entity::channel::{ActiveModel, Column, Entity, Model};
use entity::ids::{AgentId, ChannelId, TeamId};
use entity::{channel_agent, channel_team};
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::Store;
use super::access::{padded, visible};
use super::write::Tx;
use crate::domain::permission::ChannelAccess;
use crate::error::Result;

/// Channels by id as far as they exist for the viewer, relied on until the transaction ends; in id order.
///
/// # Errors
/// The database's.
pub async fn rely_on(tx: &Tx, access: &ChannelAccess, ids: &[ChannelId]) -> Result<Vec<Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find().filter(Column::Id.is_in(padded(ids))).filter(visible(Column::Id, access));
    Ok(query.order_by_asc(Column::Id).lock(LockType::Share).all(tx.conn()).await?)
}

/// Channels by id, relied on until the transaction ends; those that somebody else is changing are left out instead of waited for.
///
/// # Errors
/// The database's.
pub async fn rely_on_free(tx: &Tx, ids: &[ChannelId]) -> Result<Vec<Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find().filter(Column::Id.is_in(padded(ids))).order_by_asc(Column::Id);
    Ok(query.lock_with_behavior(LockType::Share, LockBehavior::SkipLocked).all(tx.conn()).await?)
}

/// A channel that exists for the viewer, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, access: &ChannelAccess, id: ChannelId) -> Result<Option<Model>> {
    let query = Entity::find_by_id(id).filter(visible(Column::Id, access));
    Ok(query.lock(LockType::NoKeyUpdate).one(tx.conn()).await?)
}

/// How many channels there are.
///
/// # Errors
/// The database's.
pub async fn count(tx: &Tx) -> Result<u64> {
    Ok(Entity::find().count(tx.conn()).await?)
}

/// Which channel has this name, folded.
///
/// # Errors
/// The database's.
pub async fn of_name(tx: &Tx, name_key: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::NameKey.eq(name_key)).one(tx.conn()).await?)
}

/// Inserts a channel with who belongs to it.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn insert(tx: &Tx, row: &Model, agents: &[AgentId], teams: &[TeamId]) -> Result<()> {
    Entity::insert(all(row)).exec_without_returning(tx.conn()).await?;
    join(tx, row.id, agents, teams).await
}

/// Makes agents and teams belong to a channel they didn't belong to.
///
/// # Errors
/// The database's.
pub async fn join(tx: &Tx, channel_id: ChannelId, agents: &[AgentId], teams: &[TeamId]) -> Result<()> {
    if !agents.is_empty() {
        let rows = agents.iter().map(|&agent_id| channel_agent::Model { channel_id, agent_id });
        let rows = rows.map(|row| row.into_active_model().reset_all());
        channel_agent::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    if !teams.is_empty() {
        let rows = teams.iter().map(|&team_id| channel_team::Model { channel_id, team_id });
        let rows = rows.map(|row| row.into_active_model().reset_all());
        channel_team::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Takes agents and teams off a channel.
///
/// # Errors
/// The database's.
pub async fn leave(tx: &Tx, id: ChannelId, agents: &[AgentId], teams: &[TeamId]) -> Result<()> {
    if !agents.is_empty() {
        let gone = channel_agent::Entity::delete_many().filter(channel_agent::Column::ChannelId.eq(id));
        gone.filter(channel_agent::Column::AgentId.is_in(padded(agents))).exec(tx.conn()).await?;
    }
    if !teams.is_empty() {
        let gone = channel_team::Entity::delete_many().filter(channel_team::Column::ChannelId.eq(id));
        gone.filter(channel_team::Column::TeamId.is_in(padded(teams))).exec(tx.conn()).await?;
    }
    Ok(())
}

/// The restricted channels that any of these teams belongs to, in id order.
///
/// # Errors
/// The database's.
pub async fn naming(tx: &Tx, teams: &[TeamId]) -> Result<Vec<ChannelId>> {
    if teams.is_empty() {
        return Ok(Vec::new());
    }
    let rows = channel_team::Entity::find().filter(channel_team::Column::TeamId.is_in(padded(teams)));
    let rows = rows.order_by_asc(channel_team::Column::ChannelId).all(tx.conn()).await?;
    let mut ids: Vec<ChannelId> = rows.into_iter().map(|row| row.channel_id).collect();
    ids.dedup();
    Ok(ids)
}

/// Channels by id, locked until the transaction ends; in id order.
///
/// # Errors
/// The database's.
pub async fn lock_all(tx: &Tx, ids: &[ChannelId]) -> Result<Vec<Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find().filter(Column::Id.is_in(padded(ids))).order_by_asc(Column::Id);
    Ok(query.lock(LockType::NoKeyUpdate).all(tx.conn()).await?)
}

/// Writes a locked channel's row.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn update(tx: &Tx, row: &Model) -> Result<()> {
    Entity::update_many().set(all(row)).filter(Column::Id.eq(row.id)).exec(tx.conn()).await?;
    Ok(())
}

fn all(row: &Model) -> ActiveModel {
    row.clone().into_active_model().reset_all()
}

/// Who belongs to a channel, each in id order.
///
/// # Errors
/// The database's.
pub async fn belonging(tx: &Tx, id: ChannelId) -> Result<(Vec<AgentId>, Vec<TeamId>)> {
    let agents = channel_agent::Entity::find().filter(channel_agent::Column::ChannelId.eq(id));
    let agents = agents.order_by_asc(channel_agent::Column::AgentId).all(tx.conn()).await?;
    let teams = channel_team::Entity::find().filter(channel_team::Column::ChannelId.eq(id));
    let teams = teams.order_by_asc(channel_team::Column::TeamId).all(tx.conn()).await?;
    Ok((agents.into_iter().map(|row| row.agent_id).collect(), teams.into_iter().map(|row| row.team_id).collect()))
}

impl Store {
    /// The channels that exist for the viewer, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn channels(&self, access: &ChannelAccess) -> Result<Vec<Model>> {
        let query = Entity::find().filter(visible(Column::Id, access));
        Ok(query.order_by_asc(Column::NameKey).order_by_asc(Column::Id).all(self.reader()).await?)
    }

    /// Which agents belong to these channels by name. Whether the viewer sees the channels is for the caller to ask.
    ///
    /// # Errors
    /// The database's.
    pub async fn channel_agents(&self, ids: &[ChannelId]) -> Result<Vec<channel_agent::Model>> {
        let query = channel_agent::Entity::find().filter(channel_agent::Column::ChannelId.is_in(padded(ids)));
        Ok(query.all(self.reader()).await?)
    }

    /// Which teams belong to these channels. Whether the viewer sees the channels is for the caller to ask.
    ///
    /// # Errors
    /// The database's.
    pub async fn channel_teams(&self, ids: &[ChannelId]) -> Result<Vec<channel_team::Model>> {
        let query = channel_team::Entity::find().filter(channel_team::Column::ChannelId.is_in(padded(ids)));
        Ok(query.all(self.reader()).await?)
    }
}
