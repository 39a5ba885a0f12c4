//! `reopenConversation`.

use async_graphql::{Context, Object, Result};
use entity::ids::ConversationId;

use super::act::{self, ConversationInput};
use crate::domain::action::Action;
use crate::graphql::types::payload::ConversationPayload;

/// `reopenConversation`.
#[derive(Default)]
pub struct ReopenConversation;

#[Object]
impl ReopenConversation {
    /// Takes a closed conversation up again; an open or snoozed one stays as it is. The assignee stays if active, online and with
    /// access, else the team alone stays. Refused with NOT_FOUND, IS_SPAM or CONFLICT.
    async fn reopen_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: ConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        act::manage(ctx, id, Ok(Action::Reopen), input.expected_version).await
    }
}
