//! What a ticket is made of, as it is spelled where one is created, and how its external references are.
//!
//! Owns no rules: what can't be kept is refused by the domain, at the field it came from.

use async_graphql::{ID, InputObject};
use entity::ids::{AgentId, EventId, TagId, TeamId};

use super::given;
use crate::domain::action::create_ticket::CreateTicket;
use crate::domain::rejection::Rejection;
use crate::domain::ticket::RefKey;
use crate::domain::ticket::create::NewTicket;
use crate::domain::ticket::known::room_for_refs;
use crate::graphql::scalar::Url;
use crate::graphql::types::enums::Priority;
use crate::graphql::types::external_ref::ExternalRefKeyInput;

/// A ticket to create.
#[derive(Clone, InputObject)]
pub struct TicketInput {
    /// What it is about, at most 255 characters. Null or omitted = the conversation's subject, or `Conversation #` and its number if it
    /// has none and for a token without CONVERSATIONS_READ; without a conversation it is REQUIRED.
    title: Option<String>,
    /// The whole story, plain text, at most 65,536 characters; null, omitted or blank = none.
    description: Option<String>,
    /// How urgent it is; null or omitted = as the conversation.
    priority: Option<Priority>,
    /// The agent it is assigned to; null or omitted = nobody. An unknown one is NOT_FOUND, a deactivated one AGENT_INACTIVE.
    assignee_id: Option<ID>,
    /// The team it is assigned to; null or omitted = none. An unknown or deleted one is NOT_FOUND. The assignee needn't be a member.
    team_id: Option<ID>,
    /// Its tags, at most 50; null or omitted = those of the conversation, archived ones too. An unknown one is NOT_FOUND, an archived
    /// one INVALID.
    tag_ids: Option<Vec<ID>>,
    /// What it is called elsewhere, at most 50; null or omitted = nothing. A pair of system and key that another ticket has is TAKEN. Of
    /// a pair that is given twice the last counts.
    external_refs: Option<Vec<ExternalRefInput>>,
    /// The message it came from, which must be the conversation's; null or omitted = the newest that the customer wrote. Without a
    /// conversation it is INVALID.
    origin_message_id: Option<ID>,
    /// Whether the conversation comes back when the ticket is resolved: closed it reopens, snoozed it wakes.
    #[graphql(default)]
    reopen_on_resolve: bool,
}

impl TicketInput {
    /// The ticket, with all that can be checked without looking.
    ///
    /// # Errors
    /// `NOT_FOUND`, `REQUIRED`, `INVALID`, `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn read(&self) -> Result<CreateTicket, Rejection> {
        let tags = self.tag_ids.clone().map(|ids| given::ids("tagIds", Some(ids), TagId::parse)).transpose()?;
        let new = NewTicket {
            title: self.title.clone(),
            description: self.description.clone(),
            priority: self.priority.map(Into::into),
            assignee: given::optional_id("assigneeId", self.assignee_id.as_ref(), AgentId::parse)?,
            team: given::optional_id("teamId", self.team_id.as_ref(), TeamId::parse)?,
            tags,
            refs: refs("externalRefs", self.external_refs.as_deref().unwrap_or_default())?,
        };
        Ok(CreateTicket {
            new: new.checked()?,
            origin: given::optional_id("originMessageId", self.origin_message_id.as_ref(), message_id)?,
            reopen_on_resolve: self.reopen_on_resolve,
            unread: false,
        })
    }
}

fn message_id(id: &str) -> Option<EventId> {
    EventId::from_wire("message", id)
}

/// What a ticket is called in another system, and where it is to be seen there.
#[derive(Clone, InputObject)]
pub struct ExternalRefInput {
    /// The other system, for example `github`, at most 255 characters; compared as it is spelled.
    system: String,
    /// Its key there, for example `shop/app#17`, at most 255 characters; compared as it is spelled.
    key: String,
    /// Where it is to be seen there; null or omitted = nowhere.
    url: Option<Url>,
}

/// References as they are kept, at most as many as a ticket may have.
///
/// # Errors
/// `REQUIRED`, `INVALID`, `TOO_LONG` at the reference's place; `LIMIT_EXCEEDED`.
pub fn refs(field: &str, refs: &[ExternalRefInput]) -> Result<Vec<(RefKey, Option<String>)>, Rejection> {
    let read = |given: &ExternalRefInput| {
        let url = given.url.clone().map(Url::into_string);
        RefKey::checked(&given.system, &given.key).map(|named| (named, url))
    };
    each(field, refs, read)
}

/// The names of references, at most as many as a ticket may have.
///
/// # Errors
/// As for [`refs`].
pub fn ref_keys(field: &str, keys: &[ExternalRefKeyInput]) -> Result<Vec<RefKey>, Rejection> {
    each(field, keys, |given| RefKey::checked(&given.system, &given.key))
}

fn each<I, T>(field: &str, given: &[I], read: impl Fn(&I) -> Result<T, Rejection>) -> Result<Vec<T>, Rejection> {
    room_for_refs(field, given.len())?;
    let read = |(place, given): (usize, &I)| read(given).map_err(|refused| refused.at(place.to_string()).at(field));
    given.iter().enumerate().map(read).collect()
}
