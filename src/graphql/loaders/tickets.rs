//! Tickets by id, what they are called elsewhere, their conversations, and the tickets of conversations.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::{ConversationId, TicketId};
use entity::{conversation, external_ref, ticket, ticket_link};

use crate::error::{Error, Result};
use crate::graphql::reader::Source;
use crate::store::page::Page;

/// Asks for what a ticket is called elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RefsOf(pub TicketId);

/// Asks for the tickets of a conversation that the viewer sees; whether they may read tickets was asked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TicketsOf(pub ConversationId);

/// Asks for the first conversations of a ticket; whether the viewer may read tickets and conversations was asked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConversationsOf {
    /// The ticket.
    pub ticket: TicketId,
    /// How many at most.
    pub limit: u64,
}

/// Links with their tickets.
type Linked = Arc<Vec<(ticket_link::Model, Arc<ticket::Model>)>>;

impl Loader<TicketId> for Source {
    type Value = Arc<ticket::Model>;
    type Error = Error;

    async fn load(&self, keys: &[TicketId]) -> Result<HashMap<TicketId, Self::Value>> {
        self.service.store.tickets_by_id(keys).await
    }
}

impl Loader<RefsOf> for Source {
    type Value = Arc<Vec<external_ref::Model>>;
    type Error = Error;

    async fn load(&self, keys: &[RefsOf]) -> Result<HashMap<RefsOf, Self::Value>> {
        let ids: Vec<TicketId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<RefsOf, Vec<external_ref::Model>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for row in self.service.store.external_refs(&ids).await? {
            found.entry(RefsOf(row.ticket_id)).or_default().push(row);
        }
        Ok(found.into_iter().map(|(key, rows)| (key, Arc::new(rows))).collect())
    }
}

impl Loader<TicketsOf> for Source {
    type Value = Linked;
    type Error = Error;

    async fn load(&self, keys: &[TicketsOf]) -> Result<HashMap<TicketsOf, Linked>> {
        let ids: Vec<ConversationId> = keys.iter().map(|key| key.0).collect();
        let mut found: HashMap<TicketsOf, Vec<_>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for (link, ticket) in self.service.store.ticket_links(&ids).await? {
            found.entry(TicketsOf(link.conversation_id)).or_default().push((link, Arc::new(ticket)));
        }
        Ok(found.into_iter().map(|(key, links)| (key, Arc::new(links))).collect())
    }
}

impl Loader<ConversationsOf> for Source {
    type Value = Page<Arc<conversation::Model>>;
    type Error = Error;

    async fn load(&self, keys: &[ConversationsOf]) -> Result<HashMap<ConversationsOf, Self::Value>> {
        let mut by_limit: HashMap<u64, Vec<TicketId>> = HashMap::new();
        for key in keys {
            by_limit.entry(key.limit).or_default().push(key.ticket);
        }
        let mut found = HashMap::new();
        for (limit, tickets) in by_limit {
            let pages = self.service.store.conversations_of_tickets(&self.session.viewer, &tickets, limit).await?;
            found.extend(pages.into_iter().map(|(ticket, page)| (ConversationsOf { ticket, limit }, page)));
        }
        Ok(found)
    }
}
