//! Narrowing a list of conversations: lists mean any of, fields together mean all of.
//!
//! Owns what a filter says and how it judges one moment of a conversation. As SQL it stands in the store.

use chrono::{DateTime, Utc};
use entity::enums::{ChannelKind, ConversationState, Priority};
use entity::ids::{AgentId, ChannelId, CustomerId, TeamId};

use super::facets::Facets;

/// A filter; none of a field = no condition, an empty list = nothing fits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Shown state.
    pub states: Option<Vec<ConversationState>>,
    /// Channel.
    pub channels: Option<Vec<ChannelId>>,
    /// The channel's medium.
    pub channel_kinds: Option<Vec<ChannelKind>>,
    /// Priority.
    pub priorities: Option<Vec<Priority>>,
    /// Whether there is no priority.
    pub without_priority: Option<bool>,
    /// Assigned agent.
    pub assignees: Option<Vec<AgentId>>,
    /// Assigned team.
    pub teams: Option<Vec<TeamId>>,
    /// Whether there is no agent, with or without a team.
    pub unassigned: Option<bool>,
    /// Customer.
    pub customers: Option<Vec<CustomerId>>,
    /// Whether the customer waits for an answer.
    pub waiting: Option<bool>,
    /// Began then or later.
    pub created_after: Option<DateTime<Utc>>,
    /// Began before then.
    pub created_before: Option<DateTime<Utc>>,
    /// The newest entry is of then or later.
    pub updated_after: Option<DateTime<Utc>>,
}

impl Filter {
    /// Whether a moment of a conversation fits: its facets, the medium of its channel if that is known, and when its newest entry
    /// was written.
    #[must_use]
    pub fn admits(&self, facets: &Facets, kind: Option<ChannelKind>, updated_at: DateTime<Utc>) -> bool {
        among(&self.states, Some(&facets.state))
            && among(&self.channels, Some(&facets.channel))
            && among(&self.channel_kinds, kind.as_ref())
            && among(&self.priorities, facets.priority.as_ref())
            && self.without_priority.is_none_or(|without| without == facets.priority.is_none())
            && among(&self.assignees, facets.assignee.as_ref())
            && among(&self.teams, facets.team.as_ref())
            && self.unassigned.is_none_or(|unassigned| unassigned == facets.assignee.is_none())
            && among(&self.customers, Some(&facets.customer))
            && self.waiting.is_none_or(|waiting| waiting == facets.waiting_since.is_some())
            && self.created_after.is_none_or(|bound| facets.created_at >= bound)
            && self.created_before.is_none_or(|bound| facets.created_at < bound)
            && self.updated_after.is_none_or(|bound| updated_at >= bound)
    }
}

fn among<T: PartialEq>(wanted: &Option<Vec<T>>, value: Option<&T>) -> bool {
    wanted.as_ref().is_none_or(|wanted| value.is_some_and(|value| wanted.contains(value)))
}
