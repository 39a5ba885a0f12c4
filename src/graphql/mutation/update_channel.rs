//! `updateChannel`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::ChannelId;

use super::channel_policy::ChannelPolicyInput;
use super::given;
use super::set_up::permitted;
use crate::domain::channel::ChannelEdit;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::reader::Reader;
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
    /// What happens on it by time alone; what it leaves out stays.
    policy: MaybeUndefined<ChannelPolicyInput>,
}

impl UpdateChannelInput {
    fn read(self) -> std::result::Result<(ChannelId, ChannelEdit), Rejection> {
        let id = given::id("channelId", &self.channel_id, ChannelId::parse)?;
        let policy = given::change("policy", self.policy)?;
        let edit = ChannelEdit {
            name: given::change("name", self.name)?,
            address: given::clear(self.address),
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
    /// Changes a channel. Only admins may. Refused with NOT_FOUND, TAKEN, REQUIRED, INVALID, TOO_LONG or FORBIDDEN.
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
