//! `createApiToken`.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result};
use entity::ids::{AgentId, ChannelId, IntegrationId};

use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::domain::token::{NewToken, TokenOwner};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;
use crate::graphql::types::scope::Scope;
use crate::graphql::types::set_up_payload::ApiTokenPayload;

/// Whom a token acts for: exactly one of them.
#[derive(OneofObject)]
pub enum ApiTokenOwnerInput {
    /// An agent; a deactivated one is AGENT_INACTIVE.
    AgentId(ID),
    /// An integration that there is.
    IntegrationId(ID),
    /// An integration made with the token, of this name: at most 255 characters, unique without regard to case, else TAKEN.
    NewIntegrationName(String),
}

impl ApiTokenOwnerInput {
    fn read(self) -> std::result::Result<TokenOwner, Rejection> {
        match self {
            Self::AgentId(id) => given::id("agentId", &id, AgentId::parse).map(TokenOwner::Agent),
            Self::IntegrationId(id) => {
                given::id("integrationId", &id, IntegrationId::parse).map(TokenOwner::Integration)
            }
            Self::NewIntegrationName(name) => Ok(TokenOwner::NewIntegration(name)),
        }
    }
}

/// A token to make.
#[derive(InputObject)]
pub struct CreateApiTokenInput {
    /// Its name, at most 255 characters; it needn't be unique.
    name: String,
    /// Whom it acts for.
    owner: ApiTokenOwnerInput,
    /// What it may be used for; an empty list is REQUIRED. An agent's token never has more than the agent's role allows.
    scopes: Vec<Scope>,
    /// The channels it is limited to, at most 200; an unknown one is NOT_FOUND. Null or omitted = all, an empty list = none.
    channel_ids: Option<Vec<ID>>,
    /// From when on it is refused; not in the future is IN_THE_PAST. Null or omitted = never.
    expires_at: Option<DateTime>,
}

impl CreateApiTokenInput {
    fn read(self) -> std::result::Result<NewToken, Rejection> {
        let channels = self.channel_ids.map(|ids| given::ids("channelIds", Some(ids), ChannelId::parse)).transpose()?;
        Ok(NewToken {
            name: self.name,
            owner: self.owner.read().map_err(|refused| refused.at("owner"))?,
            scopes: self.scopes.into_iter().map(Into::into).collect(),
            channels,
            expires_at: self.expires_at.map(Into::into),
        })
    }
}

/// `createApiToken`.
#[derive(Default)]
pub struct CreateApiToken;

#[Object]
impl CreateApiToken {
    /// Makes a token and answers its secret, this once. Only admins may. Refused with NOT_FOUND, AGENT_INACTIVE, TAKEN, REQUIRED, INVALID,
    /// TOO_LONG, IN_THE_PAST, LIMIT_EXCEEDED or FORBIDDEN.
    async fn create_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token to make.")] input: CreateApiTokenInput,
    ) -> Option<Result<ApiTokenPayload>> {
        Some(create(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: CreateApiTokenInput) -> Result<ApiTokenPayload> {
    let reader = Reader::of(ctx)?;
    let viewer = reader.viewer();
    let work = async { reader.service.create_token(viewer.actor(), &viewer.channels, &input.read()?).await };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    ApiTokenPayload::made(reader, outcome).await
}
