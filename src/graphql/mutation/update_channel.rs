//! `updateChannel`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::{AgentId, ChannelId, TeamId};

use super::channel_policy::ChannelPolicyInput;
use super::given;
use super::set_up::permitted;
use crate::domain::channel::ChannelEdit;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::reader::Reader;
use crate::graphql::types::channel::ChannelVisibility;
use crate::graphql::types::set_up_payload::ChannelPayload;

/// What of a channel changes. Omitted = unchanged; null is REQUIRED but for `address`.
#[derive(InputObject)]
pub struct UpdateChannelInput {
    /// The channel.
    channel_id: ID,
    /// Its name, as in `createChannel`.
    name: MaybeUndefined<String>,
    /// Its address, as in `createChannel`; null = none.
    address: MaybeUndefined<String>,
    /// Who sees it and its conversations. Opening it clears its agents and teams. Open and snoozed conversations on it lose the agent
    /// who no longer sees it, and stay with their team.
    visibility: MaybeUndefined<ChannelVisibility>,
    /// The agents who belong to it by name, in the place of those before, at most 200; INVALID for an open channel unless empty. A new
    /// one must exist (NOT_FOUND) and be active (AGENT_INACTIVE).
    agent_ids: MaybeUndefined<Vec<ID>>,
    /// The teams whose members belong to it, in the place of those before, at most 200; INVALID for an open channel unless empty. An
    /// unknown or deleted one is NOT_FOUND.
    team_ids: MaybeUndefined<Vec<ID>>,
    /// What happens on it by time alone; what it leaves out stays. It holds from the answer on, also for conversations that are there
    /// already. When the open ones are closed is planned anew: of 500 with the answer, of the others soon after it.
    policy: MaybeUndefined<ChannelPolicyInput>,
}

impl UpdateChannelInput {
    fn read(self) -> std::result::Result<(ChannelId, ChannelEdit), Rejection> {
        let id = given::id("channelId", &self.channel_id, ChannelId::parse)?;
        let policy = given::change("policy", self.policy)?;
        let edit = ChannelEdit {
            name: given::change("name", self.name)?,
            address: given::clear(self.address),
            visibility: given::change("visibility", self.visibility)?.map(Into::into),
            agents: given::list("agentIds", self.agent_ids, AgentId::parse)?,
            teams: given::list("teamIds", self.team_ids, TeamId::parse)?,
            policy: policy.map(ChannelPolicyInput::read).transpose()?.unwrap_or_default(),
        };
        Ok((id, edit))
    }
}

/// `updateChannel`.
#[derive(Default)]
pub struct UpdateChannel;

#[Object]
impl UpdateChannel {
    /// Changes a channel. Only admins may. Refused with NOT_FOUND, TAKEN, AGENT_INACTIVE, LIMIT_EXCEEDED, REQUIRED, INVALID, TOO_LONG or
    /// FORBIDDEN.
    async fn update_channel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The channel, and what changes.")] input: UpdateChannelInput,
    ) -> Option<Result<ChannelPayload>> {
        Some(update(ctx, input).await)
    }
}

async fn update(ctx: &Context<'_>, input: UpdateChannelInput) -> Result<ChannelPayload> {
    let reader = Reader::of(ctx)?;
    let viewer = reader.viewer();
    let work = async {
        let (id, edit) = input.read()?;
        reader.service.update_channel(viewer.actor(), &viewer.channels, id, &edit).await
    };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    ChannelPayload::of(reader, outcome).await
}
