//! Notes by the id of their entry, and whom they name, as far as they exist for the viewer.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::EventId;
use entity::{event, note};

use crate::error::{Error, Result};
use crate::graphql::reader::Source;
use crate::store::notes::Mention;

/// Asks for the note that an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoteKey(pub EventId);

/// Asks whom a note names that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MentionsOf(pub EventId);

impl Loader<NoteKey> for Source {
    type Value = Arc<(note::Model, event::Model)>;
    type Error = Error;

    async fn load(&self, keys: &[NoteKey]) -> Result<HashMap<NoteKey, Self::Value>> {
        let ids: Vec<EventId> = keys.iter().map(|key| key.0).collect();
        let found = self.service.store.notes_by_id(&self.session.viewer, &ids).await?;
        Ok(found.into_iter().map(|(id, note)| (NoteKey(id), note)).collect())
    }
}

impl Loader<MentionsOf> for Source {
    type Value = Arc<Vec<Mention>>;
    type Error = Error;

    async fn load(&self, keys: &[MentionsOf]) -> Result<HashMap<MentionsOf, Self::Value>> {
        let ids: Vec<EventId> = keys.iter().map(|key| key.0).collect();
        let mut found = self.service.store.mentions_of(&self.session.viewer, &ids).await?;
        Ok(keys.iter().map(|key| (*key, Arc::new(found.remove(&key.0).unwrap_or_default()))).collect())
    }
}
