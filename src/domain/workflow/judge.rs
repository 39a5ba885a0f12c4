//! Judging a tree of conditions: whether the whole holds, and what each condition came to.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::enums::{ChannelKind, ConversationState, Priority};
use entity::ids::{AgentId, ChannelId, TagId, TeamId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::condition::Condition;
use super::text::Text;

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
    pub subject: Option<Text>,
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
    pub text: Option<Text>,
    /// Whether that was sent automatically.
    pub automatic: bool,
    /// Whether the entry is the conversation's first message or its beginning.
    pub first_message: bool,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Judged {
    /// Whether anything may run on it: nothing does in spam, nor on what was sent automatically.
    #[must_use]
    pub fn may_start(&self) -> bool {
        self.state != ConversationState::Spam && !self.automatic
    }
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
pub fn judge(condition: Option<&Condition>, judged: &Judged) -> Verdicts {
    let mut of_each = Vec::new();
    let matched = condition.is_none_or(|condition| verdict(condition, "", judged, &mut of_each));
    Verdicts { matched, of_each }
}

/// Whether the whole holds, and no more than has to be judged for that.
#[must_use]
pub fn matches(condition: Option<&Condition>, judged: &Judged) -> bool {
    condition.is_none_or(|condition| match condition {
        Condition::All(inner) => inner.iter().all(|inner| matches(Some(inner), judged)),
        Condition::Any(inner) => inner.iter().any(|inner| matches(Some(inner), judged)),
        Condition::Not(inner) => !matches(Some(inner), judged),
        leaf => holds(leaf, judged),
    })
}

/// Judges one and those it holds, all of them: what is told of one doesn't depend on the others.
fn verdict(condition: &Condition, under: &str, judged: &Judged, of_each: &mut Vec<Verdict>) -> bool {
    let field = condition.field();
    let path = if under.is_empty() { field.to_owned() } else { format!("{under}.{field}") };
    let place = of_each.len();
    of_each.push(Verdict { path: path.clone(), matched: false });
    let mut each = |inner: &[Condition]| -> Vec<bool> {
        let inner = inner.iter().enumerate();
        inner.map(|(place, inner)| verdict(inner, &format!("{path}[{place}]"), judged, of_each)).collect()
    };
    let matched = match condition {
        Condition::All(inner) => each(inner).into_iter().all(|holds| holds),
        Condition::Any(inner) => each(inner).into_iter().any(|holds| holds),
        Condition::Not(inner) => !verdict(inner, &path, judged, of_each),
        leaf => holds(leaf, judged),
    };
    of_each[place].matched = matched;
    matched
}

/// Whether one that holds no others does.
fn holds(condition: &Condition, judged: &Judged) -> bool {
    match condition {
        // Judged with those they hold.
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) => false,
        Condition::Channels(channels) => channels.contains(&judged.channel),
        Condition::ChannelKinds(kinds) => kinds.contains(&judged.channel_kind),
        Condition::Attribute(test) => test.holds(&judged.attributes),
        Condition::EmailDomains(domains) => domains.holds(judged.email.as_deref()),
        Condition::Text(test) => test.holds(judged.text.as_ref()),
        Condition::Subject(test) => test.holds(judged.subject.as_ref()),
        Condition::Tags(test) => test.holds(&judged.tags),
        Condition::Assignees(agents) => judged.assignee.is_some_and(|agent| agents.contains(&agent)),
        Condition::Teams(teams) => judged.team.is_some_and(|team| teams.contains(&team)),
        Condition::Priorities(priorities) => judged.priority.is_some_and(|priority| priorities.contains(&priority)),
        Condition::States(states) => states.contains(&judged.state),
        Condition::Unassigned(unassigned) => *unassigned == judged.assignee.is_none(),
        Condition::FirstMessage(first) => *first == judged.first_message,
        Condition::Age(age) => judged.now - judged.created_at >= age.delta(),
    }
}

#[cfg(test)]
mod tests;
