//! `createChannel`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::{AgentId, TeamId};

use super::channel_policy::ChannelPolicyInput;
use super::given;
use super::set_up::permitted;
use crate::domain::channel::NewChannel;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::reader::Reader;
use crate::graphql::types::channel::ChannelVisibility;
use crate::graphql::types::enums::ChannelKind;
use crate::graphql::types::set_up_payload::ChannelPayload;

/// A channel to make.
#[derive(InputObject)]
pub struct CreateChannelInput {
    /// Its name, at most 255 characters; one that another channel has, without regard to case, is TAKEN.
    name: String,
    /// Its medium; it never changes.
    kind: ChannelKind,
    /// The e-mail address or website it stands for, at most 255 characters; an e-mail channel's must be an e-mail address.
    address: Option<String>,
    /// Who sees it and its conversations.
    #[graphql(default_with = "ChannelVisibility::Everyone")]
    visibility: ChannelVisibility,
    /// The agents who belong to a restricted channel by name, at most 200; INVALID for an open one. An unknown one is NOT_FOUND, a
    /// deactivated one AGENT_INACTIVE.
    agent_ids: Option<Vec<ID>>,
    /// The teams whose members belong to a restricted channel, at most 200; INVALID for an open one. An unknown one is NOT_FOUND.
    team_ids: Option<Vec<ID>>,
    /// What happens on it by time alone; omitted or null = the defaults of its kind.
    policy: Option<ChannelPolicyInput>,
}

impl CreateChannelInput {
    fn read(self) -> std::result::Result<NewChannel, Rejection> {
        Ok(NewChannel {
            name: self.name,
            kind: self.kind.into(),
            address: self.address,
            visibility: self.visibility.into(),
            agents: given::ids("agentIds", self.agent_ids, AgentId::parse)?,
            teams: given::ids("teamIds", self.team_ids, TeamId::parse)?,
            policy: self.policy.map(ChannelPolicyInput::read).transpose()?.unwrap_or_default(),
        })
    }
}

/// `createChannel`.
#[derive(Default)]
pub struct CreateChannel;

#[Object]
impl CreateChannel {
    /// Makes a channel; there may be 200. Only admins may. Refused with TAKEN, REQUIRED, INVALID, TOO_LONG, NOT_FOUND, AGENT_INACTIVE,
    /// LIMIT_EXCEEDED or FORBIDDEN.
    async fn create_channel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The channel to make.")] input: CreateChannelInput,
    ) -> Option<Result<ChannelPayload>> {
        Some(create(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: CreateChannelInput) -> Result<ChannelPayload> {
    let reader = Reader::of(ctx)?;
    let work = async { reader.service.create_channel(reader.viewer().actor(), &input.read()?).await };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    ChannelPayload::of(reader, outcome).await
}
