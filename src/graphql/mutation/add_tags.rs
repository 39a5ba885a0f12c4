//! `addTags`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::{ConversationId, TagId};

use super::{act, given};
use crate::domain::action::Action;
use crate::domain::action::tag::Tag;
use crate::domain::rejection::Rejection;
use crate::domain::{input, limits};
use crate::graphql::types::payload::ConversationPayload;

/// Tags to put on a conversation or to take off.
#[derive(InputObject)]
pub struct TagConversationInput {
    /// The conversation.
    pub conversation_id: ID,
    /// The tags, at most 50. An unknown or deleted one is NOT_FOUND.
    tag_ids: Vec<ID>,
    /// Refuse with CONFLICT if the conversation moved on since this version.
    pub expected_version: Option<i32>,
}

impl TagConversationInput {
    /// The action on these tags.
    pub fn action(&self, tag: fn(Vec<TagId>) -> Tag) -> std::result::Result<Action, Rejection> {
        tags(&self.tag_ids, tag)
    }
}

/// The action on these tags.
///
/// # Errors
/// `NOT_FOUND`, `LIMIT_EXCEEDED`.
pub fn tags(ids: &[ID], tag: fn(Vec<TagId>) -> Tag) -> std::result::Result<Action, Rejection> {
    let ids = given::ids("tagIds", Some(ids.to_vec()), TagId::parse)?;
    Ok(Action::Tag(tag(input::set("tagIds", ids, limits::CONVERSATION_TAGS)?)))
}

/// `addTags`.
#[derive(Default)]
pub struct AddTags;

#[Object]
impl AddTags {
    /// Puts tags on a conversation, in any state; those it has stay. A conversation may have 50. Refused with NOT_FOUND, INVALID for an
    /// archived tag that it doesn't have yet, LIMIT_EXCEEDED or CONFLICT.
    async fn add_tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, and the tags to put on.")] input: TagConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        act::manage(ctx, id, input.action(Tag::Add), input.expected_version).await
    }
}
