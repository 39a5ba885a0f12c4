//! `reactivateAgent`.

use async_graphql::{Context, Object, Result};
use entity::ids::AgentId;

use super::deactivate_agent::AgentInput;
use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::types::set_up_payload::AgentPayload;

/// `reactivateAgent`.
#[derive(Default)]
pub struct ReactivateAgent;

#[Object]
impl ReactivateAgent {
    /// Takes a deactivated agent back, with their role, teams and follows as they were. Their conversations stay with whoever has them
    /// now, and their tokens stay revoked: they need new ones. What is still to be taken from them is taken first. One who is active
    /// stays as they are. Only admins may. Refused with NOT_FOUND or FORBIDDEN, or with IN_USE if conversations are still being taken
    /// from them after 15 seconds: try again.
    async fn reactivate_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agent.")] input: AgentInput,
    ) -> Option<Result<AgentPayload>> {
        Some(reactivate(ctx, input).await)
    }
}

async fn reactivate(ctx: &Context<'_>, input: AgentInput) -> Result<AgentPayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let id = given::id("agentId", &input.agent_id, AgentId::parse)?;
        reader.service.reactivate_agent(reader.viewer().actor(), id).await
    };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    AgentPayload::of(reader, outcome).await
}
