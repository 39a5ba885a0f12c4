//! What receiving would do with a message, without doing it (semantics §8.1).

use super::Service;
use super::change::Routed;
use super::receive::Incoming;
use crate::domain::permission::Viewer;
use crate::domain::rejection::Rejection;
use crate::domain::routing::route;
use crate::error::Result;
use crate::store::context;
use entity::ids::ConversationId;

/// The decision, and the conversation it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Where it would go.
    pub routed: Routed,
    /// The conversation it would go into or continue; none for a new one.
    pub conversation: Option<ConversationId>,
}

impl Service {
    /// Decides as receiving would, on what is committed.
    ///
    /// # Errors
    /// `NOT_FOUND` for the channel or a customer id; the database's.
    pub async fn preview_routing(&self, viewer: &Viewer, incoming: &Incoming) -> Result<Preview> {
        let channel = self.store.routing_channel(&viewer.channels, incoming.channel).await?;
        if let Some(external_id) = &incoming.external_id
            && let Some(conversation) = self.store.routing_duplicate(channel.id, external_id).await?
        {
            return Ok(Preview { routed: Routed::Duplicate, conversation: Some(conversation) });
        }
        let earlier = match self.store.routing_customer(&incoming.customer).await? {
            Some(customer) => self.store.routing_earlier(channel.kind, channel.id, customer, &incoming.hints()).await?,
            None if incoming.customer.id.is_some() => return Err(Rejection::not_found("id").at("customer").into()),
            None => None,
        };
        let policy = context::policy(&channel);
        let found = earlier.as_ref().map(|(conversation, found)| (conversation, *found));
        let route = route(found, policy.reopen_window.as_ref(), incoming.automatic, self.clock.now());
        let conversation = earlier.map(|(conversation, _)| conversation.id);
        Ok(Preview { routed: Routed::To(route), conversation })
    }
}
