//! What a change of agents, teams or channels leads to in the conversations it concerns (semantics §3.5, 3.6, 8.6).

use entity::ids::{AgentId, ChannelId, TeamId};

use super::action::Action;
use super::action::move_team::MoveTeam;
use super::action::relieve::Relieve;

/// Why conversations are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sweep {
    /// An agent was deactivated.
    AgentDeactivated {
        /// Who.
        agent: AgentId,
    },
    /// An agent left a team.
    MemberRemoved {
        /// Who.
        agent: AgentId,
        /// Which team.
        team: TeamId,
    },
    /// An agent may have lost access to channels.
    AgentAccess {
        /// Who.
        agent: AgentId,
    },
    /// Agents may have lost access to a channel.
    ChannelAccess {
        /// Which channel.
        channel: ChannelId,
    },
    /// A team was deleted and another takes its place.
    TeamDeleted {
        /// The deleted one.
        team: TeamId,
    },
    /// A channel closes conversations by time otherwise than before.
    PolicyChanged {
        /// Which channel.
        channel: ChannelId,
    },
}

/// What is done to the conversations.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// This happens to each.
    Act(Action),
    /// Nothing happens to them: when the clock closes them is planned anew, by this channel's policy.
    Plan(ChannelId),
}

impl Sweep {
    /// What is done to the conversations; `heir` is the team that now stands in the place of a deleted one.
    #[must_use]
    pub fn deed(&self, heir: Option<TeamId>) -> Deed {
        let relieve = |agent, left| Deed::Act(Action::Relieve(Relieve { agent, left }));
        match *self {
            Self::AgentDeactivated { agent } | Self::AgentAccess { agent } => relieve(Some(agent), None),
            Self::MemberRemoved { agent, team } => relieve(Some(agent), Some(team)),
            Self::ChannelAccess { .. } => relieve(None, None),
            Self::TeamDeleted { team } => Deed::Act(Action::MoveTeam(MoveTeam { from: team, to: heir })),
            Self::PolicyChanged { channel } => Deed::Plan(channel),
        }
    }
}
