//! Narrowing a list of conversations: lists mean any of, fields together mean all of.
//!
//! Owns what a filter says and how it judges one moment of a conversation. As SQL it stands in the store.

use chrono::{DateTime, Utc};
use entity::enums::{ChannelKind, ConversationState, Priority, Scope};
use entity::ids::{AgentId, ChannelId, CustomerId, TagId, TeamId, TicketId};

use super::facets::Facets;
use super::permission::Viewer;
use super::search::Query;

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
    /// Tags.
    pub tags: Option<TagCondition>,
    /// Customer.
    pub customers: Option<Vec<CustomerId>>,
    /// Followed by the one agent; an empty list names nobody.
    pub followed_by: Option<Vec<AgentId>>,
    /// Not read by the viewer. A moment of a conversation doesn't tell: feeds refuse it.
    pub unread_only: bool,
    /// Whether the customer waits for an answer.
    pub waiting: Option<bool>,
    /// Linked to one of these tickets, for who may read tickets.
    pub tickets: Option<Vec<TicketId>>,
    /// Began then or later.
    pub created_after: Option<DateTime<Utc>>,
    /// Began before then.
    pub created_before: Option<DateTime<Utc>>,
    /// The newest entry is of then or later.
    pub updated_after: Option<DateTime<Utc>>,
    /// What is said in it. A moment of a conversation doesn't tell: feeds refuse it.
    pub search: Option<Query>,
}

/// A condition on tags: all that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagCondition {
    /// One of these at least; an empty list names none, which nothing fits.
    pub has_any: Option<Vec<TagId>>,
    /// Each of these; an empty list asks nothing.
    pub has_all: Option<Vec<TagId>>,
    /// None of these; an empty list asks nothing.
    pub has_none: Option<Vec<TagId>>,
}

impl TagCondition {
    /// Whether these tags fit.
    #[must_use]
    pub fn admits(&self, tags: &[TagId]) -> bool {
        let has = |tag: &TagId| tags.contains(tag);
        self.has_any.as_ref().is_none_or(|wanted| wanted.iter().any(has))
            && self.has_all.as_ref().is_none_or(|wanted| wanted.iter().all(has))
            && !self.has_none.as_ref().is_some_and(|unwanted| unwanted.iter().any(has))
    }
}

impl Filter {
    /// The same as far as the viewer may ask: for who may not read tickets nothing is linked to one, and who may not read
    /// conversations, and yet changes those that match, finds none by what they say.
    #[must_use]
    pub fn within(&self, viewer: &Viewer) -> Self {
        let tickets = self.tickets.clone();
        Self {
            tickets: tickets.map(|ids| if viewer.has(Scope::TicketsRead) { ids } else { Vec::new() }),
            search: self
                .search
                .clone()
                .map(|query| if viewer.has(Scope::ConversationsRead) { query } else { Query::default() }),
            ..self.clone()
        }
    }

    /// Whether a moment of a conversation fits: its facets, and the medium of its channel if that is known.
    #[must_use]
    pub fn admits(&self, facets: &Facets, kind: Option<ChannelKind>) -> bool {
        among(&self.states, Some(&facets.state))
            && among(&self.channels, Some(&facets.channel))
            && among(&self.channel_kinds, kind.as_ref())
            && among(&self.priorities, facets.priority.as_ref())
            && self.without_priority.is_none_or(|without| without == facets.priority.is_none())
            && among(&self.assignees, facets.assignee.as_ref())
            && among(&self.teams, facets.team.as_ref())
            && self.unassigned.is_none_or(|unassigned| unassigned == facets.assignee.is_none())
            && self.tags.as_ref().is_none_or(|tags| tags.admits(&facets.tags))
            && self.followed_by.as_ref().is_none_or(|who| who.iter().any(|agent| facets.followers.contains(agent)))
            && among(&self.customers, Some(&facets.customer))
            && self.tickets.as_ref().is_none_or(|wanted| wanted.iter().any(|ticket| facets.tickets.contains(ticket)))
            && self.waiting.is_none_or(|waiting| waiting == facets.waiting_since.is_some())
            && self.created_after.is_none_or(|bound| facets.created_at >= bound)
            && self.created_before.is_none_or(|bound| facets.created_at < bound)
            && self.updated_after.is_none_or(|bound| facets.updated_at >= bound)
    }
}

fn among<T: PartialEq>(wanted: &Option<Vec<T>>, value: Option<&T>) -> bool {
    wanted.as_ref().is_none_or(|wanted| value.is_some_and(|value| wanted.contains(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn all_that_is_asked_of_tags_must_hold() {
        let [a, b, c] = [1, 2, 3].map(|n| TagId(Uuid::from_u128(n)));
        let (any, all, none) = (
            |tags: &[TagId]| TagCondition { has_any: Some(tags.to_vec()), ..TagCondition::default() },
            |tags: &[TagId]| TagCondition { has_all: Some(tags.to_vec()), ..TagCondition::default() },
            |tags: &[TagId]| TagCondition { has_none: Some(tags.to_vec()), ..TagCondition::default() },
        );
        for (condition, tags, fits) in [
            (TagCondition::default(), vec![], true),
            (any(&[]), vec![a], false),
            (any(&[a, b]), vec![b, c], true),
            (any(&[a, b]), vec![c], false),
            (all(&[]), vec![], true),
            (all(&[a, b]), vec![a, b, c], true),
            (all(&[a, b]), vec![a, c], false),
            (none(&[]), vec![a], true),
            (none(&[a, b]), vec![c], true),
            (none(&[a, b]), vec![b], false),
            (TagCondition { has_none: Some(vec![b]), ..any(&[a]) }, vec![a], true),
            (TagCondition { has_none: Some(vec![b]), ..any(&[a]) }, vec![a, b], false),
            (TagCondition { has_all: Some(vec![b]), ..any(&[a]) }, vec![a], false),
        ] {
            assert_eq!(condition.admits(&tags), fits, "{condition:?} {tags:?}");
        }
    }
}
