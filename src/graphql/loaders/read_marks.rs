//! Up to where conversations have been read: by the viewer, or by everybody.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::{AgentId, ConversationId};

use crate::domain::unread::NOT_READ;
use crate::error::{Error, Result};
use crate::graphql::reader::Source;

/// Asks up to which version the viewer, an agent, has read a conversation that they see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadTo(pub ConversationId);

/// Asks up to which versions all who have ever read a conversation have read it; the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MarksOf(pub ConversationId);

impl Loader<MarksOf> for Source {
    type Value = Arc<HashMap<AgentId, i32>>;
    type Error = Error;

    async fn load(&self, keys: &[MarksOf]) -> Result<HashMap<MarksOf, Self::Value>> {
        let ids: Vec<ConversationId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<MarksOf, HashMap<AgentId, i32>> =
            keys.iter().map(|key| (*key, HashMap::new())).collect();
        for row in self.service.store.read_marks_of(&ids).await? {
            found.entry(MarksOf(row.conversation_id)).or_default().insert(row.agent_id, row.read_to);
        }
        Ok(found.into_iter().map(|(key, marks)| (key, Arc::new(marks))).collect())
    }
}

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
