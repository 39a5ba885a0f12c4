//! A closed conversation is taken up again (semantics §8.5).

use entity::enums::{AssignmentReason, Availability, ReopenReason};

use crate::domain::change::{Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::conversation::Conversation;
use crate::domain::fact::Fact;
use crate::domain::rejection::Rejection;

pub(super) fn needs(conversation: &Conversation, needs: &mut Needs) {
    needs.agents.extend(conversation.assignee);
}

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

/// Records that it reopened. The assignee stays if active, with access and online; else the agent is cleared and the team kept.
pub fn record(change: &mut Change, reason: ReopenReason, context: &Context, moment: &Moment) {
    change.record(Fact::Reopened { reason }, moment);
    let Some(assignee) = change.conversation.assignee else { return };
    let stays = context
        .agents
        .get(&assignee)
        .is_some_and(|agent| agent.active && agent.has_access && agent.availability == Availability::Online);
    if !stays {
        let team = change.conversation.team;
        let fact = Fact::Assigned {
            from_agent: Some(assignee),
            to_agent: None,
            from_team: team,
            to_team: team,
            reason: AssignmentReason::Reopened,
        };
        change.record(fact, moment);
    }
}
