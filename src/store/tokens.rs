//! API tokens and integrations: made, revoked, listed. Reading a presented token is the business of `sessions`.

use entity::api_token::{ActiveModel, Column, Entity, Model};
use entity::ids::{AgentId, IntegrationId, TokenId};
use entity::integration;
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use super::Store;
use super::access::padded;
use super::write::Tx;
use crate::error::Result;

/// How many tokens are listed.
pub const SHOWN: u64 = 1_000;

/// A token, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, id: TokenId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx.conn()).await?)
}

/// Inserts a token.
///
/// # Errors
/// The database's.
pub async fn insert(tx: &Tx, row: &Model) -> Result<()> {
    Entity::insert(all(row)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a locked token's row.
///
/// # Errors
/// The database's.
pub async fn update(tx: &Tx, row: &Model) -> Result<()> {
    Entity::update_many().set(all(row)).filter(Column::Id.eq(row.id)).exec(tx.conn()).await?;
    Ok(())
}

fn all(row: &Model) -> ActiveModel {
    row.clone().into_active_model().reset_all()
}

/// The tokens of this name that aren't revoked, in id order.
///
/// # Errors
/// The database's.
pub async fn lock_named(tx: &Tx, name: &str) -> Result<Vec<Model>> {
    let query = Entity::find().filter(Column::Name.eq(name)).filter(Column::RevokedAt.is_null());
    Ok(query.order_by_asc(Column::Id).lock(LockType::NoKeyUpdate).all(tx.conn()).await?)
}

/// The tokens of an agent that aren't revoked, locked until the transaction ends; in id order.
///
/// # Errors
/// The database's.
pub async fn lock_of(tx: &Tx, agent: AgentId) -> Result<Vec<Model>> {
    let query = Entity::find().filter(Column::AgentId.eq(agent)).filter(Column::RevokedAt.is_null());
    Ok(query.order_by_asc(Column::Id).lock(LockType::NoKeyUpdate).all(tx.conn()).await?)
}

/// An integration, relied on until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn rely_on_integration(tx: &Tx, id: IntegrationId) -> Result<Option<integration::Model>> {
    Ok(integration::Entity::find_by_id(id).lock(LockType::Share).one(tx.conn()).await?)
}

/// Which integration has this name, folded.
///
/// # Errors
/// The database's.
pub async fn integration_of_name(tx: &Tx, name_key: &str) -> Result<Option<integration::Model>> {
    Ok(integration::Entity::find().filter(integration::Column::NameKey.eq(name_key)).one(tx.conn()).await?)
}

/// Inserts an integration.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn insert_integration(tx: &Tx, row: &integration::Model) -> Result<()> {
    integration::Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Whose tokens are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    All,
    /// An agent's own.
    Agent(AgentId),
}

impl Store {
    /// Tokens, revoked ones too, the [`SHOWN`] newest, newest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn tokens(&self, whose: Whose) -> Result<Vec<Model>> {
        let query = match whose {
            Whose::All => Entity::find(),
            Whose::Agent(id) => Entity::find().filter(Column::AgentId.eq(id)),
        };
        Ok(query.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).limit(SHOWN).all(self.reader()).await?)
    }

    /// Tokens by id. Whether the viewer may see them is for the caller to ask.
    ///
    /// # Errors
    /// The database's.
    pub async fn tokens_by_id(&self, ids: &[TokenId]) -> Result<Vec<Model>> {
        Ok(Entity::find().filter(Column::Id.is_in(padded(ids))).all(self.reader()).await?)
    }
}
