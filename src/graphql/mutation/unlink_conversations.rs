//! `unlinkConversations`.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::link_conversations::{Deed, run};
use crate::graphql::types::enums::LinkKind;
use crate::graphql::types::payload::ConversationPayload;

/// `unlinkConversations`.
#[derive(Default)]
pub struct UnlinkConversations;

/// Two conversations that have nothing to do with each other any longer.
#[derive(InputObject)]
pub struct UnlinkConversationsInput {
    /// This end, which the payload shows.
    conversation_id: ID,
    /// The other end.
    other_id: ID,
    /// In which kind; omitted or null = in every kind that people link by. What routing linked stays, and naming it is INVALID.
    kind: Option<LinkKind>,
}

#[Object]
impl UnlinkConversations {
    /// Unlinks two conversations, with an entry on each end for each link that is gone. Not linked, nothing changes. Needs
    /// CONVERSATIONS_WRITE and access to both. Refused with NOT_FOUND, SELF_LINK or INVALID.
    async fn unlink_conversations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two ends.")] input: UnlinkConversationsInput,
    ) -> Result<Option<ConversationPayload>> {
        run(ctx, [&input.conversation_id, &input.other_id], Deed::Unlink(input.kind)).await
    }
}
