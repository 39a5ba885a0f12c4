//! `markAsSpam`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::ConversationId;

use super::act;
use crate::domain::action::Action;
use crate::domain::action::mark_as_spam::MarkAsSpam as Mark;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::types::payload::ConversationPayload;

/// `markAsSpam`.
#[derive(Default)]
pub struct MarkAsSpam;

/// A conversation that is spam.
#[derive(InputObject)]
pub struct MarkAsSpamInput {
    /// The conversation.
    conversation_id: ID,
    /// Block the customer too: the next conversation they begin is spam from the start. Needs CUSTOMERS_WRITE, else the answer is
    /// FORBIDDEN.
    #[graphql(default)]
    block_sender: bool,
    /// Refuse with CONFLICT if the conversation moved on since this version; entries of following and delivery don't count.
    expected_version: Option<i32>,
}

/// Marking as spam, as one action of several.
#[derive(Clone, InputObject)]
pub struct SpamInput {
    /// Block the customer too, as with `markAsSpam`. Needs CUSTOMERS_WRITE, else the answer is FORBIDDEN.
    #[graphql(default)]
    pub block_sender: bool,
}

#[Object]
impl MarkAsSpam {
    /// Marks a conversation as spam, from any state; nobody is notified, and nothing that arrives in it notifies, wakes or reopens until
    /// it is restored. A conversation that is spam already stays as it is. Needs CONVERSATIONS_WRITE. Refused with NOT_FOUND or CONFLICT.
    async fn mark_as_spam(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: MarkAsSpamInput,
    ) -> Result<Option<ConversationPayload>> {
        if input.block_sender {
            Reader::permitted(ctx, Operation::WriteCustomers)?;
        }
        let id = ConversationId::parse(&input.conversation_id);
        let action = Action::MarkAsSpam(Mark { block_sender: input.block_sender });
        act::manage(ctx, id, Ok(action), input.expected_version).await
    }
}
