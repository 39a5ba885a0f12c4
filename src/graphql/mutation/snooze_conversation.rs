//! `snoozeConversation`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::ConversationId;

use super::act;
use super::snooze_until::SnoozeUntilInput;
use crate::domain::action::Action;
use crate::graphql::types::payload::ConversationPayload;

/// `snoozeConversation`.
#[derive(Default)]
pub struct SnoozeConversation;

/// A conversation that is to sleep.
#[derive(InputObject)]
pub struct SnoozeConversationInput {
    /// The conversation.
    conversation_id: ID,
    /// Until when.
    until: SnoozeUntilInput,
    /// Whether a customer's message wakes it before; false together with `customerReplies` is INVALID, for it would never wake.
    #[graphql(default = true)]
    wake_on_reply: bool,
    /// Refuse with CONFLICT if the conversation moved on since this version; entries of following and delivery don't count.
    expected_version: Option<i32>,
}

#[Object]
impl SnoozeConversation {
    /// Takes a conversation out of the inbox until a time or the customer's reply; then it returns by itself. Snoozing again replaces
    /// the time, and the same time changes nothing; a closed conversation reopens snoozed, in one step. `snooze.until` of the
    /// conversation is the instant that was resolved. Refused with NOT_FOUND, IS_SPAM, IN_THE_PAST, TOO_FAR_AHEAD, INVALID or CONFLICT.
    async fn snooze_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, and until when.")] input: SnoozeConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        let action = input.until.snooze(input.wake_on_reply).map(Action::Snooze);
        act::manage(ctx, id, action, input.expected_version).await
    }
}
