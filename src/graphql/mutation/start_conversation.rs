//! `startConversation`.

use async_graphql::{Context, ID, InputObject, InputType, Object, Result};
use entity::ids::ChannelId;

use super::customer_ref::CustomerRefInput;
use super::reply::message;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::domain::{input, limits};
use crate::graphql::error::role_refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::payload::MessagePayload;
use crate::service::change::Changed;
use crate::service::idempotency;
use crate::service::start::Start;

/// A conversation that the team begins.
#[derive(Clone, InputObject)]
pub struct StartConversationInput {
    /// The channel to write on.
    channel_id: ID,
    /// Whom to write to.
    customer: CustomerRefInput,
    /// The subject, at most 255 characters.
    subject: Option<String>,
    /// The first message, plain text, at most 65,536 characters.
    text: String,
    /// The same key starts one conversation: a retry answers the first. At most 255 characters, kept 7 days.
    idempotency_key: Option<String>,
}

async fn start(reader: &Reader, input: StartConversationInput) -> crate::error::Result<Changed> {
    let spelled = input.to_value().to_string();
    let key = idempotency::key(reader.viewer(), "startConversation", input.idempotency_key.as_deref(), &spelled)?;
    let subject = match input.subject.as_deref() {
        Some(subject) => input::optional("subject", subject, limits::SUBJECT)?,
        None => None,
    };
    let start = Start {
        channel: ChannelId::parse(&input.channel_id).ok_or_else(|| Rejection::not_found("channelId"))?,
        customer: input.customer.named()?.checked()?,
        subject,
        reply: message(&input.text, None)?,
    };
    reader.service.start(reader.viewer(), &start, key.as_ref()).await
}

/// `startConversation`.
#[derive(Default)]
pub struct StartConversation;

#[Object]
impl StartConversation {
    /// Writes to a customer first: always a new conversation, open, without an assignee, followed by its author. Refused with NOT_FOUND,
    /// REQUIRED, FORBIDDEN for a blocked customer, TOO_LONG, INVALID, LIMIT_EXCEEDED or IDEMPOTENCY_MISMATCH.
    async fn start_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation and its first message.")] input: StartConversationInput,
    ) -> Result<Option<MessagePayload>> {
        let reader = Reader::of(ctx)?;
        if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::SendMessage))? {
            return Ok(MessagePayload::refused(rejection));
        }
        let result = start(reader, input).await;
        MessagePayload::of(reader, None, result).await
    }
}
