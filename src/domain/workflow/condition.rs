//! The tree of conditions: what a workflow asks of the entry that starts it and of its conversation.
//!
//! Owns which conditions there are and how each is called. How they are judged stands beside.

use std::collections::BTreeSet;

use entity::enums::{ChannelKind, ConversationState, Priority};
use entity::ids::{AgentId, ChannelId, TeamId};

use super::attribute::AttributeTest;
use super::email::EmailDomains;
use super::tags::TagTest;
use super::text::TextTest;
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
    /// An attribute of the customer is like this.
    Attribute(AttributeTest),
    /// The customer's e-mail address is at one of these domains.
    EmailDomains(EmailDomains),
    /// What was written with the entry is like this; nothing written never is.
    Text(TextTest),
    /// The subject is like this; none never is.
    Subject(TextTest),
    /// The tags are like this.
    Tags(TagTest),
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

impl Condition {
    /// What it is called in the API, and so on the paths of refusals and verdicts.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::All(_) => "all",
            Self::Any(_) => "any",
            Self::Not(_) => "not",
            Self::Channels(_) => "channelIds",
            Self::ChannelKinds(_) => "channelKinds",
            Self::Attribute(_) => "customerAttribute",
            Self::EmailDomains(_) => "customerEmailDomains",
            Self::Text(_) => "text",
            Self::Subject(_) => "subject",
            Self::Tags(_) => "tags",
            Self::Assignees(_) => "assigneeIds",
            Self::Teams(_) => "teamIds",
            Self::Priorities(_) => "priorities",
            Self::States(_) => "states",
            Self::Unassigned(_) => "unassigned",
            Self::FirstMessage(_) => "firstMessage",
            Self::Age(_) => "age",
        }
    }
}
