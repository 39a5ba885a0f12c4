//! What lists of things that tell of an entry and its conversation have in common: notifications, and runs of workflows.

use std::sync::Arc;

use async_graphql::{Lookahead, Result};
use entity::ids::{ConversationId, EventId};
use entity::{conversation, event};

use super::listing;
use super::loaders::entries::EntryKey;
use super::reader::Reader;
use super::types::timeline::read_entries;

/// Reads the entries and conversations that these rows tell of, in one statement a kind, as far as they are selected.
///
/// # Errors
/// As shown to clients.
pub async fn read_told(reader: &Reader, told: &[(ConversationId, EventId)], selected: &[Lookahead<'_>]) -> Result<()> {
    let fields = |name: &str| -> Vec<Lookahead<'_>> { selected.iter().map(|row| row.field(name)).collect() };
    let (entries, conversations) = (fields("entry"), fields("conversation"));
    if conversations.iter().any(Lookahead::exists) {
        let read: Vec<Arc<conversation::Model>> = reader.load_all(told.iter().map(|(id, _)| *id)).await?;
        let models: Vec<&conversation::Model> = read.iter().map(|row| &**row).collect();
        listing::read_ahead(reader, &models, &conversations).await?;
    }
    // After the conversations: the customers among who did it are mostly theirs.
    if entries.iter().any(Lookahead::exists) {
        let read: Vec<Arc<event::Model>> = reader.load_all(told.iter().map(|(_, entry)| EntryKey(*entry))).await?;
        read_entries(reader, &read, &entries).await?;
    }
    Ok(())
}
