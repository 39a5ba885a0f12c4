//! `markConversationUnread`.

use async_graphql::{Context, Object, Result};

use super::act::{self, ConversationInput};
use crate::graphql::types::payload::ConversationPayload;
use crate::service::read_marks::Mark;

/// `markConversationUnread`.
#[derive(Default)]
pub struct MarkConversationUnread;

#[Object]
impl MarkConversationUnread {
    /// Marks a conversation as unread for the viewer until they read it; one that is unread stays as it is. It writes no entry. Refused with
    /// NOT_FOUND, IS_SPAM, CONFLICT, and for integrations with FORBIDDEN. Needs no scope.
    async fn mark_conversation_unread(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: ConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        act::mark(ctx, input, Mark::Unread).await
    }
}
