//! `createAgent`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use chrono_tz::Tz;
use entity::ids::TeamId;

use super::given;
use super::set_up::permitted;
use crate::domain::agent::NewAgent;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::TimeZone;
use crate::graphql::types::agent::AgentRole;
use crate::graphql::types::set_up_payload::AgentPayload;
use crate::service::agents::Maker;

/// A person to make an agent.
#[derive(InputObject)]
pub struct CreateAgentInput {
    /// Their handle: letters a to z, digits, dots, underscores and hyphens, beginning with a letter or digit, at most 255 characters.
    /// It is kept in lower case; a handle that somebody has is TAKEN.
    handle: String,
    /// Their name, at most 255 characters.
    name: String,
    /// Their e-mail address, at most 255 characters; one that somebody has, without regard to case, is TAKEN.
    email: String,
    /// Their role.
    #[graphql(default_with = "AgentRole::Agent")]
    role: AgentRole,
    /// Their time zone.
    #[graphql(default_with = "TimeZone(Tz::UTC)")]
    time_zone: TimeZone,
    /// Open conversations that auto-assignment may give them at most, 0 or more; null or omitted = unlimited.
    capacity: Option<i32>,
    /// The teams they join. An unknown one is NOT_FOUND; one with 200 members is LIMIT_EXCEEDED.
    team_ids: Option<Vec<ID>>,
}

impl CreateAgentInput {
    fn read(self) -> std::result::Result<NewAgent, Rejection> {
        Ok(NewAgent {
            handle: self.handle,
            name: self.name,
            email: self.email,
            role: self.role.into(),
            time_zone: self.time_zone.name().to_owned(),
            capacity: self.capacity,
            teams: given::ids("teamIds", self.team_ids, TeamId::parse)?,
        })
    }
}

/// `createAgent`.
#[derive(Default)]
pub struct CreateAgent;

#[Object]
impl CreateAgent {
    /// Makes an agent: active and online. Only admins may. Refused with TAKEN, REQUIRED, INVALID, TOO_LONG, NOT_FOUND, LIMIT_EXCEEDED or
    /// FORBIDDEN.
    async fn create_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agent to make.")] input: CreateAgentInput,
    ) -> Option<Result<AgentPayload>> {
        Some(create(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: CreateAgentInput) -> Result<AgentPayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let maker = Maker::Other(reader.viewer().actor());
        reader.service.create_agent(maker, &input.read()?).await
    };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    AgentPayload::of(reader, outcome).await
}
