//! Finding single tickets. Every viewer may know of each of them; what a token without TICKETS_READ reads of one is cut where it is shown.

use std::collections::HashMap;
use std::sync::Arc;

use entity::ids::TicketId;
use entity::ticket::{Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::Result;
use crate::store::Store;
use crate::store::access::padded;

impl Store {
    /// Tickets by id, for whoever met the id in what they may see, or may read tickets.
    ///
    /// # Errors
    /// The database's.
    pub async fn tickets_by_id(&self, ids: &[TicketId]) -> Result<HashMap<TicketId, Arc<Model>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = Entity::find().filter(Column::Id.is_in(padded(ids))).all(self.reader()).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }
}
