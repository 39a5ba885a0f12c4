//! `setPriority`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::ConversationId;

use super::{act, given};
use crate::domain::action::Action;
use crate::domain::rejection::Rejection;
use crate::graphql::types::enums::Priority;
use crate::graphql::types::payload::ConversationPayload;

/// How urgent a conversation is from now on.
#[derive(InputObject)]
pub struct SetConversationPriorityInput {
    /// The conversation.
    conversation_id: ID,
    /// The priority, which must be given (else REQUIRED); null takes it away.
    priority: MaybeUndefined<Priority>,
    /// Refuse with CONFLICT if the conversation moved on since this version.
    expected_version: Option<i32>,
}

/// How urgent a conversation is from now on, as one action of several.
#[derive(Clone, InputObject)]
pub struct SetPriorityInput {
    /// The priority, which must be given (else REQUIRED); null takes it away.
    priority: MaybeUndefined<Priority>,
}

impl SetPriorityInput {
    /// The action.
    ///
    /// # Errors
    /// `REQUIRED`.
    pub fn action(&self) -> std::result::Result<Action, Rejection> {
        prioritise(self.priority)
    }
}

fn prioritise(priority: MaybeUndefined<Priority>) -> std::result::Result<Action, Rejection> {
    let priority = given::clear(priority).ok_or_else(|| Rejection::required("priority"))?;
    Ok(Action::Prioritise(priority.map(Into::into)))
}

/// `setPriority`.
#[derive(Default)]
pub struct SetPriority;

#[Object]
impl SetPriority {
    /// Sets a conversation's priority, or takes it away, in any state. Refused with NOT_FOUND, REQUIRED or CONFLICT.
    async fn set_priority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, and its priority.")] input: SetConversationPriorityInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        act::manage(ctx, id, prioritise(input.priority), input.expected_version).await
    }
}
