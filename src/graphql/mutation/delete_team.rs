//! `deleteTeam`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::TeamId;

use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::types::delete_payload::DeletePayload;

/// A team to delete.
#[derive(InputObject)]
pub struct DeleteTeamInput {
    /// The team.
    team_id: ID,
    /// The team that gets its open and snoozed conversations, also those under spam. Each keeps its agent only if they are a member of
    /// that team, which otherwise may hand it out. An unknown or deleted team is NOT_FOUND, the same team INVALID.
    reassign_to_team_id: Option<ID>,
}

/// `deleteTeam`.
#[derive(Default)]
pub struct DeleteTeam;

#[Object]
impl DeleteTeam {
    /// Deletes a team. It is in no list and can't be chosen any longer, its slug and name are free, and its members lose the access they
    /// had through it; closed conversations and the timeline keep naming it, and `node` finds it with `deletedAt`. Only admins may.
    /// Refused with NOT_FOUND, INVALID, FORBIDDEN, or IN_USE if it has open or snoozed conversations and no team is given that gets
    /// them.
    async fn delete_team(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The team, and the one that takes its place.")] input: DeleteTeamInput,
    ) -> Option<Result<DeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn delete(ctx: &Context<'_>, input: DeleteTeamInput) -> Result<DeletePayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let id = given::id("teamId", &input.team_id, TeamId::parse)?;
        let heir = input.reassign_to_team_id.as_ref();
        let heir = heir.map(|heir| given::id("reassignToTeamId", heir, TeamId::parse)).transpose()?;
        let done = reader.service.delete_team(reader.viewer().actor(), id, heir).await?;
        Ok(done.id)
    };
    Ok(DeletePayload::of(permitted(reader, Operation::Administer, work).await?))
}
