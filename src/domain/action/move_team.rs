//! A conversation goes from a deleted team to the one that takes its place (semantics §3.6).
//!
//! Never asked for by anybody: it follows from the team's deletion.

use entity::enums::AssignmentReason;
use entity::ids::TeamId;

use super::hand_out;
use crate::domain::change::{Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::fact::Fact;
use crate::domain::rejection::Rejection;

/// From where to where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveTeam {
    /// The deleted team.
    pub from: TeamId,
    /// The team in its place; none = no team.
    pub to: Option<TeamId>,
}

impl MoveTeam {
    pub(super) fn needs(&self, needs: &mut Needs) {
        if let Some(team) = self.to {
            hand_out::needs(team, needs);
        }
    }

    /// Keeps the agent only if they are a member of the new team, which else may hand it out. What is closed, or no longer with the
    /// deleted team, stays as it is.
    ///
    /// # Errors
    /// `NOT_FOUND` if the new team has been deleted meanwhile.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        let (from_agent, from_team) = (change.conversation.assignee, change.conversation.team);
        if change.conversation.closed.is_some() || from_team != Some(self.from) {
            return Ok(());
        }
        let to_agent = match self.to {
            Some(id) => {
                let team = context.teams.get(&id).ok_or_else(|| Rejection::not_found("reassignToTeamId"))?;
                from_agent.filter(|agent| team.members.contains(agent))
            }
            None => from_agent,
        };
        let reason = AssignmentReason::TeamDeleted;
        change.record(Fact::Assigned { from_agent, to_agent, from_team, to_team: self.to, reason }, moment);
        hand_out::record(change, context, moment);
        Ok(())
    }
}
