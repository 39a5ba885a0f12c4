//! Whom a token acts for.

use async_graphql::{Result, Union};
use entity::ids::{AgentId, IntegrationId};

use super::agent::Agent;
use super::integration::Integration;
use crate::graphql::error::coded;
use crate::graphql::reader::Reader;

/// Whom a token acts for.
#[derive(Clone, Debug, Union)]
pub enum Principal {
    /// A person of the organisation.
    Agent(Agent),
    /// A machine.
    Integration(Integration),
}

/// The agent, else the integration.
///
/// # Errors
/// `INTERNAL` when neither is there, which never happens.
pub async fn resolve(reader: &Reader, agent: Option<AgentId>, integration: Option<IntegrationId>) -> Result<Principal> {
    let found = match (agent, integration) {
        (Some(id), _) => reader.load(id).await?.map(|row| Principal::Agent(Agent(row))),
        (None, Some(id)) => reader.load(id).await?.map(|row| Principal::Integration(Integration(row))),
        (None, None) => None,
    };
    found.ok_or_else(|| coded("INTERNAL", "internal error"))
}
