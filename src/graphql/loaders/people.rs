//! Agents, teams, channels and integrations by id, mostly remembered.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::{AgentId, ChannelId, IntegrationId, TeamId};
use entity::{agent, channel, integration, team};

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

impl Loader<AgentId> for Source {
    type Value = Arc<agent::Model>;
    type Error = Error;

    async fn load(&self, keys: &[AgentId]) -> Result<HashMap<AgentId, Self::Value>> {
        self.service.store.agents_by_id(self.session.setup_seq, keys).await
    }
}

impl Loader<TeamId> for Source {
    type Value = Arc<team::Model>;
    type Error = Error;

    async fn load(&self, keys: &[TeamId]) -> Result<HashMap<TeamId, Self::Value>> {
        self.service.store.teams_by_id(self.session.setup_seq, keys).await
    }
}

impl Loader<ChannelId> for Source {
    type Value = Arc<channel::Model>;
    type Error = Error;

    async fn load(&self, keys: &[ChannelId]) -> Result<HashMap<ChannelId, Self::Value>> {
        self.service.store.channels_by_id(self.session.setup_seq, keys).await
    }
}

impl Loader<IntegrationId> for Source {
    type Value = Arc<integration::Model>;
    type Error = Error;

    async fn load(&self, keys: &[IntegrationId]) -> Result<HashMap<IntegrationId, Self::Value>> {
        self.service.store.integrations_by_id(self.session.setup_seq, keys).await
    }
}
