//! Finding single conversations, as far as they exist for the viewer.

use std::collections::HashMap;
use std::sync::Arc;

use entity::conversation::{Column, Entity, Model};
use entity::ids::ConversationId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::domain::permission::ChannelAccess;
use crate::error::Result;
use crate::store::Store;
use crate::store::access::{padded, visible};

impl Store {
    /// Conversations by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn conversations_by_id(
        &self,
        access: &ChannelAccess,
        ids: &[ConversationId],
    ) -> Result<HashMap<ConversationId, Arc<Model>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let select = Entity::find().filter(Column::Id.is_in(padded(ids))).filter(visible(Column::ChannelId, access));
        let rows = select.all(self.reader()).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }

    /// The conversation with this human number.
    ///
    /// # Errors
    /// The database's.
    pub async fn conversation_by_number(&self, access: &ChannelAccess, number: i64) -> Result<Option<Arc<Model>>> {
        let select = Entity::find().filter(Column::Number.eq(number)).filter(visible(Column::ChannelId, access));
        Ok(select.one(self.reader()).await?.map(Arc::new))
    }
}
