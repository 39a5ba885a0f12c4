//! `updateConversation`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::ConversationId;

use super::act;
use crate::domain::action::Action;
use crate::domain::action::edit::Edit;
use crate::domain::rejection::Rejection;
use crate::graphql::scalar::JsonObject;
use crate::graphql::types::payload::ConversationPayload;

/// What to change of a conversation. Omitted = unchanged.
#[derive(InputObject)]
pub struct UpdateConversationInput {
    /// The conversation.
    conversation_id: ID,
    /// The subject, at most 255 characters; null or blank clears it.
    subject: MaybeUndefined<String>,
    /// Merged by key; a null value removes its key. At most 64 keys and 16 KiB of JSON together. Null is REQUIRED.
    attributes: MaybeUndefined<JsonObject>,
    /// Refuse with CONFLICT if the conversation moved on since this version.
    expected_version: Option<i32>,
}

impl UpdateConversationInput {
    fn action(self) -> std::result::Result<Action, Rejection> {
        let subject = match self.subject {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(subject) => Some(Some(subject)),
        };
        let attributes = match self.attributes {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => return Err(Rejection::required("attributes")),
            MaybeUndefined::Value(attributes) => Some(attributes.0),
        };
        Ok(Action::Edit(Edit { subject, attributes }))
    }
}

/// `updateConversation`.
#[derive(Default)]
pub struct UpdateConversation;

#[Object]
impl UpdateConversation {
    /// Changes subject and attributes. Refused with NOT_FOUND, REQUIRED, TOO_LONG, INVALID, LIMIT_EXCEEDED or CONFLICT.
    async fn update_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, and what to change.")] input: UpdateConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        let (id, expected) = (ConversationId::parse(&input.conversation_id), input.expected_version);
        act::manage(ctx, id, input.action(), expected).await
    }
}
