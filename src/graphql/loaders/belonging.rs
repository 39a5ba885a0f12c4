//! Who belongs to which team and channel, and how much they have to do. Names come from what is remembered.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::{AgentId, ChannelId, TeamId};
use entity::{agent, team};

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

/// Asks for the teams of an agent, by name; deleted ones are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TeamsOf(pub AgentId);

/// Asks for the members of a team, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MembersOf(pub TeamId);

/// Asks for the agents who belong to a channel by name; the viewer sees the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AgentsOf(pub ChannelId);

/// Asks for the teams that belong to a channel, by name; the viewer sees the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChannelTeamsOf(pub ChannelId);

/// Asks how many open conversations are assigned to an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenOfAgent(pub AgentId);

/// Asks how many open conversations a team has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenOfTeam(pub TeamId);

type Agents = Arc<Vec<Arc<agent::Model>>>;
type Teams = Arc<Vec<Arc<team::Model>>>;

impl Loader<TeamsOf> for Source {
    type Value = Teams;
    type Error = Error;

    async fn load(&self, keys: &[TeamsOf]) -> Result<HashMap<TeamsOf, Teams>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = self.service.store.memberships_of(&ids).await?;
        teams(self, keys, rows.into_iter().map(|row| (TeamsOf(row.agent_id), row.team_id)).collect()).await
    }
}

impl Loader<MembersOf> for Source {
    type Value = Agents;
    type Error = Error;

    async fn load(&self, keys: &[MembersOf]) -> Result<HashMap<MembersOf, Agents>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = self.service.store.members_of(&ids).await?;
        agents(self, keys, rows.into_iter().map(|row| (MembersOf(row.team_id), row.agent_id)).collect()).await
    }
}

impl Loader<AgentsOf> for Source {
    type Value = Agents;
    type Error = Error;

    async fn load(&self, keys: &[AgentsOf]) -> Result<HashMap<AgentsOf, Agents>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = self.service.store.channel_agents(&ids).await?;
        agents(self, keys, rows.into_iter().map(|row| (AgentsOf(row.channel_id), row.agent_id)).collect()).await
    }
}

impl Loader<ChannelTeamsOf> for Source {
    type Value = Teams;
    type Error = Error;

    async fn load(&self, keys: &[ChannelTeamsOf]) -> Result<HashMap<ChannelTeamsOf, Teams>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = self.service.store.channel_teams(&ids).await?;
        teams(self, keys, rows.into_iter().map(|row| (ChannelTeamsOf(row.channel_id), row.team_id)).collect()).await
    }
}

impl Loader<OpenOfAgent> for Source {
    type Value = i64;
    type Error = Error;

    async fn load(&self, keys: &[OpenOfAgent]) -> Result<HashMap<OpenOfAgent, i64>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let counts = self.service.store.open_of_agents(&ids).await?;
        Ok(keys.iter().map(|key| (*key, counts.get(&key.0).copied().unwrap_or_default())).collect())
    }
}

impl Loader<OpenOfTeam> for Source {
    type Value = i64;
    type Error = Error;

    async fn load(&self, keys: &[OpenOfTeam]) -> Result<HashMap<OpenOfTeam, i64>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let counts = self.service.store.open_of_teams(&ids).await?;
        Ok(keys.iter().map(|key| (*key, counts.get(&key.0).copied().unwrap_or_default())).collect())
    }
}

async fn agents<K: Copy + Eq + Hash>(
    source: &Source,
    keys: &[K],
    pairs: Vec<(K, AgentId)>,
) -> Result<HashMap<K, Agents>> {
    let ids: Vec<_> = distinct(&pairs);
    let known = source.service.store.agents_by_id(source.session.setup_seq, &ids).await?;
    Ok(grouped(keys, pairs, &known, |row| (&row.name_key, row.id.0)))
}

async fn teams<K: Copy + Eq + Hash>(source: &Source, keys: &[K], pairs: Vec<(K, TeamId)>) -> Result<HashMap<K, Teams>> {
    let ids: Vec<_> = distinct(&pairs);
    let mut known = source.service.store.teams_by_id(source.session.setup_seq, &ids).await?;
    known.retain(|_, row| row.deleted_at.is_none());
    Ok(grouped(keys, pairs, &known, |row| (&row.name_key, row.id.0)))
}

fn distinct<K, V: Copy + Eq + Hash>(pairs: &[(K, V)]) -> Vec<V> {
    let ids: HashSet<V> = pairs.iter().map(|(_, id)| *id).collect();
    ids.into_iter().collect()
}

/// The known records of each key, by name; a key without any has an empty list.
fn grouped<K: Copy + Eq + Hash, V: Eq + Hash, R>(
    keys: &[K],
    pairs: Vec<(K, V)>,
    known: &HashMap<V, Arc<R>>,
    order: fn(&R) -> (&String, uuid::Uuid),
) -> HashMap<K, Arc<Vec<Arc<R>>>> {
    let mut groups: HashMap<K, Vec<Arc<R>>> = keys.iter().map(|key| (*key, Vec::new())).collect();
    for (key, id) in pairs {
        if let Some(record) = known.get(&id) {
            groups.entry(key).or_default().push(Arc::clone(record));
        }
    }
    let sorted = groups.into_iter().map(|(key, mut records)| {
        records.sort_by(|a, b| order(a).cmp(&order(b)));
        (key, Arc::new(records))
    });
    sorted.collect()
}
