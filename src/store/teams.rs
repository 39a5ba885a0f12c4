//! Teams and who belongs to them: locked, made, changed, listed.

use std::collections::HashMap;

use entity::ids::{AgentId, ConversationId, TeamId};
use entity::team::{ActiveModel, Column, Entity, Model};
use entity::{channel_team, conversation, team_member};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::Store;
use super::access::padded;
use super::write::Tx;
use crate::error::Result;

/// Teams by id that aren't deleted, relied on until the transaction ends; in id order.
///
/// # Errors
/// The database's.
pub async fn rely_on(tx: &Tx, ids: &[TeamId]) -> Result<Vec<Model>> {
    locked(tx, ids, LockType::Share).await
}

/// Teams by id that aren't deleted, locked until the transaction ends; in id order.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, ids: &[TeamId]) -> Result<Vec<Model>> {
    locked(tx, ids, LockType::NoKeyUpdate).await
}

async fn locked(tx: &Tx, ids: &[TeamId], mode: LockType) -> Result<Vec<Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find().filter(Column::Id.is_in(padded(ids))).filter(Column::DeletedAt.is_null());
    Ok(query.order_by_asc(Column::Id).lock(mode).all(tx.conn()).await?)
}

/// How many teams there are.
///
/// # Errors
/// The database's.
pub async fn count(tx: &Tx) -> Result<u64> {
    Ok(Entity::find().filter(Column::DeletedAt.is_null()).count(tx.conn()).await?)
}

/// Which team that isn't deleted has this slug.
///
/// # Errors
/// The database's.
pub async fn of_slug(tx: &Tx, slug: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::Slug.eq(slug)).filter(Column::DeletedAt.is_null()).one(tx.conn()).await?)
}

/// Which team that isn't deleted has this name, folded.
///
/// # Errors
/// The database's.
pub async fn of_name(tx: &Tx, name_key: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::NameKey.eq(name_key)).filter(Column::DeletedAt.is_null()).one(tx.conn()).await?)
}

/// Inserts a team.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn insert(tx: &Tx, row: &Model) -> Result<()> {
    Entity::insert(all(row)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a locked team's row.
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

/// How many members each of these locked teams has; a team without any is left out.
///
/// # Errors
/// The database's.
pub async fn sizes(tx: &Tx, ids: &[TeamId]) -> Result<HashMap<TeamId, i64>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sizes: Vec<(TeamId, i64)> = team_member::Entity::find()
        .select_only()
        .column(team_member::Column::TeamId)
        .column_as(team_member::Column::AgentId.count(), "size")
        .filter(team_member::Column::TeamId.is_in(padded(ids)))
        .group_by(team_member::Column::TeamId)
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(sizes.into_iter().collect())
}

/// Makes agents members of teams they weren't members of.
///
/// # Errors
/// The database's.
pub async fn join(tx: &Tx, pairs: impl IntoIterator<Item = (TeamId, AgentId)>) -> Result<()> {
    let rows: Vec<_> = pairs.into_iter().map(|(team_id, agent_id)| team_member::Model { team_id, agent_id }).collect();
    if !rows.is_empty() {
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        team_member::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Takes each of these agents off each of these teams.
///
/// # Errors
/// The database's.
pub async fn leave(tx: &Tx, teams: &[TeamId], agents: &[AgentId]) -> Result<()> {
    if !teams.is_empty() && !agents.is_empty() {
        let left = team_member::Entity::delete_many()
            .filter(team_member::Column::TeamId.is_in(padded(teams)))
            .filter(team_member::Column::AgentId.is_in(padded(agents)));
        left.exec(tx.conn()).await?;
    }
    Ok(())
}

/// Deletes a locked team: it has no members and belongs to no channel any longer, and its slug and name are free.
///
/// # Errors
/// The database's.
pub async fn delete(tx: &Tx, row: &Model) -> Result<()> {
    let members = team_member::Entity::delete_many().filter(team_member::Column::TeamId.eq(row.id));
    members.exec(tx.conn()).await?;
    let channels = channel_team::Entity::delete_many().filter(channel_team::Column::TeamId.eq(row.id));
    channels.exec(tx.conn()).await?;
    update(tx, row).await
}

/// The team that now stands in the place of a deleted one; none if it has none.
///
/// # Errors
/// The database's.
pub async fn heir(tx: &Tx, deleted: TeamId) -> Result<Option<TeamId>> {
    let mut next = Some(deleted);
    // It ends: a team takes the place of one that was deleted before it.
    while let Some(id) = next {
        let row = Entity::find_by_id(id).one(tx.conn()).await?;
        next = match row {
            Some(row) if row.deleted_at.is_none() => return Ok(Some(id)),
            Some(row) => row.moved_to_id,
            None => None,
        };
    }
    Ok(None)
}

/// Whether any of these teams has open or snoozed conversations, also under spam.
///
/// # Errors
/// The database's.
pub async fn hold_any(tx: &Tx, ids: &[TeamId]) -> Result<bool> {
    let held = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(Expr::cust("conversation.status = 'OPEN'"))
        .filter(conversation::Column::TeamId.is_in(padded(ids)))
        .limit(1);
    let found: Option<ConversationId> = held.into_tuple().one(tx.conn()).await?;
    Ok(found.is_some())
}

/// The teams of an agent, in id order.
///
/// # Errors
/// The database's.
pub async fn of_agent(tx: &Tx, agent: AgentId) -> Result<Vec<TeamId>> {
    let query = team_member::Entity::find().filter(team_member::Column::AgentId.eq(agent));
    let rows = query.order_by_asc(team_member::Column::TeamId).all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| row.team_id).collect())
}

/// The members of a team, in id order.
///
/// # Errors
/// The database's.
pub async fn members(tx: &Tx, team: TeamId) -> Result<Vec<AgentId>> {
    let query = team_member::Entity::find().filter(team_member::Column::TeamId.eq(team));
    let rows = query.order_by_asc(team_member::Column::AgentId).all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| row.agent_id).collect())
}

impl Store {
    /// The teams that aren't deleted, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn teams(&self) -> Result<Vec<Model>> {
        let query = Entity::find().filter(Column::DeletedAt.is_null());
        Ok(query.order_by_asc(Column::NameKey).order_by_asc(Column::Id).all(self.reader()).await?)
    }

    /// Who belongs to which of these teams.
    ///
    /// # Errors
    /// The database's.
    pub async fn members_of(&self, teams: &[TeamId]) -> Result<Vec<team_member::Model>> {
        let query = team_member::Entity::find().filter(team_member::Column::TeamId.is_in(padded(teams)));
        Ok(query.all(self.reader()).await?)
    }

    /// To which teams these agents belong.
    ///
    /// # Errors
    /// The database's.
    pub async fn memberships_of(&self, agents: &[AgentId]) -> Result<Vec<team_member::Model>> {
        let query = team_member::Entity::find().filter(team_member::Column::AgentId.is_in(padded(agents)));
        Ok(query.all(self.reader()).await?)
    }
}
