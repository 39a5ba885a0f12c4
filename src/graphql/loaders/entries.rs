//! Entries of timelines by id, as far as they exist for the viewer.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::event::Model;
use entity::ids::EventId;

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

/// Asks for an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntryKey(pub EventId);

impl Loader<EntryKey> for Source {
    type Value = Arc<Model>;
    type Error = Error;

    async fn load(&self, keys: &[EntryKey]) -> Result<HashMap<EntryKey, Self::Value>> {
        let ids: Vec<EventId> = keys.iter().map(|key| key.0).collect();
        let rows = self.service.store.entries(&self.session.viewer, &ids).await?;
        Ok(rows.into_iter().map(|row| (EntryKey(row.id), Arc::new(row))).collect())
    }
}
