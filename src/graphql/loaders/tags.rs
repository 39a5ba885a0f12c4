//! Tags by id, mostly remembered, and how many conversations have one.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::TagId;
use entity::tag;

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

/// Asks how many conversations have a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConversationsOfTag(pub TagId);

impl Loader<TagId> for Source {
    type Value = Arc<tag::Model>;
    type Error = Error;

    async fn load(&self, keys: &[TagId]) -> Result<HashMap<TagId, Self::Value>> {
        self.service.store.tags_by_id(self.session.setup_seq, keys).await
    }
}

impl Loader<ConversationsOfTag> for Source {
    type Value = i64;
    type Error = Error;

    async fn load(&self, keys: &[ConversationsOfTag]) -> Result<HashMap<ConversationsOfTag, i64>> {
        let ids: Vec<TagId> = keys.iter().map(|key| key.0).collect();
        let counts = self.service.store.conversations_of_tags(&ids).await?;
        Ok(counts.into_iter().map(|(id, count)| (ConversationsOfTag(id), count)).collect())
    }
}
