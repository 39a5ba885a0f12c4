//! `restoreFromSpam`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::ConversationId;

use super::act;
use crate::domain::action::Action;
use crate::domain::action::restore_from_spam::RestoreFromSpam as Restore;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::types::payload::ConversationPayload;

/// `restoreFromSpam`.
#[derive(Default)]
pub struct RestoreFromSpam;

/// A conversation that isn't spam after all.
#[derive(InputObject)]
pub struct RestoreFromSpamInput {
    /// The conversation.
    conversation_id: ID,
    /// Lift the block of the customer too, if they are blocked. Needs CUSTOMERS_WRITE, else the answer is FORBIDDEN.
    #[graphql(default)]
    unblock_sender: bool,
    /// Refuse with CONFLICT if the conversation moved on since this version; entries of following and delivery don't count.
    expected_version: Option<i32>,
}

/// Restoring from spam, as one action of several.
#[derive(Clone, InputObject)]
pub struct RestoreInput {
    /// Lift the block of the customer too, as with `restoreFromSpam`. Needs CUSTOMERS_WRITE, else the answer is FORBIDDEN.
    #[graphql(default)]
    pub unblock_sender: bool,
}

#[Object]
impl RestoreFromSpam {
    /// Restores a conversation from spam: it is what it would be had only the clock run. If the customer wrote meanwhile, it counts as
    /// if they had just written: a closed conversation reopens, however long ago its last message was, and it is unread and waiting.
    /// Assignee and followers are notified. Needs CONVERSATIONS_WRITE. Refused with NOT_FOUND, NOT_SPAM or CONFLICT.
    async fn restore_from_spam(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: RestoreFromSpamInput,
    ) -> Result<Option<ConversationPayload>> {
        if input.unblock_sender {
            Reader::permitted(ctx, Operation::WriteCustomers)?;
        }
        let id = ConversationId::parse(&input.conversation_id);
        let action = Action::RestoreFromSpam(Restore { unblock_sender: input.unblock_sender });
        act::manage(ctx, id, Ok(action), input.expected_version).await
    }
}
