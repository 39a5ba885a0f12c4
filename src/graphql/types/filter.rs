//! The filter of lists and feeds of conversations.

use async_graphql::{ID, InputObject, Result};
use entity::ids::{AgentId, ChannelId, CustomerId, TagId, TeamId, TicketId};

use super::enums::{ChannelKind, ConversationState, Priority};
use crate::domain::filter::{Filter, TagCondition};
use crate::domain::search::Query;
use crate::domain::{limits, text};
use crate::graphql::error::bad_request;
use crate::graphql::scalar::DateTime;

/// Narrows a list of conversations. Lists mean any of, fields together mean all of; a field that is null or omitted asks nothing. A
/// list may have at most 100 values, otherwise the answer is `BAD_REQUEST`; an empty list matches nothing, and so does an id that is
/// malformed, unknown, or of something the viewer may not see.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ConversationFilter {
    /// Only conversations in one of these states. Together with a view it is both: INBOX with CLOSED matches nothing.
    pub states: Option<Vec<ConversationState>>,
    /// Only conversations on one of these channels.
    pub channel_ids: Option<Vec<ID>>,
    /// Only conversations on a channel of one of these kinds.
    pub channel_kinds: Option<Vec<ChannelKind>>,
    /// Only conversations with one of these priorities.
    pub priorities: Option<Vec<Priority>>,
    /// True matches only conversations without a priority, false only those with one.
    pub without_priority: Option<bool>,
    /// Only conversations assigned to one of these agents.
    pub assignee_ids: Option<Vec<ID>>,
    /// Only conversations assigned to one of these teams.
    pub team_ids: Option<Vec<ID>>,
    /// True matches only conversations without an agent, whether or not a team is set; false only those with an agent.
    pub unassigned: Option<bool>,
    /// Only conversations with tags like this.
    pub tags: Option<TagConditionInput>,
    /// Only conversations with one of these customers.
    pub customer_ids: Option<Vec<ID>>,
    /// Only conversations that this agent follows; a deactivated agent's follows are kept, and found here.
    pub followed_by: Option<ID>,
    /// True matches only conversations that the viewer hasn't read: not in spam, with a customer's message newer than what they have
    /// read, or marked unread by them. For integrations there are none. In feeds it is `BAD_REQUEST`. False asks nothing.
    pub unread_only: Option<bool>,
    /// True matches only conversations whose customer waits for an answer, false only those where nobody waits.
    pub waiting: Option<bool>,
    /// Only conversations that are linked to one of these tickets. Without the scope TICKETS_READ there are none.
    pub ticket_ids: Option<Vec<ID>>,
    /// Only conversations that began at this instant or later.
    pub created_after: Option<DateTime>,
    /// Only conversations that began before this instant.
    pub created_before: Option<DateTime>,
    /// Only conversations whose newest entry was written at this instant or later. This is for people; to synchronise, use
    /// `conversationChanges`, which misses nothing.
    pub updated_after: Option<DateTime>,
    /// Only conversations that say all of these words in one place: in the subject, in one message, in one note (with the scope
    /// NOTES_READ), or in the customer's name and e-mail address together (with CUSTOMERS_READ). Words are compared without regard to
    /// case and accents, and one of three or more characters also finds those that begin with it; everything but letters and digits
    /// only separates words, nothing is an operator. Its first 500 characters count, and of these the first 32 different
    /// words. Without any word it matches nothing. Of many places that fit the 10,000 newest are looked at, and of a customer's
    /// conversations the 1,000 with the newest activity. In feeds it is `BAD_REQUEST`.
    pub search: Option<String>,
}

impl ConversationFilter {
    /// What the filter says.
    ///
    /// # Errors
    /// `BAD_REQUEST` for a list of more than 100 values.
    pub fn read(self) -> Result<Filter> {
        Ok(Filter {
            states: list("states", self.states, |state| Some(state.into()))?,
            channels: list("channelIds", self.channel_ids, |id| ChannelId::parse(&id))?,
            channel_kinds: list("channelKinds", self.channel_kinds, |kind| Some(kind.into()))?,
            priorities: list("priorities", self.priorities, |priority| Some(priority.into()))?,
            without_priority: self.without_priority,
            assignees: list("assigneeIds", self.assignee_ids, |id| AgentId::parse(&id))?,
            teams: list("teamIds", self.team_ids, |id| TeamId::parse(&id))?,
            unassigned: self.unassigned,
            tags: self.tags.map(TagConditionInput::read).transpose()?,
            customers: list("customerIds", self.customer_ids, |id| CustomerId::parse(&id))?,
            followed_by: self.followed_by.map(|id| AgentId::parse(&id).into_iter().collect()),
            unread_only: self.unread_only.unwrap_or_default(),
            waiting: self.waiting,
            tickets: list("ticketIds", self.ticket_ids, |id| TicketId::parse(&id))?,
            created_after: self.created_after.map(Into::into),
            created_before: self.created_before.map(Into::into),
            updated_after: self.updated_after.map(Into::into),
            search: self.search.map(|text| words(&text)),
        })
    }

    /// The same for a feed, which judges the conversation as of the entry and so can't tell what is said in it or what the viewer has
    /// read.
    ///
    /// # Errors
    /// `BAD_REQUEST` also for `search` and `unreadOnly`.
    pub fn read_for_feed(self) -> Result<Filter> {
        let filter = self.read()?;
        if filter.unread_only {
            return Err(bad_request("unreadOnly isn't possible in a feed."));
        }
        if filter.search.is_some() {
            return Err(bad_request("search isn't possible in a feed."));
        }
        Ok(filter)
    }
}

/// A condition on tags; all that is given must hold. In a filter a list may have at most 100 values, otherwise the answer is
/// `BAD_REQUEST`. In a workflow's condition at least one list is given, an empty one is REQUIRED, one of more than 100 values
/// LIMIT_EXCEEDED, and an unknown tag NOT_FOUND; an archived tag may be named.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TagConditionInput {
    /// At least one of these tags. In a filter, of an empty list nothing has one, and an id that is malformed or unknown matches nothing.
    pub has_any: Option<Vec<ID>>,
    /// Each of these tags. In a filter an empty list asks nothing, and an id that is malformed or unknown is on nothing, so nothing
    /// matches.
    pub has_all: Option<Vec<ID>>,
    /// None of these tags. In a filter an empty list asks nothing, and an id that is malformed or unknown excludes nothing.
    pub has_none: Option<Vec<ID>>,
}

impl TagConditionInput {
    /// What the condition says.
    ///
    /// # Errors
    /// `BAD_REQUEST` for a list of more than 100 values.
    pub fn read(self) -> Result<TagCondition> {
        let tag = |id: ID| TagId::parse(&id);
        let beyond = self.has_all.iter().flatten().any(|id| TagId::parse(id).is_none());
        let mut condition = TagCondition {
            has_any: list("hasAny", self.has_any, tag)?,
            has_all: list("hasAll", self.has_all, tag)?,
            has_none: list("hasNone", self.has_none, tag)?,
        };
        if beyond {
            // What isn't the id of a tag is on no conversation.
            condition.has_any = Some(Vec::new());
        }
        Ok(condition)
    }
}

/// What a search looks for; of what is longer the beginning counts.
pub(super) fn words(text: &str) -> Query {
    Query::of(text::cut(text, limits::SEARCH))
}

/// The values that can match something.
pub(super) fn list<T, U>(name: &str, values: Option<Vec<T>>, read: impl Fn(T) -> Option<U>) -> Result<Option<Vec<U>>> {
    let most = limits::FILTER_VALUES;
    match values {
        Some(values) if values.len() > most => Err(bad_request(format!("{name} may have at most {most} values."))),
        values => Ok(values.map(|values| values.into_iter().filter_map(read).collect())),
    }
}
