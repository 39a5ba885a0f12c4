//! Messages' texts.

use entity::ids::EventId;
use entity::message::{Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Store;
use super::access::padded;
use crate::error::Result;

impl Store {
    /// The texts of messages whose log rows the caller holds.
    ///
    /// # Errors
    /// The database's.
    pub async fn message_texts(&self, ids: &[EventId]) -> Result<Vec<Model>> {
        Ok(Entity::find().filter(Column::EntryId.is_in(padded(ids))).all(self.reader()).await?)
    }
}
