//! What the mutations of one conversation have in common: who, which, do, answer.

use async_graphql::{Context, ID, InputObject, Result};
use entity::ids::ConversationId;

use crate::domain::action::Action;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::error::role_refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::payload::ConversationPayload;
use crate::service::change::Command;
use crate::service::read_marks::Mark;

/// A conversation to act on.
#[derive(InputObject)]
pub struct ConversationInput {
    /// The conversation.
    pub conversation_id: ID,
    /// Refuse with CONFLICT if the conversation moved on since this version; entries of following and delivery don't count.
    pub expected_version: Option<i32>,
}

/// Runs one managing action.
///
/// # Errors
/// A missing scope, and every failure that isn't a refusal.
pub async fn manage(
    ctx: &Context<'_>,
    conversation: Option<ConversationId>,
    action: std::result::Result<Action, Rejection>,
    expected_version: Option<i32>,
) -> Result<Option<ConversationPayload>> {
    run(ctx, Operation::ManageConversation, conversation, action, expected_version).await
}

/// Runs one action that has a right of its own.
///
/// # Errors
/// A missing scope, and every failure that isn't a refusal.
pub async fn run(
    ctx: &Context<'_>,
    operation: Operation,
    conversation: Option<ConversationId>,
    action: std::result::Result<Action, Rejection>,
    expected_version: Option<i32>,
) -> Result<Option<ConversationPayload>> {
    let reader = Reader::of(ctx)?;
    if let Err(rejection) = role_refusal(reader.viewer().permit(operation))? {
        return Ok(ConversationPayload::refused(rejection));
    }
    let Some(id) = conversation else {
        return Ok(ConversationPayload::refused(Rejection::not_found("conversationId")));
    };
    let result = match action {
        Ok(action) => {
            let actions = [action];
            let command = Command { conversation: id, actions: &actions, listed: false, expected_version, key: None };
            reader.service.change(reader.viewer(), command).await
        }
        Err(rejection) => Err(rejection.into()),
    };
    ConversationPayload::of(reader, Some(id), result).await
}

/// Keeps what the viewer says of a conversation for themself.
///
/// # Errors
/// Every failure that isn't a refusal.
pub async fn mark(ctx: &Context<'_>, input: ConversationInput, mark: Mark) -> Result<Option<ConversationPayload>> {
    let reader = Reader::of(ctx)?;
    if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::FollowAndRead))? {
        return Ok(ConversationPayload::refused(rejection));
    }
    let Some(id) = ConversationId::parse(&input.conversation_id) else {
        return Ok(ConversationPayload::refused(Rejection::not_found("conversationId")));
    };
    let result = reader.service.mark_conversation(reader.viewer(), id, input.expected_version, mark).await;
    ConversationPayload::of(reader, Some(id), result).await
}
