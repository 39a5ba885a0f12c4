//! `followConversation`.

use async_graphql::{Context, Object, Result};
use entity::ids::ConversationId;

use super::act::{self, ConversationInput};
use crate::domain::action::Action;
use crate::domain::permission::Operation;
use crate::graphql::types::payload::ConversationPayload;

/// `followConversation`.
#[derive(Default)]
pub struct FollowConversation;

#[Object]
impl FollowConversation {
    /// Lets the viewer follow a conversation, whatever they chose before; who follows it stays as they are. Possible in every state.
    /// Refused with NOT_FOUND, LIMIT_EXCEEDED beyond 100 followers, CONFLICT, and for integrations with FORBIDDEN. Needs no scope.
    async fn follow_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: ConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        act::run(ctx, Operation::FollowAndRead, id, Ok(Action::Follow), input.expected_version).await
    }
}
