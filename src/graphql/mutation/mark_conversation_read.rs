//! `markConversationRead`.

use async_graphql::{Context, Object, Result};

use super::act::{self, ConversationInput};
use crate::graphql::types::payload::ConversationPayload;
use crate::service::read_marks::Mark;

/// `markConversationRead`.
#[derive(Default)]
pub struct MarkConversationRead;

#[Object]
impl MarkConversationRead {
    /// Marks a conversation as read by the viewer, as it now is; one that isn't unread stays as it is. It writes no entry. Refused with
    /// NOT_FOUND, CONFLICT, and for integrations with FORBIDDEN. Needs no scope.
    async fn mark_conversation_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: ConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        act::mark(ctx, input, Mark::Read).await
    }
}
