//! `removeFollowers`.

use async_graphql::{Context, Object, Result};
use entity::ids::ConversationId;

use super::act;
use super::add_followers::FollowersInput;
use crate::domain::action::Action;
use crate::graphql::types::payload::ConversationPayload;

/// `removeFollowers`.
#[derive(Default)]
pub struct RemoveFollowers;

#[Object]
impl RemoveFollowers {
    /// Stops agents from following a conversation; who doesn't follow it stays as they are. They may follow again by themselves, but the
    /// viewer naming themself unfollows as with `unfollowConversation`. Possible in every state. Refused with NOT_FOUND, LIMIT_EXCEEDED
    /// or CONFLICT.
    async fn remove_followers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, and who is to follow it no longer.")] input: FollowersInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        let action = input.followers().map(Action::RemoveFollowers);
        act::manage(ctx, id, action, input.expected_version).await
    }
}
