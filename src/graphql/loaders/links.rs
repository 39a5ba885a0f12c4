//! Links of conversations.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::conversation_link::Model;
use entity::ids::ConversationId;

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

/// Asks for the links of a conversation that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinksOf(pub ConversationId);

impl Loader<LinksOf> for Source {
    type Value = Arc<Vec<Model>>;
    type Error = Error;

    async fn load(&self, keys: &[LinksOf]) -> Result<HashMap<LinksOf, Self::Value>> {
        let ids: Vec<ConversationId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<LinksOf, Vec<Model>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for row in self.service.store.links(&ids).await? {
            found.entry(LinksOf(row.conversation_id)).or_default().push(row);
        }
        Ok(found.into_iter().map(|(key, rows)| (key, Arc::new(rows))).collect())
    }
}
