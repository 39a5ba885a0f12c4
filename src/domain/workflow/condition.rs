//! The tree of conditions.

use std::collections::BTreeSet;

use entity::enums::{ChannelKind, ConversationState, Priority};
use entity::ids::{AgentId, ChannelId, TagId, TeamId};

use crate::domain::duration::IsoDuration;

/// When a workflow runs: one condition, which may hold others.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of these hold.
    All(Vec<Condition>),
    /// At least one of these holds.
    Any(Vec<Condition>),
    /// This doesn't hold.
    Not(Box<Condition>),
    /// On one of these channels.
    Channels(BTreeSet<ChannelId>),
    /// On a channel of one of these media.
    ChannelKinds(Vec<ChannelKind>),
    /// The assigned agent is one of these.
    Assignees(BTreeSet<AgentId>),
    /// The assigned team is one of these.
    Teams(BTreeSet<TeamId>),
    /// Its priority is one of these.
    Priorities(Vec<Priority>),
    /// Its shown state is one of these.
    States(Vec<ConversationState>),
    /// Whether it has no agent.
    Unassigned(bool),
    /// Whether the triggering message is the conversation's first.
    FirstMessage(bool),
    /// It began at least this long ago.
    Age(IsoDuration),
}

/// What conditions name, to be looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Channels.
    pub channels: BTreeSet<ChannelId>,
    /// Agents.
    pub agents: BTreeSet<AgentId>,
    /// Teams.
    pub teams: BTreeSet<TeamId>,
    /// Tags.
    pub tags: BTreeSet<TagId>,
}
