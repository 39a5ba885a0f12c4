//! Who is notified of a fact, and why (semantics §6).
//!
//! Decides in two steps, both pure: [`of`] names whom a fact concerns, when it is recorded; [`settle`] leaves those who may know of
//! it, each with the strongest reason. Who may know is loaded in between, by the service.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::enums::{DeliveryStatus, EventKind, NotificationReason};
use entity::ids::{AgentId, TeamId};

use super::actor::Actor;
use super::conversation::Conversation;
use super::fact::Fact;

/// Somebody whom a fact concerns, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// Whom.
    pub whom: Whom,
    /// Why.
    pub reason: NotificationReason,
}

/// One agent, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whom {
    /// An agent.
    Agent(AgentId),
    /// The members of a team.
    MembersOf(TeamId),
}

/// Who may be told of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circle {
    /// Those of the agents in question who are active and have access to its channel.
    pub reachable: BTreeSet<AgentId>,
    /// The members of the teams in question.
    pub members: HashMap<TeamId, BTreeSet<AgentId>>,
}

/// Whether an entry of this kind can concern anybody.
#[must_use]
pub fn concerns(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Message
            | EventKind::Woken
            | EventKind::Closed
            | EventKind::Reopened
            | EventKind::Restored
            | EventKind::TicketChanged
            | EventKind::Prioritized
            | EventKind::Snoozed
            | EventKind::Note
            | EventKind::NoteEdited
            | EventKind::Assigned
            | EventKind::DeliveryChanged
    )
}

/// Whom a fact concerns, on the conversation as it is with it. Nothing in spam concerns anybody, nor does what is automatic.
#[must_use]
pub fn of(fact: &Fact, conversation: &Conversation) -> Vec<Claim> {
    if conversation.spam.is_some() {
        return Vec::new();
    }
    match fact {
        Fact::Message { automatic: true, .. } => Vec::new(),
        Fact::Message { .. }
        | Fact::Woken { .. }
        | Fact::Closed { .. }
        | Fact::Reopened { .. }
        | Fact::Restored { .. }
        | Fact::TicketChanged { .. }
        | Fact::Prioritized { .. } => watchers(conversation).collect(),
        // Only where it changes the state: asleep already, it sleeps on; what is closed still tells that it reopens.
        Fact::Snoozed { from: None, .. } if conversation.closed.is_none() => watchers(conversation).collect(),
        Fact::Note { named } => named.iter().copied().map(mention).chain(watchers(conversation)).collect(),
        Fact::NoteEdited { added, .. } => added.iter().copied().map(mention).collect(),
        Fact::Assigned { from_team, to_team, .. } => {
            let team = to_team.filter(|team| conversation.assignee.is_none() && Some(*team) != *from_team);
            let members =
                team.map(|team| Claim { whom: Whom::MembersOf(team), reason: NotificationReason::TeamAssigned });
            watchers(conversation).chain(members).collect()
        }
        Fact::DeliveryChanged { status: DeliveryStatus::Failed, author: Some(author), .. } => {
            vec![Claim { whom: Whom::Agent(*author), reason: NotificationReason::Assigned }]
        }
        Fact::DeliveryChanged { .. }
        | Fact::Created { .. }
        | Fact::Snoozed { .. }
        | Fact::MarkedAsSpam { .. }
        | Fact::Tagged { .. }
        | Fact::Followed { .. }
        | Fact::Unfollowed { .. }
        | Fact::TicketLinked { .. }
        | Fact::TicketUnlinked { .. }
        | Fact::TicketCreated
        | Fact::TicketUpdated { .. }
        | Fact::TicketLinkChanged { .. }
        | Fact::Linked { .. }
        | Fact::Unlinked { .. }
        | Fact::Edited { .. }
        | Fact::NoteDeleted { .. }
        | Fact::Setup { .. } => Vec::new(),
    }
}

/// Who is notified in the end: everybody concerned who may know of it, but never the actor; each with the strongest reason.
#[must_use]
pub fn settle(claims: &[Claim], actor: Actor, circle: &Circle) -> BTreeMap<AgentId, NotificationReason> {
    let mut notices: BTreeMap<AgentId, NotificationReason> = BTreeMap::new();
    for claim in claims {
        let agents: Vec<AgentId> = match claim.whom {
            Whom::Agent(agent) => vec![agent],
            Whom::MembersOf(team) => circle.members.get(&team).into_iter().flatten().copied().collect(),
        };
        for agent in agents {
            if actor != Actor::Agent(agent) && circle.reachable.contains(&agent) {
                let reason = notices.entry(agent).or_insert(claim.reason);
                *reason = claim.reason.min(*reason);
            }
        }
    }
    notices
}

/// The assignee and the followers.
fn watchers(conversation: &Conversation) -> impl Iterator<Item = Claim> {
    let assignee =
        conversation.assignee.map(|agent| Claim { whom: Whom::Agent(agent), reason: NotificationReason::Assigned });
    let followers =
        conversation.followers().map(|agent| Claim { whom: Whom::Agent(agent), reason: NotificationReason::Following });
    assignee.into_iter().chain(followers)
}

fn mention(agent: AgentId) -> Claim {
    Claim { whom: Whom::Agent(agent), reason: NotificationReason::Mention }
}
