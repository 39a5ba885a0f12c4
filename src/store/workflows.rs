//! Workflows as records: locked, made, changed, put in order, listed.

use entity::ids::WorkflowId;
use entity::workflow::{ActiveModel, Column, Entity, Model};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::Store;
use super::access::padded;
use super::write::Tx;
use crate::domain::workflow::place::Shift;
use crate::error::Result;

/// A workflow that isn't deleted, locked until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, id: WorkflowId) -> Result<Option<Model>> {
    let query = Entity::find_by_id(id).filter(Column::DeletedAt.is_null());
    Ok(query.lock(LockType::NoKeyUpdate).one(tx.conn()).await?)
}

/// How many workflows there are.
///
/// # Errors
/// The database's.
pub async fn count(tx: &Tx) -> Result<u64> {
    Ok(Entity::find().filter(Column::DeletedAt.is_null()).count(tx.conn()).await?)
}

/// Which workflow that isn't deleted has this name, folded.
///
/// # Errors
/// The database's.
pub async fn of_name(tx: &Tx, name_key: &str) -> Result<Option<WorkflowId>> {
    let query = Entity::find().filter(Column::NameKey.eq(name_key)).filter(Column::DeletedAt.is_null());
    Ok(query.select_only().column(Column::Id).into_tuple().one(tx.conn()).await?)
}

/// Lets those in some places give way. Only under the guard of the workflows.
///
/// # Errors
/// The database's.
pub async fn shift(tx: &Tx, shift: &Shift) -> Result<()> {
    if !shift.places.is_empty() {
        let shifted = Entity::update_many()
            .col_expr(Column::Place, Expr::col(Column::Place).add(shift.by))
            .filter(Column::DeletedAt.is_null())
            .filter(Column::Place.between(*shift.places.start(), *shift.places.end()));
        shifted.exec(tx.conn()).await?;
    }
    Ok(())
}

/// Inserts a workflow.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn insert(tx: &Tx, row: &Model) -> Result<()> {
    Entity::insert(all(row)).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a locked workflow's row.
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
    /// The workflows that aren't deleted, in their order.
    ///
    /// # Errors
    /// The database's.
    pub async fn workflows(&self) -> Result<Vec<Model>> {
        let query = Entity::find().filter(Column::DeletedAt.is_null());
        Ok(query.order_by_asc(Column::Place).order_by_asc(Column::Id).all(self.reader()).await?)
    }

    /// Workflows by id, deleted ones too.
    ///
    /// # Errors
    /// The database's.
    pub async fn workflows_by_id(&self, ids: &[WorkflowId]) -> Result<Vec<Model>> {
        Ok(Entity::find().filter(Column::Id.is_in(padded(ids))).all(self.reader()).await?)
    }
}
