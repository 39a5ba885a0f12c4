//! What stands beside conversations: follows and links.
//!
//! The callers hold conversations that the viewer sees; the other end of a link is looked up with the viewer's access.

use entity::ids::ConversationId;
use entity::{conversation_link, follow};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::error::Result;
use crate::store::Store;
use crate::store::access::padded;

impl Store {
    /// The follows of these conversations, each's in the order of the agents' ids.
    ///
    /// # Errors
    /// The database's.
    pub async fn follows(&self, ids: &[ConversationId]) -> Result<Vec<follow::Model>> {
        Ok(follow::Entity::find()
            .filter(follow::Column::ConversationId.is_in(padded(ids)))
            .order_by_asc(follow::Column::ConversationId)
            .order_by_asc(follow::Column::AgentId)
            .all(self.reader())
            .await?)
    }

    /// The links of these conversations, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn links(&self, ids: &[ConversationId]) -> Result<Vec<conversation_link::Model>> {
        Ok(conversation_link::Entity::find()
            .filter(conversation_link::Column::ConversationId.is_in(padded(ids)))
            .order_by_asc(conversation_link::Column::LinkedAt)
            .order_by_asc(conversation_link::Column::OtherId)
            .all(self.reader())
            .await?)
    }
}
