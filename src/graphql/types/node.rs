//! Everything with an id of its own, and how an id finds it.
//!
//! A new noun adds a variant to [`Node`] and a prefix to [`find`].

use async_graphql::{ID, Interface, Result};
use entity::enums::Scope;
use entity::ids::{
    AgentId, ChannelId, ConversationId, CustomerId, EventId, IntegrationId, MacroId, NotificationId, RunId, TagId,
    TeamId, TicketId, TokenId, WorkflowId,
};
use entity::typeid;

use super::agent::Agent;
use super::api_token::ApiToken;
use super::channel::Channel;
use super::conversation::Conversation;
use super::customer::Customer;
use super::entry::{
    AssignedEntry, ClosedEntry, CreatedEntry, DeliveryEntry, EditedEntry, FollowEntry, LinkEntry, MarkedAsSpamEntry,
    Message, Note, NoteChangedEntry, PrioritizedEntry, ReopenedEntry, RestoredEntry, SnoozedEntry, TaggedEntry,
    TicketEntry, TimelineEntry, WokenEntry,
};
use super::integration::Integration;
use super::notification::Notification;
use super::saved_macro::Macro;
use super::tag::Tag;
use super::team::Team;
use super::ticket::Ticket;
use super::workflow::Workflow;
use super::workflow_run::WorkflowRun;
use crate::graphql::loaders::entries::EntryKey;
use crate::graphql::reader::Reader;

/// Anything with an id of its own.
#[derive(Clone, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its id: unique, and never used again."))]
pub enum Node {
    /// A person who works conversations.
    Agent(Agent),
    /// A group of agents.
    Team(Team),
    /// A way customers write in.
    Channel(Channel),
    /// A label on conversations.
    Tag(Tag),
    /// A saved list of actions.
    Macro(Macro),
    /// What happens by itself when something happened.
    Workflow(Workflow),
    /// What a workflow did.
    WorkflowRun(WorkflowRun),
    /// A person outside.
    Customer(Customer),
    /// A machine principal.
    Integration(Integration),
    /// A credential.
    ApiToken(ApiToken),
    /// A thread with a customer.
    Conversation(Conversation),
    /// A tracked issue.
    Ticket(Ticket),
    /// A notice of one's own.
    Notification(Notification),
    /// MESSAGE.
    Message(Message),
    /// NOTE.
    Note(Note),
    /// CREATED.
    Created(CreatedEntry),
    /// ASSIGNED.
    Assigned(AssignedEntry),
    /// TAGGED.
    Tagged(TaggedEntry),
    /// PRIORITIZED.
    Prioritized(PrioritizedEntry),
    /// SNOOZED.
    Snoozed(SnoozedEntry),
    /// WOKEN.
    Woken(WokenEntry),
    /// CLOSED.
    Closed(ClosedEntry),
    /// REOPENED.
    Reopened(ReopenedEntry),
    /// MARKED_AS_SPAM.
    MarkedAsSpam(MarkedAsSpamEntry),
    /// RESTORED.
    Restored(RestoredEntry),
    /// FOLLOWED, UNFOLLOWED.
    Follow(FollowEntry),
    /// TICKET_LINKED, TICKET_UNLINKED, TICKET_CHANGED.
    TicketEntry(TicketEntry),
    /// LINKED, UNLINKED.
    Link(LinkEntry),
    /// EDITED.
    Edited(EditedEntry),
    /// NOTE_EDITED, NOTE_DELETED.
    NoteChanged(NoteChangedEntry),
    /// DELIVERY_CHANGED.
    Delivery(DeliveryEntry),
}

impl From<TimelineEntry> for Node {
    fn from(entry: TimelineEntry) -> Self {
        match entry {
            TimelineEntry::Message(entry) => Self::Message(entry),
            TimelineEntry::Note(entry) => Self::Note(entry),
            TimelineEntry::NoteChanged(entry) => Self::NoteChanged(entry),
            TimelineEntry::Created(entry) => Self::Created(entry),
            TimelineEntry::Assigned(entry) => Self::Assigned(entry),
            TimelineEntry::Tagged(entry) => Self::Tagged(entry),
            TimelineEntry::Prioritized(entry) => Self::Prioritized(entry),
            TimelineEntry::Snoozed(entry) => Self::Snoozed(entry),
            TimelineEntry::Woken(entry) => Self::Woken(entry),
            TimelineEntry::Closed(entry) => Self::Closed(entry),
            TimelineEntry::Reopened(entry) => Self::Reopened(entry),
            TimelineEntry::MarkedAsSpam(entry) => Self::MarkedAsSpam(entry),
            TimelineEntry::Restored(entry) => Self::Restored(entry),
            TimelineEntry::Follow(entry) => Self::Follow(entry),
            TimelineEntry::Ticket(entry) => Self::TicketEntry(entry),
            TimelineEntry::Link(entry) => Self::Link(entry),
            TimelineEntry::Edited(entry) => Self::Edited(entry),
            TimelineEntry::Delivery(entry) => Self::Delivery(entry),
        }
    }
}

/// What an id names, as far as it exists for the viewer. Any other text names nothing.
///
/// # Errors
/// As shown to clients.
pub async fn find(reader: &Reader, id: &str) -> Result<Option<Node>> {
    let viewer = reader.viewer();
    match typeid::prefix(id) {
        Some(AgentId::PREFIX) => Ok(load(reader, AgentId::parse(id)).await?.map(Agent).map(Node::Agent)),
        Some(TeamId::PREFIX) => Ok(load(reader, TeamId::parse(id)).await?.map(Team).map(Node::Team)),
        Some(TagId::PREFIX) => Ok(load(reader, TagId::parse(id)).await?.map(Tag).map(Node::Tag)),
        Some(MacroId::PREFIX) => Ok(load(reader, MacroId::parse(id)).await?.map(Macro).map(Node::Macro)),
        Some(WorkflowId::PREFIX) => Ok(load(reader, WorkflowId::parse(id)).await?.map(Workflow).map(Node::Workflow)),
        Some(RunId::PREFIX) => Ok(load(reader, RunId::parse(id)).await?.map(WorkflowRun).map(Node::WorkflowRun)),
        Some(ChannelId::PREFIX) => {
            let seen = ChannelId::parse(id).filter(|id| viewer.channels.sees(*id));
            Ok(load(reader, seen).await?.map(Channel).map(Node::Channel))
        }
        Some(CustomerId::PREFIX) => {
            let allowed = CustomerId::parse(id).filter(|_| viewer.has(Scope::CustomersRead));
            Ok(load(reader, allowed).await?.map(Customer).map(Node::Customer))
        }
        Some(IntegrationId::PREFIX) => {
            Ok(load(reader, IntegrationId::parse(id)).await?.map(Integration).map(Node::Integration))
        }
        Some(TokenId::PREFIX) => Ok(load(reader, TokenId::parse(id)).await?.map(ApiToken).map(Node::ApiToken)),
        Some(ConversationId::PREFIX) => {
            let allowed = ConversationId::parse(id).filter(|_| viewer.has(Scope::ConversationsRead));
            Ok(load(reader, allowed).await?.map(Conversation).map(Node::Conversation))
        }
        Some(TicketId::PREFIX) => {
            let allowed = TicketId::parse(id).filter(|_| viewer.has(Scope::TicketsRead));
            Ok(load(reader, allowed).await?.map(Ticket).map(Node::Ticket))
        }
        Some(NotificationId::PREFIX) => {
            Ok(load(reader, NotificationId::parse(id)).await?.map(Notification).map(Node::Notification))
        }
        Some(prefix @ ("message" | "note" | EventId::PREFIX)) => entry(reader, prefix, id).await,
        _ => Ok(None),
    }
}

async fn load<K>(
    reader: &Reader,
    id: Option<K>,
) -> Result<Option<<crate::graphql::reader::Source as async_graphql::dataloader::Loader<K>>::Value>>
where
    K: Clone + Eq + std::hash::Hash + Send + Sync + 'static,
    crate::graphql::reader::Source: async_graphql::dataloader::Loader<K, Error = crate::error::Error>,
{
    match id {
        Some(id) => reader.load(id).await,
        None => Ok(None),
    }
}

/// An entry under the prefix that fits its kind; under another it doesn't exist.
async fn entry(reader: &Reader, prefix: &str, id: &str) -> Result<Option<Node>> {
    let allowed = EventId::from_wire(prefix, id).filter(|_| reader.viewer().has(Scope::ConversationsRead));
    let Some(event) = allowed else { return Ok(None) };
    let Some(row) = reader.load(EntryKey(event)).await? else { return Ok(None) };
    if super::entry::wire_id(row.kind, row.id) != id {
        return Ok(None);
    }
    TimelineEntry::of(row).map(|entry| Some(entry.into()))
}
