//! Remembered display fields of agents, teams, channels and integrations: what every list shows and hardly ever changes.
//!
//! Rights are never read from here. A request says up to which log row it must be right (`setup_seq`, read with its token); what is
//! older is dropped, on every node. Bounded: a full shelf is emptied.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::ids::{AgentId, ChannelId, IntegrationId, TeamId};
use entity::{agent, channel, integration, team};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Store;
use super::access::padded;
use crate::error::Result;

const ROOM: usize = 10_000;

/// What is remembered.
#[derive(Debug, Default)]
pub struct Directory {
    /// Agents.
    pub agents: Shelf<AgentId, agent::Model>,
    /// Teams.
    pub teams: Shelf<TeamId, team::Model>,
    /// Channels.
    pub channels: Shelf<ChannelId, channel::Model>,
    /// Integrations.
    pub integrations: Shelf<IntegrationId, integration::Model>,
}

/// The remembered records of one kind.
#[derive(Debug)]
pub struct Shelf<K, V> {
    kept: Mutex<Kept<K, V>>,
}

#[derive(Debug)]
struct Kept<K, V> {
    /// Up to which log row it is right.
    setup_seq: i64,
    records: HashMap<K, Arc<V>>,
}

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self { kept: Mutex::new(Kept { setup_seq: 0, records: HashMap::new() }) }
    }
}

impl<K: Copy + Eq + Hash, V> Shelf<K, V> {
    /// A record, if it is remembered and right up to this log row.
    pub fn get(&self, setup_seq: i64, id: K) -> Option<Arc<V>> {
        self.at(setup_seq).records.get(&id).cloned()
    }

    /// Splits ids into those remembered and those to read; then says as of which log row to put them back.
    fn split(&self, setup_seq: i64, ids: &[K]) -> (HashMap<K, Arc<V>>, Vec<K>, i64) {
        let kept = self.at(setup_seq);
        let found: HashMap<K, Arc<V>> =
            ids.iter().filter_map(|id| Some((*id, Arc::clone(kept.records.get(id)?)))).collect();
        let missing = ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
        (found, missing, kept.setup_seq)
    }

    /// Puts back what was read, unless something changed since.
    fn put(&self, as_of: i64, records: &HashMap<K, Arc<V>>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.setup_seq != as_of {
            return;
        }
        if kept.records.len() + records.len() > ROOM {
            kept.records.clear();
        }
        kept.records.extend(records.iter().map(|(id, record)| (*id, Arc::clone(record))));
    }

    fn at(&self, setup_seq: i64) -> MutexGuard<'_, Kept<K, V>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.setup_seq < setup_seq {
            kept.setup_seq = setup_seq;
            kept.records.clear();
        }
        kept
    }
}

impl Store {
    /// Agents by id, remembered or read.
    ///
    /// # Errors
    /// The database's.
    pub async fn agents_by_id(&self, setup_seq: i64, ids: &[AgentId]) -> Result<HashMap<AgentId, Arc<agent::Model>>> {
        let shelf = &self.directory.agents;
        let (mut found, missing, as_of) = shelf.split(setup_seq, ids);
        if !missing.is_empty() {
            let query = agent::Entity::find().filter(agent::Column::Id.is_in(padded(&missing)));
            let rows = query.all(self.reader()).await?;
            let read = rows.into_iter().map(|row| (row.id, Arc::new(row))).collect();
            shelf.put(as_of, &read);
            found.extend(read);
        }
        Ok(found)
    }

    /// Teams by id, deleted ones too, remembered or read.
    ///
    /// # Errors
    /// The database's.
    pub async fn teams_by_id(&self, setup_seq: i64, ids: &[TeamId]) -> Result<HashMap<TeamId, Arc<team::Model>>> {
        let shelf = &self.directory.teams;
        let (mut found, missing, as_of) = shelf.split(setup_seq, ids);
        if !missing.is_empty() {
            let query = team::Entity::find().filter(team::Column::Id.is_in(padded(&missing)));
            let rows = query.all(self.reader()).await?;
            let read = rows.into_iter().map(|row| (row.id, Arc::new(row))).collect();
            shelf.put(as_of, &read);
            found.extend(read);
        }
        Ok(found)
    }

    /// Channels by id, remembered or read. Who may see one is for the caller to ask.
    ///
    /// # Errors
    /// The database's.
    pub async fn channels_by_id(
        &self,
        setup_seq: i64,
        ids: &[ChannelId],
    ) -> Result<HashMap<ChannelId, Arc<channel::Model>>> {
        let shelf = &self.directory.channels;
        let (mut found, missing, as_of) = shelf.split(setup_seq, ids);
        if !missing.is_empty() {
            let query = channel::Entity::find().filter(channel::Column::Id.is_in(padded(&missing)));
            let rows = query.all(self.reader()).await?;
            let read = rows.into_iter().map(|row| (row.id, Arc::new(row))).collect();
            shelf.put(as_of, &read);
            found.extend(read);
        }
        Ok(found)
    }

    /// Integrations by id, remembered or read.
    ///
    /// # Errors
    /// The database's.
    pub async fn integrations_by_id(
        &self,
        setup_seq: i64,
        ids: &[IntegrationId],
    ) -> Result<HashMap<IntegrationId, Arc<integration::Model>>> {
        let shelf = &self.directory.integrations;
        let (mut found, missing, as_of) = shelf.split(setup_seq, ids);
        if !missing.is_empty() {
            let query = integration::Entity::find().filter(integration::Column::Id.is_in(padded(&missing)));
            let rows = query.all(self.reader()).await?;
            let read = rows.into_iter().map(|row| (row.id, Arc::new(row))).collect();
            shelf.put(as_of, &read);
            found.extend(read);
        }
        Ok(found)
    }

    /// Makes the directory forget what is older than this log row; called before a set-up mutation answers.
    pub fn forget_display_names(&self, setup_seq: i64) {
        drop(self.directory.agents.at(setup_seq));
        drop(self.directory.teams.at(setup_seq));
        drop(self.directory.channels.at(setup_seq));
        drop(self.directory.integrations.at(setup_seq));
    }
}
