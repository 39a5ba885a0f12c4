//! Messages by the id of their entry, as far as they exist for the viewer.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::EventId;
use entity::{event, message};

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

/// Asks for the message that an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageKey(pub EventId);

impl Loader<MessageKey> for Source {
    type Value = Arc<(message::Model, event::Model)>;
    type Error = Error;

    async fn load(&self, keys: &[MessageKey]) -> Result<HashMap<MessageKey, Self::Value>> {
        let ids: Vec<EventId> = keys.iter().map(|key| key.0).collect();
        let found = self.service.store.messages_by_id(&self.session.viewer.channels, &ids).await?;
        Ok(found.into_iter().map(|(id, message)| (MessageKey(id), message)).collect())
    }
}
