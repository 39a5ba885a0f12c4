//! Reading the log: timelines, feeds, single entries.

use entity::event::{Column, Entity, Model};
use entity::ids::EventId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::write::Tx;
use crate::error::Result;

/// Entries by id, in log order, inside a write.
///
/// # Errors
/// The database's.
pub async fn by_ids_in(tx: &Tx, ids: &[EventId]) -> Result<Vec<Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).order_by_asc(Column::Seq).all(tx.conn()).await?)
}
