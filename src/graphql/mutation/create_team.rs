//! `createTeam`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::AgentId;

use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::domain::team::NewTeam;
use crate::graphql::reader::Reader;
use crate::graphql::types::set_up_payload::TeamPayload;
use crate::graphql::types::team::AutoAssignment;

/// A team to make.
#[derive(InputObject)]
pub struct CreateTeamInput {
    /// Its slug: letters a to z, digits, dots, underscores and hyphens, beginning with a letter or digit, at most 255 characters. It is
    /// kept in lower case; a slug that another team has is TAKEN.
    slug: String,
    /// Its name, at most 255 characters; one that another team has, without regard to case, is TAKEN.
    name: String,
    /// How it hands a conversation without an agent to one of its members.
    #[graphql(default_with = "AutoAssignment::Off")]
    auto_assignment: AutoAssignment,
    /// Its members, at most 200. An unknown one is NOT_FOUND, a deactivated one AGENT_INACTIVE.
    member_ids: Option<Vec<ID>>,
}

impl CreateTeamInput {
    fn read(self) -> std::result::Result<NewTeam, Rejection> {
        Ok(NewTeam {
            slug: self.slug,
            name: self.name,
            auto_assignment: self.auto_assignment.into(),
            members: given::ids("memberIds", self.member_ids, AgentId::parse)?,
        })
    }
}

/// `createTeam`.
#[derive(Default)]
pub struct CreateTeam;

#[Object]
impl CreateTeam {
    /// Makes a team; there may be 200. Only admins may. Refused with TAKEN, REQUIRED, INVALID, TOO_LONG, NOT_FOUND, AGENT_INACTIVE,
    /// LIMIT_EXCEEDED or FORBIDDEN.
    async fn create_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team to make.")] input: CreateTeamInput,
    ) -> Option<Result<TeamPayload>> {
        Some(create(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: CreateTeamInput) -> Result<TeamPayload> {
    let reader = Reader::of(ctx)?;
    let work = async { reader.service.create_team(reader.viewer().actor(), &input.read()?).await };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    TeamPayload::of(reader, outcome).await
}
