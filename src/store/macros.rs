//! Macros as records: locked, made, changed, deleted, listed.

use entity::ids::MacroId;
use entity::saved_macro::{ActiveModel, Column, Entity, Model};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::Store;
use super::access::padded;
use super::write::Tx;
use crate::error::Result;

/// A macro, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, id: MacroId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx.conn()).await?)
}

/// How many macros there are.
///
/// # Errors
/// The database's.
pub async fn count(tx: &Tx) -> Result<u64> {
    Ok(Entity::find().count(tx.conn()).await?)
}

/// Which macro has this name, folded.
///
/// # Errors
/// The database's.
pub async fn of_name(tx: &Tx, name_key: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::NameKey.eq(name_key)).one(tx.conn()).await?)
}

/// Inserts a macro.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn insert(tx: &Tx, row: &Model) -> Result<()> {
    Entity::insert(all(row)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a locked macro's row.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn update(tx: &Tx, row: &Model) -> Result<()> {
    Entity::update_many().set(all(row)).filter(Column::Id.eq(row.id)).exec(tx.conn()).await?;
    Ok(())
}

/// Deletes a locked macro.
///
/// # Errors
/// The database's.
pub async fn delete(tx: &Tx, id: MacroId) -> Result<()> {
    Entity::delete_by_id(id).exec(tx.conn()).await?;
    Ok(())
}

fn all(row: &Model) -> ActiveModel {
    row.clone().into_active_model().reset_all()
}

impl Store {
    /// All macros, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn macros(&self) -> Result<Vec<Model>> {
        Ok(Entity::find().order_by_asc(Column::NameKey).order_by_asc(Column::Id).all(self.reader()).await?)
    }

    /// Macros by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn macros_by_id(&self, ids: &[MacroId]) -> Result<Vec<Model>> {
        Ok(Entity::find().filter(Column::Id.is_in(padded(ids))).all(self.reader()).await?)
    }
}
