//! A closed conversation is taken up again (semantics §8.5).

use entity::enums::{AssignmentReason, Availability, ReopenReason};

use super::hand_out;
use crate::domain::change::{Change, Moment};
use crate::domain::context::{Agent, Context, Needs};
use crate::domain::conversation::Conversation;
use crate::domain::fact::Fact;
use crate::domain::rejection::Rejection;

/// Reopens a closed conversation; one that is open or snoozed stays as it is.
///
/// # Errors
/// `IS_SPAM`.
pub fn decide(change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
    if change.conversation.spam.is_some() {
        return Err(Rejection::is_spam());
    }
    if change.conversation.closed.is_some() {
        record(change, ReopenReason::Manual, context, moment);
    }
    Ok(())
}

/// What must be loaded to reopen it.
pub(super) fn needs(conversation: &Conversation, needs: &mut Needs) {
    needs.agents.extend(conversation.assignee);
    if let Some(team) = conversation.team {
        hand_out::needs(team, needs);
    }
}

/// Records that it reopened. The assignee stays if active, with access and online, the team unless it was deleted; left without an
/// agent, the team may hand it out.
pub fn record(change: &mut Change, reason: ReopenReason, context: &Context, moment: &Moment) {
    change.record(Fact::Reopened { reason }, moment);
    let (from_agent, from_team) = (change.conversation.assignee, change.conversation.team);
    let to_agent = from_agent.filter(|agent| context.agents.get(agent).is_some_and(stays));
    let to_team = from_team.filter(|team| context.teams.contains_key(team));
    if (from_agent, from_team) != (to_agent, to_team) {
        let reason = if from_agent == to_agent { AssignmentReason::TeamDeleted } else { AssignmentReason::Reopened };
        change.record(Fact::Assigned { from_agent, to_agent, from_team, to_team, reason }, moment);
    }
    hand_out::record(change, context, moment);
}

fn stays(assignee: &Agent) -> bool {
    assignee.active && assignee.has_access && assignee.availability == Availability::Online
}
