//! A team hands a conversation without an agent to one of its members (semantics §3.7).
//!
//! Asked when a conversation enters a team, reopens, or is restored from spam; the caller has recorded that. Whoever is locked with
//! the context can't get anything else meanwhile, so that neither a turn nor the last free place is given twice.

use entity::enums::{AssignmentReason, AutoAssignment, Availability, ConversationState};
use entity::ids::{AgentId, TeamId};

use crate::domain::change::{Aside, Change, Moment};
use crate::domain::context::{Agent, Context, Needs, Team};
use crate::domain::fact::Fact;

/// What must be loaded if the team may hand out.
pub(super) fn needs(team: TeamId, needs: &mut Needs) {
    needs.teams.insert(team);
    needs.handing_out.insert(team);
}

/// Records that the conversation's team gave it to a member. Nothing happens if it has an agent or no team, is closed or spam, or if
/// nobody can take it: then it stays with the team.
pub fn record(change: &mut Change, context: &Context, moment: &Moment) {
    let conversation = &change.conversation;
    let (Some(id), None) = (conversation.team, conversation.assignee) else { return };
    if !matches!(conversation.state(), ConversationState::Open | ConversationState::Snoozed) {
        return;
    }
    let Some(agent) = context.teams.get(&id).and_then(|team| chosen(team, context)) else { return };
    let fact = Fact::Assigned {
        from_agent: None,
        to_agent: Some(agent),
        from_team: Some(id),
        to_team: Some(id),
        reason: AssignmentReason::AutoAssigned,
    };
    change.record(fact, moment);
    change.asides.push(Aside::Turn(id, agent));
}

/// Whose turn it is: in turn by id, beginning after who had it last; among the least busy, the first of them in turn.
fn chosen(team: &Team, context: &Context) -> Option<AgentId> {
    let agents = team.members.iter().filter_map(|id| Some((*id, context.agents.get(id)?)));
    let mut able: Vec<(AgentId, &Agent)> = agents.filter(|(_, agent)| is_eligible(agent)).collect();
    able.sort_unstable_by_key(|(id, _)| *id);
    let next = able.partition_point(|(id, _)| Some(*id) <= team.last_turn);
    able.rotate_left(next);
    match team.auto_assignment {
        AutoAssignment::Off => None,
        AutoAssignment::RoundRobin => able.first().map(|(id, _)| *id),
        AutoAssignment::LeastBusy => able.iter().min_by_key(|(_, agent)| agent.open).map(|(id, _)| *id),
    }
}

fn is_eligible(agent: &Agent) -> bool {
    let room = agent.capacity.is_none_or(|capacity| agent.open < i64::from(capacity));
    agent.active && agent.has_access && agent.availability == Availability::Online && room
}

#[cfg(test)]
mod tests;
