//! `assignConversation`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::{AgentId, ConversationId, TeamId};

use super::{act, given};
use crate::domain::action::Action;
use crate::domain::action::assign::Assign;
use crate::domain::rejection::Rejection;
use crate::graphql::types::payload::ConversationPayload;

/// Whom to assign a conversation to. Omitted = unchanged, null = nobody.
#[derive(InputObject)]
pub struct AssignConversationInput {
    /// The conversation.
    conversation_id: ID,
    /// The agent; null = nobody. They must be active and see the channel. Setting an agent never changes the team.
    assignee_id: MaybeUndefined<ID>,
    /// The team; null = none. The agent stays only if they are a member; agent and team together must fit. A team that
    /// auto-assigns gives what it gets without an agent to a member at once, if one can take it.
    team_id: MaybeUndefined<ID>,
    /// Claim: refuse with ALREADY_ASSIGNED if another agent has it.
    #[graphql(default)]
    only_if_unassigned: bool,
    /// Refuse with CONFLICT if the conversation moved on since this version.
    expected_version: Option<i32>,
}

/// Whom to assign a conversation to, as one action of several. Omitted = unchanged, null = nobody.
#[derive(Clone, InputObject)]
pub struct AssignInput {
    /// The agent, as in `assignConversation`; null = nobody.
    assignee_id: MaybeUndefined<ID>,
    /// The team, as in `assignConversation`; null = none.
    team_id: MaybeUndefined<ID>,
    /// Claim: refuse with ALREADY_ASSIGNED if another agent has it.
    #[graphql(default)]
    only_if_unassigned: bool,
}

impl AssignConversationInput {
    fn action(&self) -> std::result::Result<Action, Rejection> {
        assign(&self.assignee_id, &self.team_id, self.only_if_unassigned)
    }
}

impl AssignInput {
    /// The action.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub fn action(&self) -> std::result::Result<Action, Rejection> {
        assign(&self.assignee_id, &self.team_id, self.only_if_unassigned)
    }
}

fn assign(
    agent: &MaybeUndefined<ID>,
    team: &MaybeUndefined<ID>,
    only_if_unassigned: bool,
) -> std::result::Result<Action, Rejection> {
    let agent = given::clear_id("assigneeId", agent, AgentId::parse)?;
    let team = given::clear_id("teamId", team, TeamId::parse)?;
    Ok(Action::Assign(Assign { agent, team, only_if_unassigned }))
}

/// `assignConversation`.
#[derive(Default)]
pub struct AssignConversation;

#[Object]
impl AssignConversation {
    /// Assigns a conversation to an agent, to a team, to both, or to nobody. Refused with NOT_FOUND, AGENT_INACTIVE, NO_ACCESS,
    /// NOT_A_MEMBER, ALREADY_ASSIGNED or CONFLICT.
    async fn assign_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, and whom to assign it to.")] input: AssignConversationInput,
    ) -> Result<Option<ConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id);
        act::manage(ctx, id, input.action(), input.expected_version).await
    }
}
