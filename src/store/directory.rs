//! Remembered display fields of agents, teams, channels, tags and integrations: what every list shows and hardly ever changes.
//!
//! Rights are never read from here. A request says up to which log row it must be right (`setup_seq`, read with its token); what is
//! older is dropped, on every node. Whoever misses something reads the whole kind, as far as there is room, so that what a page costs
//! doesn't hang on who is on it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entity::ids::{AgentId, ChannelId, IntegrationId, TagId, TeamId};
use entity::{agent, channel, integration, tag, team};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Value};
use uuid::Uuid;

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
    /// Tags.
    pub tags: Shelf<TagId, tag::Model>,
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
    /// Whether the whole kind was read; what was made since may be missing.
    whole: bool,
}

/// What a shelf has of the ids asked for.
struct Looked<K, V> {
    found: HashMap<K, Arc<V>>,
    missing: Vec<K>,
    /// As of which log row to put back what is read.
    as_of: i64,
    whole: bool,
}

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self { kept: Mutex::new(Kept { setup_seq: 0, records: HashMap::new(), whole: false }) }
    }
}

impl<K: Copy + Eq + Hash, V> Shelf<K, V> {
    /// A record, if it is remembered and right up to this log row.
    pub fn get(&self, setup_seq: i64, id: K) -> Option<Arc<V>> {
        self.at(setup_seq).records.get(&id).cloned()
    }

    fn begin_anew(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Kept { setup_seq: 0, records: HashMap::new(), whole: false };
    }

    fn look(&self, setup_seq: i64, ids: &[K]) -> Looked<K, V> {
        let kept = self.at(setup_seq);
        let found: HashMap<K, Arc<V>> =
            ids.iter().filter_map(|id| Some((*id, Arc::clone(kept.records.get(id)?)))).collect();
        let missing = ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
        Looked { found, missing, as_of: kept.setup_seq, whole: kept.whole }
    }

    /// Puts back what was read, unless something changed since.
    fn put(&self, as_of: i64, records: &HashMap<K, Arc<V>>, whole: bool) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.setup_seq != as_of {
            return;
        }
        if kept.records.len() + records.len() > 2 * ROOM {
            kept.records.clear();
        }
        kept.whole |= whole;
        kept.records.extend(records.iter().map(|(id, record)| (*id, Arc::clone(record))));
    }

    fn at(&self, setup_seq: i64) -> MutexGuard<'_, Kept<K, V>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.setup_seq < setup_seq {
            kept.setup_seq = setup_seq;
            kept.records.clear();
            kept.whole = false;
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
        let id = agent::Column::Id;
        self.known::<agent::Entity, _>(&self.directory.agents, id, |row| row.id, setup_seq, ids).await
    }

    /// Teams by id, deleted ones too, remembered or read.
    ///
    /// # Errors
    /// The database's.
    pub async fn teams_by_id(&self, setup_seq: i64, ids: &[TeamId]) -> Result<HashMap<TeamId, Arc<team::Model>>> {
        let id = team::Column::Id;
        self.known::<team::Entity, _>(&self.directory.teams, id, |row| row.id, setup_seq, ids).await
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
        let id = channel::Column::Id;
        self.known::<channel::Entity, _>(&self.directory.channels, id, |row| row.id, setup_seq, ids).await
    }

    /// Tags by id, archived and deleted ones too, remembered or read.
    ///
    /// # Errors
    /// The database's.
    pub async fn tags_by_id(&self, setup_seq: i64, ids: &[TagId]) -> Result<HashMap<TagId, Arc<tag::Model>>> {
        let id = tag::Column::Id;
        self.known::<tag::Entity, _>(&self.directory.tags, id, |row| row.id, setup_seq, ids).await
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
        let id = integration::Column::Id;
        self.known::<integration::Entity, _>(&self.directory.integrations, id, |row| row.id, setup_seq, ids).await
    }

    /// Reads everybody and everything ahead, so that the first page costs what every page costs.
    ///
    /// # Errors
    /// The database's.
    pub async fn remember_display_names(&self) -> Result<()> {
        let (seq, nobody) = (self.head().await?.setup_seq, Uuid::nil());
        self.agents_by_id(seq, &[AgentId(nobody)]).await?;
        self.teams_by_id(seq, &[TeamId(nobody)]).await?;
        self.channels_by_id(seq, &[ChannelId(nobody)]).await?;
        self.tags_by_id(seq, &[TagId(nobody)]).await?;
        self.integrations_by_id(seq, &[IntegrationId(nobody)]).await?;
        Ok(())
    }

    async fn known<E, K>(
        &self,
        shelf: &Shelf<K, E::Model>,
        column: E::Column,
        id_of: fn(&E::Model) -> K,
        setup_seq: i64,
        ids: &[K],
    ) -> Result<HashMap<K, Arc<E::Model>>>
    where
        E: EntityTrait,
        E::Model: Send + Sync,
        K: Copy + Eq + Hash + Into<Value>,
    {
        let Looked { mut found, mut missing, as_of, whole } = shelf.look(setup_seq, ids);
        let keep = |rows: Vec<E::Model>| -> HashMap<K, Arc<E::Model>> {
            rows.into_iter().map(|row| (id_of(&row), Arc::new(row))).collect()
        };
        let mut all_read = false;
        if !missing.is_empty() && !whole {
            let read = keep(E::find().limit(ROOM as u64).all(self.reader()).await?);
            all_read = read.len() < ROOM;
            shelf.put(as_of, &read, all_read);
            found.extend(missing.iter().filter_map(|id| Some((*id, Arc::clone(read.get(id)?)))));
            missing.retain(|id| !found.contains_key(id));
        }
        if !missing.is_empty() && !all_read {
            // Made since, one of too many, or nothing at all.
            let read = keep(E::find().filter(column.is_in(padded(&missing))).all(self.reader()).await?);
            shelf.put(as_of, &read, false);
            found.extend(read);
        }
        Ok(found)
    }

    /// Makes the directory forget everything, because the log has become another.
    pub fn forget_what_was_remembered(&self) {
        self.directory.agents.begin_anew();
        self.directory.teams.begin_anew();
        self.directory.channels.begin_anew();
        self.directory.tags.begin_anew();
        self.directory.integrations.begin_anew();
    }

    /// Makes the directory forget what is older than this log row; called before a set-up mutation answers.
    pub fn forget_display_names(&self, setup_seq: i64) {
        drop(self.directory.agents.at(setup_seq));
        drop(self.directory.teams.at(setup_seq));
        drop(self.directory.channels.at(setup_seq));
        drop(self.directory.tags.at(setup_seq));
        drop(self.directory.integrations.at(setup_seq));
    }
}
