//! `closeConversation`.

use async_graphql::{Context, Object, Result};
use entity::ids::ConversationId;

use super::act::{self, ConversationInput};
use crate::domain::action::Action;
use crate::graphql::types::payload::ConversationPayload;

/// `closeConversation`.
#[derive(Default)]
pub struct CloseConversation;

#[Object]
impl CloseConversation {
    /// Closes an open or snoozed conversation into history; a closed one stays as it is. Refused with NOT_FOUND, IS_SPAM or CONFLICT.
    async fn close_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: ConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        act::manage(ctx, id, Ok(Action::Close), input.expected_version).await
    }
}
