//! What views, filters and conditions can name of a conversation, as a log row keeps it.
//!
//! Each row holds the facets after it and the old values of those it changed, so that before = after with the delta undone.

use chrono::{DateTime, Utc};
use entity::enums::{CloseReason, ConversationState, Priority};
use entity::ids::{AgentId, ChannelId, CustomerId, TagId, TeamId, TicketId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::conversation::Conversation;

/// The facets of one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facets {
    /// Shown state.
    pub state: ConversationState,
    /// Why it is closed, also underneath spam.
    pub close_reason: Option<CloseReason>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Whether a snooze lies on it, also underneath spam.
    pub snoozed: bool,
    /// Until when it sleeps.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// Channel.
    pub channel: ChannelId,
    /// Customer.
    pub customer: CustomerId,
    /// The agent who began it, if an agent did.
    pub created_by: Option<AgentId>,
    /// Assigned agent.
    pub assignee: Option<AgentId>,
    /// Assigned team.
    pub team: Option<TeamId>,
    /// Priority.
    pub priority: Option<Priority>,
    /// Tags, in id order.
    #[serde(default)]
    pub tags: Vec<TagId>,
    /// Linked tickets, in id order.
    #[serde(default)]
    pub tickets: Vec<TicketId>,
    /// Followers, in id order.
    pub followers: Vec<AgentId>,
    /// Whom its notes name, in id order.
    #[serde(default)]
    pub mentioned: Vec<AgentId>,
    /// Since when the customer waits.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// Its newest message, reopening, waking or restoring.
    pub last_activity_at: DateTime<Utc>,
    /// When its newest entry was written.
    pub updated_at: DateTime<Utc>,
}

impl Facets {
    /// The facets of a conversation as it stands.
    #[must_use]
    pub fn of(conversation: &Conversation) -> Self {
        let created_by = match conversation.created_by {
            super::actor::Actor::Agent(agent) => Some(agent),
            _ => None,
        };
        Self {
            state: conversation.state(),
            close_reason: conversation.closed.map(|closed| closed.reason),
            closed_at: conversation.closed.map(|closed| closed.at),
            snoozed: conversation.snooze.is_some(),
            snoozed_until: conversation.snooze.and_then(|snooze| snooze.until),
            channel: conversation.channel,
            customer: conversation.customer,
            created_by,
            assignee: conversation.assignee,
            team: conversation.team,
            priority: conversation.priority,
            tags: conversation.tags.iter().copied().collect(),
            tickets: conversation.tickets.iter().copied().collect(),
            followers: conversation.followers().collect(),
            mentioned: conversation.mentioned.iter().copied().collect(),
            waiting_since: conversation.waiting_since,
            created_at: conversation.created_at,
            last_activity_at: conversation.last_activity_at,
            updated_at: conversation.updated_at,
        }
    }

    /// As a JSON object.
    #[must_use]
    pub fn to_object(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(object)) => object,
            _ => Map::new(),
        }
    }
}

/// The old values of what differs between two moments; of a conversation that just began, nothing.
#[must_use]
pub fn delta(before: Option<&Map<String, Value>>, after: &Map<String, Value>) -> Map<String, Value> {
    let Some(before) = before else { return Map::new() };
    before
        .iter()
        .filter(|(key, old)| after.get(*key) != Some(*old))
        .map(|(key, old)| (key.clone(), old.clone()))
        .collect()
}

/// The facets before an entry: those after it with its delta undone.
#[must_use]
pub fn undo(after: &Map<String, Value>, delta: &Map<String, Value>) -> Map<String, Value> {
    let mut before = after.clone();
    for (key, old) in delta {
        before.insert(key.clone(), old.clone());
    }
    before
}
