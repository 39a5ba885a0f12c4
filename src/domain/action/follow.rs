//! The actor follows a conversation, or stops (semantics §6.1). Possible in every state.

use entity::enums::FollowChoice;
use entity::ids::AgentId;

use crate::domain::actor::Actor;
use crate::domain::change::{Aside, Change, Moment};
use crate::domain::fact::Fact;
use crate::domain::limits;
use crate::domain::rejection::{Code, Rejection};

/// Lets the actor follow; who follows stays as they are.
///
/// # Errors
/// `FORBIDDEN` for whoever isn't an agent, `LIMIT_EXCEEDED` when there are as many followers as there may be.
pub fn follow(change: &mut Change, moment: &Moment) -> Result<(), Rejection> {
    let agent = oneself(moment)?;
    if follows(change, agent) {
        return Ok(());
    }
    if change.conversation.followers().count() >= limits::FOLLOWERS {
        return Err(full());
    }
    change.record_followed(agent, moment);
    Ok(())
}

/// Lets the actor stop, also one who doesn't follow: from then on nothing lets them follow by itself.
///
/// # Errors
/// `FORBIDDEN` for whoever isn't an agent.
pub fn unfollow(change: &mut Change, moment: &Moment) -> Result<(), Rejection> {
    record_unfollowed(change, oneself(moment)?, moment);
    Ok(())
}

fn oneself(moment: &Moment) -> Result<AgentId, Rejection> {
    match moment.actor {
        Actor::Agent(agent) => Ok(agent),
        _ => Err(Rejection::forbidden("Only agents follow.")),
    }
}

/// Whether an agent follows.
pub(super) fn follows(change: &Change, agent: AgentId) -> bool {
    change.conversation.follows.get(&agent) == Some(&FollowChoice::Following)
}

/// The refusal of one follower more than there may be.
pub(super) fn full() -> Rejection {
    Rejection::new(Code::LimitExceeded, format!("There may be at most {} followers.", limits::FOLLOWERS))
}

/// Records that an agent stopped, if anything changes: their own act holds, somebody else's leaves nothing behind.
pub(super) fn record_unfollowed(change: &mut Change, agent: AgentId, moment: &Moment) {
    let before = change.conversation.follows.get(&agent).copied();
    let own = moment.actor == Actor::Agent(agent);
    let after = own.then_some(FollowChoice::Unfollowed);
    let idle = before == after || (!own && before == Some(FollowChoice::Unfollowed));
    if !idle {
        change.record(Fact::Unfollowed { agent }, moment);
        change.asides.push(Aside::Follow(agent, after));
    }
}
