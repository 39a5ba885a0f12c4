//! `removeTags`.

use async_graphql::{Context, Object, Result};
use entity::ids::ConversationId;

use super::act;
use super::add_tags::TagConversationInput;
use crate::domain::action::tag::Tag;
use crate::graphql::types::payload::ConversationPayload;

/// `removeTags`.
#[derive(Default)]
pub struct RemoveTags;

#[Object]
impl RemoveTags {
    /// Takes tags off a conversation, in any state; those it doesn't have are passed over. Refused with NOT_FOUND, LIMIT_EXCEEDED or
    /// CONFLICT.
    async fn remove_tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, and the tags to take off.")] input: TagConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        act::manage(ctx, id, input.action(Tag::Remove), input.expected_version).await
    }
}
