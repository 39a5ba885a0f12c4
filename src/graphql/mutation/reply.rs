//! `reply`.

use async_graphql::{Context, ID, InputObject, InputType, Object, OneofObject, Result};
use entity::ids::ConversationId;

use super::snooze_until::SnoozeInput;
use crate::domain::action::Action;
use crate::domain::action::reply::{Reply, Then};
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::error::role_refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::payload::MessagePayload;
use crate::service::change::{Changed, Command};
use crate::service::{html, idempotency};

/// A message to the customer.
#[derive(Clone, InputObject)]
pub struct ReplyToConversationInput {
    /// The conversation.
    conversation_id: ID,
    /// Plain text, at most 65,536 characters.
    text: String,
    /// What to do with the conversation in the same step; omitted or null = its state stays.
    then: Option<AfterReplyInput>,
    /// Refuse with CONFLICT if the conversation moved on since this version.
    expected_version: Option<i32>,
    /// The same key sends it once: a retry answers the first message. At most 255 characters, kept 7 days.
    idempotency_key: Option<String>,
}

/// A message to the customer, as one action of several.
#[derive(Clone, InputObject)]
pub struct ReplyInput {
    /// Plain text, at most 65,536 characters.
    text: String,
    /// What to do with the conversation in the same step; omitted or null = its state stays.
    then: Option<AfterReplyInput>,
}

impl ReplyInput {
    /// The action.
    ///
    /// # Errors
    /// `REQUIRED`, `TOO_LONG`, `INVALID`.
    pub fn action(&self) -> std::result::Result<Action, Rejection> {
        action(&self.text, self.then.as_ref())
    }
}

fn action(text: &str, then: Option<&AfterReplyInput>) -> std::result::Result<Action, Rejection> {
    let then = then.map(AfterReplyInput::then).transpose()?;
    message(text, then).map(Action::Reply)
}

/// What a reply does with the conversation. A flag takes only true.
#[derive(Clone, OneofObject)]
pub enum AfterReplyInput {
    /// Close it.
    Close(bool),
    /// Open it: reopen what is closed, wake what is snoozed.
    Open(bool),
    /// Snooze it; what is closed reopens snoozed.
    Snooze(SnoozeInput),
}

impl AfterReplyInput {
    fn then(&self) -> std::result::Result<Then, Rejection> {
        match self {
            Self::Close(true) => Ok(Then::Close),
            Self::Open(true) => Ok(Then::Open),
            Self::Snooze(snooze) => snooze.read().map(Then::Snooze).map_err(|refused| refused.at("snooze").at("then")),
            Self::Close(false) => Err(Rejection::invalid("close", "A flag takes only true.").at("then")),
            Self::Open(false) => Err(Rejection::invalid("open", "A flag takes only true.").at("then")),
        }
    }
}

/// Checks a text and makes a message of it.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG`, `INVALID`.
pub fn message(text: &str, then: Option<Then>) -> std::result::Result<Reply, Rejection> {
    let text = crate::domain::input::body("text", text)?;
    Ok(Reply { html: html::from_text(&text), text, then })
}

async fn send(reader: &Reader, id: ConversationId, input: ReplyToConversationInput) -> crate::error::Result<Changed> {
    let spelled = input.to_value().to_string();
    let key = idempotency::key(reader.viewer(), "reply", input.idempotency_key.as_deref(), &spelled)?;
    let actions = [action(&input.text, input.then.as_ref())?];
    let expected_version = input.expected_version;
    let command = Command { conversation: id, actions: &actions, listed: false, expected_version, key: key.as_ref() };
    reader.service.change(reader.viewer(), command).await
}

/// `reply`.
#[derive(Default)]
pub struct ReplyToConversation;

#[Object]
impl ReplyToConversation {
    /// Writes to the customer. The message is queued for delivery on the conversation's channel, its author follows the conversation
    /// unless they chose not to, and the state stays unless `then` says otherwise. Refused with NOT_FOUND, IS_SPAM, REQUIRED,
    /// TOO_LONG, INVALID, IN_THE_PAST, TOO_FAR_AHEAD, CONFLICT or IDEMPOTENCY_MISMATCH.
    async fn reply(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message.")] input: ReplyToConversationInput,
    ) -> Result<Option<MessagePayload>> {
        let reader = Reader::of(ctx)?;
        if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::SendMessage))? {
            return Ok(MessagePayload::refused(rejection));
        }
        let Some(id) = ConversationId::parse(&input.conversation_id) else {
            return Ok(MessagePayload::refused(Rejection::not_found("conversationId")));
        };
        let result = send(reader, id, input).await;
        MessagePayload::of(reader, Some(id), result).await
    }
}
