//! Agents: locked, made, changed, listed.

use entity::agent::{ActiveModel, Column, Entity, Model};
use entity::conversation;
use entity::enums::AgentRole;
use entity::ids::AgentId;
use sea_orm::sea_query::{Expr, ExprTrait, LockType, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::Store;
use super::access::padded;
use super::page::{By, List, Order, Page, Window};
use super::write::Tx;
use crate::error::Result;

/// Agents by id, relied on until the transaction ends; in id order.
///
/// # Errors
/// The database's.
pub async fn rely_on(tx: &Tx, ids: &[AgentId]) -> Result<Vec<Model>> {
    locked(tx, ids, LockType::Share).await
}

/// Agents by id, locked until the transaction ends; in id order.
///
/// # Errors
/// The database's.
pub async fn lock_all(tx: &Tx, ids: &[AgentId]) -> Result<Vec<Model>> {
    locked(tx, ids, LockType::NoKeyUpdate).await
}

async fn locked(tx: &Tx, ids: &[AgentId], mode: LockType) -> Result<Vec<Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find().filter(Column::Id.is_in(padded(ids))).order_by_asc(Column::Id);
    Ok(query.lock(mode).all(tx.conn()).await?)
}

/// An agent, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, id: AgentId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx.conn()).await?)
}

/// An agent together with every active admin, locked until the transaction ends, so that two can't step down at once.
/// Answers the agent, and whether another active admin remains.
///
/// # Errors
/// The database's.
pub async fn lock_with_admins(tx: &Tx, id: AgentId) -> Result<(Option<Model>, bool)> {
    let admins = Condition::all().add(Column::Role.eq(AgentRole::Admin)).add(Column::DeactivatedAt.is_null());
    let rows = Entity::find()
        .filter(Condition::any().add(Column::Id.eq(id)).add(admins))
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(tx.conn())
        .await?;
    let another = rows.iter().any(|row| row.id != id && row.role == AgentRole::Admin);
    Ok((rows.into_iter().find(|row| row.id == id), another))
}

/// Those of the agents to whom anything open or snoozed is assigned, also under spam.
///
/// # Errors
/// The database's.
pub async fn holding(tx: &Tx, ids: &[AgentId]) -> Result<Vec<AgentId>> {
    let held = Query::select()
        .expr(Expr::val(1))
        .from(conversation::Entity)
        // A literal, so that a generic plan knows it may use the partial index.
        .and_where(Expr::cust("conversation.status = 'OPEN'"))
        .and_where(Expr::col((conversation::Entity, conversation::Column::AssigneeId)).equals((Entity, Column::Id)))
        .to_owned();
    let holding = Entity::find().select_only().column(Column::Id).filter(Column::Id.is_in(padded(ids)));
    Ok(holding.filter(Expr::exists(held)).into_tuple().all(tx.conn()).await?)
}

/// Who has this handle.
///
/// # Errors
/// The database's.
pub async fn of_handle(tx: &Tx, handle: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::Handle.eq(handle)).one(tx.conn()).await?)
}

/// Who has this address, folded.
///
/// # Errors
/// The database's.
pub async fn of_email(tx: &Tx, email_key: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::EmailKey.eq(email_key)).one(tx.conn()).await?)
}

/// Inserts an agent.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn insert(tx: &Tx, row: &Model) -> Result<()> {
    Entity::insert(all(row)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a locked agent's row.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn update(tx: &Tx, row: &Model) -> Result<()> {
    Entity::update_many().set(all(row)).filter(Column::Id.eq(row.id)).exec(tx.conn()).await?;
    Ok(())
}

/// By name.
fn by_name() -> Order<Entity> {
    Order {
        list: List::Agents,
        descending: false,
        column: Column::NameKey,
        by: By::Text(|row| &row.name_key),
        id: Column::Id,
        id_of: |row| row.id.0,
    }
}

impl Store {
    /// A page of the agents, by name.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a malformed cursor; the database's.
    pub async fn agents(&self, include_deactivated: bool, window: &Window) -> Result<Page<Model>> {
        let mut query = Entity::find();
        if !include_deactivated {
            query = query.filter(Column::DeactivatedAt.is_null());
        }
        self.page(query, &by_name(), window).await
    }

    /// Who has this handle, for the command line.
    ///
    /// # Errors
    /// The database's.
    pub async fn agent_of_handle(&self, handle: &str) -> Result<Option<Model>> {
        Ok(Entity::find().filter(Column::Handle.eq(handle)).one(self.reader()).await?)
    }
}

fn all(row: &Model) -> ActiveModel {
    row.clone().into_active_model().reset_all()
}
