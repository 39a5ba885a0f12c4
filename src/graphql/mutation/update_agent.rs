//! `updateAgent`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::{AgentId, TeamId};

use super::given;
use super::set_up::judged;
use crate::domain::agent::AgentEdit;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::TimeZone;
use crate::graphql::types::agent::{AgentRole, Availability};
use crate::graphql::types::set_up_payload::AgentPayload;

/// What of an agent changes. Omitted = unchanged; null is REQUIRED but for `capacity`.
#[derive(InputObject)]
pub struct UpdateAgentInput {
    /// The agent.
    agent_id: ID,
    /// Their handle, as in `createAgent`; only admins change it.
    handle: MaybeUndefined<String>,
    /// Their name, at most 255 characters; admins and the agent change it.
    name: MaybeUndefined<String>,
    /// Their e-mail address, as in `createAgent`; only admins change it.
    email: MaybeUndefined<String>,
    /// Their role; only admins change it. Demoting the last active admin is IN_USE.
    role: MaybeUndefined<AgentRole>,
    /// Their time zone; admins and the agent change it.
    time_zone: MaybeUndefined<TimeZone>,
    /// Open conversations that auto-assignment may give them at most, 0 or more; null = unlimited. Only admins change it.
    capacity: MaybeUndefined<i32>,
    /// Whether they take new work; admins and the agent change it.
    availability: MaybeUndefined<Availability>,
    /// The teams they are a member of, in the place of those before, at most 200; only admins change it. An unknown or deleted one is
    /// NOT_FOUND, one that is full LIMIT_EXCEEDED; a deactivated agent can't newly join one (AGENT_INACTIVE). What is assigned to them
    /// through a team they leave, they lose.
    team_ids: MaybeUndefined<Vec<ID>>,
}

impl UpdateAgentInput {
    fn read(self) -> std::result::Result<AgentEdit, Rejection> {
        Ok(AgentEdit {
            handle: given::change("handle", self.handle)?,
            name: given::change("name", self.name)?,
            email: given::change("email", self.email)?,
            role: given::change("role", self.role)?.map(Into::into),
            time_zone: given::change("timeZone", self.time_zone)?.map(|zone| zone.name().to_owned()),
            capacity: given::clear(self.capacity),
            availability: given::change("availability", self.availability)?.map(Into::into),
            teams: given::list("teamIds", self.team_ids, TeamId::parse)?,
        })
    }
}

/// `updateAgent`.
#[derive(Default)]
pub struct UpdateAgent;

#[Object]
impl UpdateAgent {
    /// Changes an agent. Admins change everything; agents their own name, time zone and availability. What they can no longer see, or
    /// had through a team they leave, is taken off them. Refused with NOT_FOUND, TAKEN, IN_USE, AGENT_INACTIVE, LIMIT_EXCEEDED, REQUIRED,
    /// INVALID, TOO_LONG or FORBIDDEN.
    async fn update_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agent, and what changes.")] input: UpdateAgentInput,
    ) -> Option<Result<AgentPayload>> {
        Some(update(ctx, input).await)
    }
}

async fn update(ctx: &Context<'_>, input: UpdateAgentInput) -> Result<AgentPayload> {
    let reader = Reader::of(ctx)?;
    let viewer = reader.viewer();
    let id = given::id("agentId", &input.agent_id, AgentId::parse);
    let edit = input.read();
    let right = match (&id, &edit) {
        (Ok(id), Ok(edit)) => edit.permit(viewer, *id),
        // A null that is refused anyway: of oneself it needs no right to be told so.
        (Ok(id), Err(_)) if viewer.agent() == Some(*id) => viewer.permit(Operation::ChangeSelf),
        _ => viewer.permit(Operation::Administer),
    };
    let work = async { reader.service.update_agent(viewer.actor(), id?, &edit?).await };
    let outcome = judged(reader, right, work).await?;
    AgentPayload::of(reader, outcome).await
}
