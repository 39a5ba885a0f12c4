//! `receiveMessage`.

use async_graphql::{Context, ID, InputObject, InputType, Object, Result};
use entity::ids::ChannelId;

use super::customer_ref::CustomerRefInput;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::error::role_refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::payload::ReceiveMessagePayload;
use crate::service::change::Changed;
use crate::service::idempotency;
use crate::service::receive::Incoming;

/// A customer's message.
#[derive(Clone, InputObject)]
pub struct ReceiveMessageInput {
    /// The channel it came in on.
    channel_id: ID,
    /// Who wrote it.
    customer: CustomerRefInput,
    /// Its subject; cut at 255 characters. `[#1042]` in it names a conversation.
    subject: Option<String>,
    /// Plain text; cut at 65,536 characters with `truncated: true`, never refused. U+0000 is removed.
    text: String,
    /// Its HTML as received, made safe before it is kept; longer than 131,072 characters it is dropped and the text kept.
    html: Option<String>,
    /// The channel's own id, for example the Message-ID, at most 1,000 characters; makes receiving idempotent for good.
    external_id: Option<String>,
    /// For channels without ids of their own: the same key receives once. At most 255 characters, kept 7 days.
    idempotency_key: Option<String>,
    /// Ids this message answers, for example In-Reply-To and References, at most 50; the first that is known counts.
    in_reply_to: Option<Vec<String>>,
    /// An automatic reply, bounce or receipt: it never reopens, wakes, notifies or starts workflows.
    #[graphql(default)]
    automatic: bool,
}

impl ReceiveMessageInput {
    /// The message it spells.
    ///
    /// # Errors
    /// `NOT_FOUND`, `REQUIRED`, `TOO_LONG`, `INVALID`, `LIMIT_EXCEEDED`.
    pub fn incoming(self) -> std::result::Result<Incoming, Rejection> {
        let channel = ChannelId::parse(&self.channel_id).ok_or_else(|| Rejection::not_found("channelId"))?;
        Incoming {
            channel,
            customer: self.customer.named()?,
            subject: self.subject,
            text: self.text,
            html: self.html,
            external_id: self.external_id,
            in_reply_to: self.in_reply_to.unwrap_or_default(),
            automatic: self.automatic,
        }
        .checked()
    }
}

async fn receive(reader: &Reader, input: ReceiveMessageInput) -> crate::error::Result<Changed> {
    let spelled = input.to_value().to_string();
    let key = idempotency::key(reader.viewer(), "receiveMessage", input.idempotency_key.as_deref(), &spelled)?;
    let incoming = input.incoming()?;
    reader.service.receive(reader.viewer(), &incoming, key.as_ref()).await
}

/// `receiveMessage`.
#[derive(Default)]
pub struct ReceiveMessage;

#[Object]
impl ReceiveMessage {
    /// Receives a customer's message: into the conversation it belongs to, which reopens or wakes, or into a new one. Two messages at
    /// once never make two conversations. Refused with NOT_FOUND, REQUIRED, TOO_LONG, INVALID, LIMIT_EXCEEDED or IDEMPOTENCY_MISMATCH,
    /// never for its text.
    async fn receive_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message.")] input: ReceiveMessageInput,
    ) -> Result<Option<ReceiveMessagePayload>> {
        let reader = Reader::of(ctx)?;
        if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::ReceiveMessage))? {
            return Ok(ReceiveMessagePayload::refused(rejection));
        }
        let result = receive(reader, input).await;
        ReceiveMessagePayload::of(reader, result).await
    }
}
