//! Who follows which conversation.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::follow::Model;
use entity::ids::ConversationId;

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

/// Asks for the follows of a conversation that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FollowsOf(pub ConversationId);

impl Loader<FollowsOf> for Source {
    type Value = Arc<Vec<Model>>;
    type Error = Error;

    async fn load(&self, keys: &[FollowsOf]) -> Result<HashMap<FollowsOf, Self::Value>> {
        let ids: Vec<ConversationId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<FollowsOf, Vec<Model>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for row in self.service.store.follows(&ids).await? {
            found.entry(FollowsOf(row.conversation_id)).or_default().push(row);
        }
        Ok(found.into_iter().map(|(key, rows)| (key, Arc::new(rows))).collect())
    }
}
