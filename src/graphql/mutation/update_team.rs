//! `updateTeam`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::{AgentId, TeamId};

use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::domain::team::TeamEdit;
use crate::graphql::reader::Reader;
use crate::graphql::types::set_up_payload::TeamPayload;
use crate::graphql::types::team::AutoAssignment;

/// What of a team changes. Omitted = unchanged; null is REQUIRED.
#[derive(InputObject)]
pub struct UpdateTeamInput {
    /// The team.
    team_id: ID,
    /// Its slug, as in `createTeam`.
    slug: MaybeUndefined<String>,
    /// Its name, as in `createTeam`.
    name: MaybeUndefined<String>,
    /// How it hands a conversation without an agent to one of its members.
    auto_assignment: MaybeUndefined<AutoAssignment>,
    /// Its members, in the place of those before, at most 200. A new one must exist (NOT_FOUND) and be active (AGENT_INACTIVE). Who
    /// leaves it loses the open and snoozed conversations assigned to them through it, which stay with the team.
    member_ids: MaybeUndefined<Vec<ID>>,
}

impl UpdateTeamInput {
    fn read(self) -> std::result::Result<(TeamId, TeamEdit), Rejection> {
        let id = given::id("teamId", &self.team_id, TeamId::parse)?;
        let edit = TeamEdit {
            slug: given::change("slug", self.slug)?,
            name: given::change("name", self.name)?,
            auto_assignment: given::change("autoAssignment", self.auto_assignment)?.map(Into::into),
            members: given::list("memberIds", self.member_ids, AgentId::parse)?,
        };
        Ok((id, edit))
    }
}

/// `updateTeam`.
#[derive(Default)]
pub struct UpdateTeam;

#[Object]
impl UpdateTeam {
    /// Changes a team. Only admins may. Refused with NOT_FOUND, TAKEN, AGENT_INACTIVE, LIMIT_EXCEEDED, REQUIRED, INVALID, TOO_LONG or
    /// FORBIDDEN.
    async fn update_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team, and what changes.")] input: UpdateTeamInput,
    ) -> Option<Result<TeamPayload>> {
        Some(update(ctx, input).await)
    }
}

async fn update(ctx: &Context<'_>, input: UpdateTeamInput) -> Result<TeamPayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let (id, edit) = input.read()?;
        reader.service.update_team(reader.viewer().actor(), id, &edit).await
    };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    TeamPayload::of(reader, outcome).await
}
