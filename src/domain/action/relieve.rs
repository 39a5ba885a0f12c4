//! An agent is taken off a conversation that they may no longer have (semantics §3.5).
//!
//! Never asked for by anybody: it follows from a change of agents, teams or channels. The team is kept and doesn't hand out; closed
//! conversations keep their historic assignee.

use entity::enums::AssignmentReason;
use entity::ids::{AgentId, TeamId};

use crate::domain::change::{Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::conversation::Conversation;
use crate::domain::fact::Fact;

/// Whom to take off, if there is still a reason to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relieve {
    /// The agent in question; none = whoever has it.
    pub agent: Option<AgentId>,
    /// The team that they left; they lose what was assigned to them through it.
    pub left: Option<TeamId>,
}

impl Relieve {
    pub(super) fn needs(&self, conversation: &Conversation, needs: &mut Needs) {
        needs.agents.extend(conversation.assignee);
        needs.teams.extend(self.left);
    }

    /// Clears the agent and names the strongest reason; without a reason nothing changes.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) {
        let team = change.conversation.team;
        let assignee = change.conversation.assignee.filter(|agent| self.agent.is_none_or(|named| named == *agent));
        let Some(assignee) = assignee.filter(|_| change.conversation.closed.is_none()) else { return };
        if let Some(reason) = self.reason(assignee, team, context) {
            let (from_agent, to_agent) = (Some(assignee), None);
            change.record(Fact::Assigned { from_agent, to_agent, from_team: team, to_team: team, reason }, moment);
        }
    }

    fn reason(&self, assignee: AgentId, team: Option<TeamId>, context: &Context) -> Option<AssignmentReason> {
        let agent = context.agents.get(&assignee)?;
        let stays_member = |left: &TeamId| context.teams.get(left).is_some_and(|team| team.members.contains(&assignee));
        if !agent.active {
            Some(AssignmentReason::AgentDeactivated)
        } else if self.left.is_some_and(|left| team == Some(left) && !stays_member(&left)) {
            Some(AssignmentReason::MemberRemoved)
        } else if !agent.has_access {
            Some(AssignmentReason::AccessLost)
        } else {
            None
        }
    }
}
