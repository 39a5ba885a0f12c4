//! `wakeConversation`.

use async_graphql::{Context, Object, Result};
use entity::ids::ConversationId;

use super::act::{self, ConversationInput};
use crate::domain::action::Action;
use crate::graphql::types::payload::ConversationPayload;

/// `wakeConversation`.
#[derive(Default)]
pub struct WakeConversation;

#[Object]
impl WakeConversation {
    /// Returns a snoozed conversation to the inbox now; one that isn't snoozed stays as it is. Refused with NOT_FOUND, IS_SPAM or
    /// CONFLICT.
    async fn wake_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: ConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        act::manage(ctx, id, Ok(Action::Wake), input.expected_version).await
    }
}
