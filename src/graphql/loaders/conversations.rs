//! Conversations by id, as far as they exist for the viewer.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::conversation;
use entity::ids::ConversationId;

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

impl Loader<ConversationId> for Source {
    type Value = Arc<conversation::Model>;
    type Error = Error;

    async fn load(&self, keys: &[ConversationId]) -> Result<HashMap<ConversationId, Self::Value>> {
        self.service.store.conversations_by_id(&self.session.viewer.channels, keys).await
    }
}
