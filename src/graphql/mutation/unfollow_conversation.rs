//! `unfollowConversation`.

use async_graphql::{Context, Object, Result};
use entity::ids::ConversationId;

use super::act::{self, ConversationInput};
use crate::domain::action::Action;
use crate::domain::permission::Operation;
use crate::graphql::types::payload::ConversationPayload;

/// `unfollowConversation`.
#[derive(Default)]
pub struct UnfollowConversation;

#[Object]
impl UnfollowConversation {
    /// Lets the viewer stop following a conversation. It holds, also for one who doesn't follow it: from then on neither a reply of theirs
    /// nor a mention lets them follow by itself. Possible in every state. Refused with NOT_FOUND, CONFLICT, and for integrations with
    /// FORBIDDEN. Needs no scope.
    async fn unfollow_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: ConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        act::run(ctx, Operation::FollowAndRead, id, Ok(Action::Unfollow), input.expected_version).await
    }
}
