//! Conversations.
use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::{ConversationId, CustomerId};
use entity::{conversation, customer};

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

impl Loader<ConversationId> for Source {
    type Value = Arc<conversation::Model>;
    type Error = Error;

    async fn load(&self, keys: &[ConversationId]) -> Result<HashMap<ConversationId, Self::Value>> {
        let rows = self.service.store.conversations_by_id(&self.session.viewer.channels, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }
}
impl Loader<CustomerId> for Source {
    type Value = Arc<customer::Model>;
    type Error = Error;

    async fn load(&self, keys: &[CustomerId]) -> Result<HashMap<CustomerId, Self::Value>> {
        let rows = self.service.store.customers_by_id(keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }
}
