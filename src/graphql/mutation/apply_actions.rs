//! `applyActions`.

use async_graphql::{Context, ID, InputObject, InputType, Object, Result};
use entity::ids::ConversationId;

use super::conversation_action::{self, Actions};
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::error::{denied, role_refusal};
use crate::graphql::reader::Reader;
use crate::graphql::types::payload::ConversationPayload;
use crate::service::change::{Changed, Command};
use crate::service::idempotency;

/// Several actions on one conversation.
#[derive(InputObject)]
pub struct ApplyActionsInput {
    /// The conversation.
    conversation_id: ID,
    /// What to do, 1 to 20 actions, one after another, each on the result of the one before.
    actions: Actions,
    /// Refuse with CONFLICT if the conversation moved on since this version; entries of following and delivery don't count.
    expected_version: Option<i32>,
    /// The same key does it once: a retry answers the first entries. At most 255 characters, kept 7 days.
    idempotency_key: Option<String>,
}

/// Asks for the right to manage conversations, and for whatever else the actions need.
///
/// # Errors
/// `FORBIDDEN` for a missing scope.
pub fn permit(reader: &Reader, actions: &Actions) -> Result<std::result::Result<(), Rejection>> {
    if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::ManageConversation))? {
        return Ok(Err(rejection));
    }
    for operation in actions.iter().filter_map(|action| action.read.needs()) {
        reader.viewer().permit(operation).map_err(denied)?;
    }
    Ok(Ok(()))
}

async fn apply(reader: &Reader, id: ConversationId, input: &ApplyActionsInput) -> crate::error::Result<Changed> {
    let spelled = input.to_value().to_string();
    let key = idempotency::key(reader.viewer(), "applyActions", input.idempotency_key.as_deref(), &spelled)?;
    let actions = conversation_action::read(&input.actions)?;
    let (conversation, expected_version, key) = (id, input.expected_version, key.as_ref());
    let command = Command { conversation, actions: &actions, listed: true, expected_version, key };
    reader.service.change(reader.viewer(), command).await
}

/// `applyActions`.
#[derive(Default)]
pub struct ApplyActions;

#[Object]
impl ApplyActions {
    /// Does several things to one conversation, in order, all or nothing: when one is refused, nothing is done, and the refusal names it.
    /// Needs CONVERSATIONS_WRITE, and what single actions need besides. Refused with NOT_FOUND, REQUIRED, LIMIT_EXCEEDED, CONFLICT,
    /// IDEMPOTENCY_MISMATCH, and whatever the mutation of an action's name is refused with.
    async fn apply_actions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, and what to do.")] input: ApplyActionsInput,
    ) -> Result<Option<ConversationPayload>> {
        let reader = Reader::of(ctx)?;
        if let Err(rejection) = permit(reader, &input.actions)? {
            return Ok(ConversationPayload::refused(rejection));
        }
        let Some(id) = ConversationId::parse(&input.conversation_id) else {
            return Ok(ConversationPayload::refused(Rejection::not_found("conversationId")));
        };
        let result = apply(reader, id, &input).await;
        ConversationPayload::of(reader, Some(id), result).await
    }
}
