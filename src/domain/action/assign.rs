//! Agent, team, both or nobody (semantics §3.1–3.4, 3.7).

use entity::enums::AssignmentReason;
use entity::ids::{AgentId, TeamId};

use super::hand_out;
use crate::domain::actor::Actor;
use crate::domain::change::{Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::fact::Fact;
use crate::domain::rejection::{Code, Rejection};

/// What to assign to. The outer option is whether it was given at all, the inner one null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assign {
    /// Agent.
    pub agent: Option<Option<AgentId>>,
    /// Team.
    pub team: Option<Option<TeamId>>,
    /// Refuse if an agent is assigned already.
    pub only_if_unassigned: bool,
}

impl Assign {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.agents.extend(self.agent.flatten());
        if let Some(team) = self.team.flatten() {
            hand_out::needs(team, needs);
        }
    }

    /// Setting a team keeps the agent only if they are its member; setting an agent never changes the team. A team that it enters
    /// without an agent may hand it out.
    ///
    /// # Errors
    /// `NOT_FOUND`, `AGENT_INACTIVE`, `NO_ACCESS`, `NOT_A_MEMBER`, `ALREADY_ASSIGNED`.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        let (from_agent, from_team) = (change.conversation.assignee, change.conversation.team);
        self.check(context)?;
        let to_team = self.team.unwrap_or(from_team);
        let to_agent = match self.agent {
            Some(agent) => agent,
            None => self.kept(from_agent, context),
        };
        if self.only_if_unassigned && from_agent.is_some() && from_agent != self.agent.flatten() {
            return Err(Rejection::new(Code::AlreadyAssigned, "Somebody else already has this conversation."));
        }
        if (from_agent, from_team) != (to_agent, to_team) {
            let reason = match moment.actor {
                Actor::Workflow(_) => AssignmentReason::Workflow,
                _ if self.only_if_unassigned => AssignmentReason::Claimed,
                _ => AssignmentReason::Manual,
            };
            change.record(Fact::Assigned { from_agent, to_agent, from_team, to_team, reason }, moment);
        }
        if from_team != to_team {
            hand_out::record(change, context, moment);
        }
        Ok(())
    }

    fn check(&self, context: &Context) -> Result<(), Rejection> {
        let team = match self.team.flatten() {
            Some(id) => Some(context.teams.get(&id).ok_or_else(|| Rejection::not_found("teamId"))?),
            None => None,
        };
        let Some(id) = self.agent.flatten() else { return Ok(()) };
        let agent = context.agents.get(&id).ok_or_else(|| Rejection::not_found("assigneeId"))?;
        if !agent.active {
            return Err(Rejection::new(Code::AgentInactive, "This agent is deactivated.").at("assigneeId"));
        }
        if !agent.has_access {
            return Err(
                Rejection::new(Code::NoAccess, "This agent can't see the conversation's channel.").at("assigneeId")
            );
        }
        if team.is_some_and(|team| !team.members.contains(&id)) {
            return Err(Rejection::new(Code::NotAMember, "This agent isn't a member of the team.").at("assigneeId"));
        }
        Ok(())
    }

    /// The agent who stays when only a team is set, or nothing is.
    fn kept(&self, agent: Option<AgentId>, context: &Context) -> Option<AgentId> {
        match self.team {
            Some(Some(team)) => {
                agent.filter(|agent| context.teams.get(&team).is_some_and(|team| team.members.contains(agent)))
            }
            Some(None) | None => agent,
        }
    }
}
