//! `addFollowers`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::{AgentId, ConversationId};

use super::{act, given};
use crate::domain::action::Action;
use crate::domain::action::followers::Followers;
use crate::domain::rejection::Rejection;
use crate::graphql::types::payload::ConversationPayload;

/// Agents who are to follow a conversation, or no longer.
#[derive(InputObject)]
pub struct FollowersInput {
    /// The conversation.
    pub conversation_id: ID,
    /// The agents, at most 100.
    agent_ids: Vec<ID>,
    /// Refuse with CONFLICT if the conversation moved on since this version; entries of following and delivery don't count.
    pub expected_version: Option<i32>,
}

impl FollowersInput {
    /// The agents.
    ///
    /// # Errors
    /// `NOT_FOUND`, `LIMIT_EXCEEDED`.
    pub fn followers(&self) -> std::result::Result<Followers, Rejection> {
        followers(&self.agent_ids)
    }
}

/// These agents.
///
/// # Errors
/// `NOT_FOUND`, `LIMIT_EXCEEDED`.
pub fn followers(ids: &[ID]) -> std::result::Result<Followers, Rejection> {
    let agents = ids.iter().map(|id| given::id("agentIds", id, AgentId::parse));
    Followers::checked(agents.collect::<std::result::Result<_, _>>()?)
}

/// `addFollowers`.
#[derive(Default)]
pub struct AddFollowers;

#[Object]
impl AddFollowers {
    /// Lets agents follow a conversation, whatever they chose before; who follows it stays as they are. Possible in every state. Refused
    /// with NOT_FOUND, AGENT_INACTIVE, NO_ACCESS, LIMIT_EXCEEDED beyond 100 followers, or CONFLICT.
    async fn add_followers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, and who is to follow it.")] input: FollowersInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        let action = input.followers().map(Action::AddFollowers);
        act::manage(ctx, id, action, input.expected_version).await
    }
}
