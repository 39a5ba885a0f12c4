//! Reading customers that something names.

use std::collections::HashMap;
use std::sync::Arc;

use entity::customer::{Column, Entity, Model};
use entity::ids::CustomerId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::Result;
use crate::store::Store;
use crate::store::access::padded;

impl Store {
    /// Customers by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn customers_by_id(&self, ids: &[CustomerId]) -> Result<HashMap<CustomerId, Arc<Model>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = Entity::find().filter(Column::Id.is_in(padded(ids))).all(self.reader()).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }
}
