//! Up to where the viewer has read conversations.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entity::ids::ConversationId;

use crate::domain::unread::NOT_READ;
use crate::error::{Error, Result};
use crate::graphql::reader::Source;

/// Asks up to which version the viewer, an agent, has read a conversation that they see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadTo(pub ConversationId);

impl Loader<ReadTo> for Source {
    type Value = i32;
    type Error = Error;

    async fn load(&self, keys: &[ReadTo]) -> Result<HashMap<ReadTo, i32>> {
        let Some(agent) = self.session.viewer.agent() else { return Ok(HashMap::new()) };
        let ids: Vec<ConversationId> = keys.iter().map(|key| key.0).collect();
        let found = self.service.store.read_marks(agent, &ids).await?;
        Ok(keys.iter().map(|key| (*key, found.get(&key.0).copied().unwrap_or(NOT_READ))).collect())
    }
}
