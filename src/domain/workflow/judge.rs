//! Judging a tree of conditions.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::enums::{ChannelKind, ConversationState, Priority};
use entity::ids::{AgentId, ChannelId, TagId, TeamId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::condition::Condition;

/// What is judged: the triggering entry and its conversation as it now is.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Channel.
    pub channel: ChannelId,
    /// Its medium.
    pub channel_kind: ChannelKind,
    /// The customer's attributes.
    pub attributes: Map<String, Value>,
    /// The customer's e-mail address.
    pub email: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// Tags.
    pub tags: BTreeSet<TagId>,
    /// Priority.
    pub priority: Option<Priority>,
    /// Shown state.
    pub state: ConversationState,
    /// Assigned agent.
    pub assignee: Option<AgentId>,
    /// Assigned team.
    pub team: Option<TeamId>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// What was written with the entry: a message's or a note's text, and of a conversation that began its first message's.
    pub text: Option<String>,
    /// Whether the entry is the conversation's first message or its beginning.
    pub first_message: bool,
    /// Now.
    pub now: DateTime<Utc>,
}

/// What one condition came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Where it stands, as `all[1].text`.
    pub path: String,
    /// Whether it holds.
    pub matched: bool,
}

/// What a tree of conditions came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// Whether the whole holds.
    pub matched: bool,
    /// Every condition's own, in the order of the tree; none where there is no condition.
    pub of_each: Vec<Verdict>,
}

/// Judges it; without a condition everything matches.
#[must_use]
pub fn judge(condition: Option<&Condition>, _judged: &Judged) -> Verdicts {
    Verdicts { matched: condition.is_none(), of_each: Vec::new() }
}
