//! Tags as records: relied on, locked, made, changed, listed, and how many conversations have them.

use std::collections::HashMap;

use entity::conversation_tag;
use entity::ids::TagId;
use entity::tag::{ActiveModel, Column, Entity, Model};
use sea_orm::sea_query::{ExprTrait, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::access::padded;
use super::count::number_of;
use super::write::Tx;
use super::{Store, deadline};
use crate::error::Result;

/// Tags by id that aren't deleted, relied on until the transaction ends; in id order.
///
/// If one of them was never used, all are locked as for writing: who uses a tag first writes that down, and must not wait for others
/// who rely on the same tag and want the same.
///
/// # Errors
/// The database's.
pub async fn rely_on(tx: &Tx, ids: &[TagId]) -> Result<Vec<Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find().filter(Column::Id.is_in(padded(ids))).filter(Column::DeletedAt.is_null());
    let all_used = query.clone().all(tx.conn()).await?.iter().all(|row| row.used);
    let mode = if all_used { LockType::Share } else { LockType::NoKeyUpdate };
    Ok(query.order_by_asc(Column::Id).lock(mode).all(tx.conn()).await?)
}

/// A tag that isn't deleted, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, id: TagId) -> Result<Option<Model>> {
    let query = Entity::find_by_id(id).filter(Column::DeletedAt.is_null());
    Ok(query.lock(LockType::NoKeyUpdate).one(tx.conn()).await?)
}

/// How many tags there are, archived ones too.
///
/// # Errors
/// The database's.
pub async fn count(tx: &Tx) -> Result<u64> {
    Ok(Entity::find().filter(Column::DeletedAt.is_null()).count(tx.conn()).await?)
}

/// Which tag that isn't deleted has this name, folded.
///
/// # Errors
/// The database's.
pub async fn of_name(tx: &Tx, name_key: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::NameKey.eq(name_key)).filter(Column::DeletedAt.is_null()).one(tx.conn()).await?)
}

/// Inserts a tag.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn insert(tx: &Tx, row: &Model) -> Result<()> {
    Entity::insert(all(row)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a locked tag's row.
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

impl Store {
    /// The tags that aren't deleted, by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn tags(&self, include_archived: bool) -> Result<Vec<Model>> {
        let mut query = Entity::find().filter(Column::DeletedAt.is_null());
        if !include_archived {
            query = query.filter(Column::Archived.eq(false));
        }
        Ok(query.order_by_asc(Column::NameKey).order_by_asc(Column::Id).all(self.reader()).await?)
    }

    /// How many conversations have each of these tags, whoever asks; 10,001 stands for all larger numbers.
    ///
    /// # Errors
    /// [`crate::error::Error::TooComplex`] when it takes too long; the database's.
    pub async fn conversations_of_tags(&self, ids: &[TagId]) -> Result<HashMap<TagId, i64>> {
        let its = conversation_tag::Column::TagId.into_expr().eq(Column::Id.into_expr());
        let having = conversation_tag::Entity::find().filter(its).into_query();
        let select = Entity::find()
            .select_only()
            .column(Column::Id)
            .expr_as(number_of(having), "conversations")
            .filter(Column::Id.is_in(padded(ids)))
            .into_tuple::<(TagId, i64)>();
        let reader = self.reader().clone();
        let counts = deadline::in_time(async move { Ok(select.all(&reader).await?) }).await?;
        Ok(counts.into_iter().collect())
    }
}
