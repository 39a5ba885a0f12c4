//! `deactivateAgent`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::AgentId;

use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::types::set_up_payload::AgentPayload;

/// An agent.
#[derive(InputObject)]
pub struct AgentInput {
    /// The agent.
    pub agent_id: ID,
}

/// `deactivateAgent`.
#[derive(Default)]
pub struct DeactivateAgent;

#[Object]
impl DeactivateAgent {
    /// Deactivates an agent. Their tokens are revoked for good; open and snoozed conversations, also under spam, lose them and keep the
    /// team, while closed ones keep them; they follow nothing and are notified of nothing, until they are reactivated. One who is
    /// deactivated already stays as they are. Only admins may. Refused with NOT_FOUND, IN_USE for the last active admin, or FORBIDDEN.
    async fn deactivate_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agent.")] input: AgentInput,
    ) -> Option<Result<AgentPayload>> {
        Some(deactivate(ctx, input).await)
    }
}

async fn deactivate(ctx: &Context<'_>, input: AgentInput) -> Result<AgentPayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let id = given::id("agentId", &input.agent_id, AgentId::parse)?;
        reader.service.deactivate_agent(reader.viewer().actor(), id).await
    };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    AgentPayload::of(reader, outcome).await
}
