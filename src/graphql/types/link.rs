//! Links between conversations, seen from one end.

use async_graphql::{Context, Object, Result};
use entity::conversation_link::Model;

use super::actor::{self, Actor};
use super::conversation::Conversation;
use super::enums::LinkKind;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;

/// A link to another conversation.
#[derive(Clone, Debug)]
pub struct ConversationLink(pub Model);

/// A link to another conversation.
#[Object]
impl ConversationLink {
    /// What the other end is to this conversation.
    async fn kind(&self) -> LinkKind {
        self.0.kind.into()
    }

    /// The other end; null when the viewer may not see it.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
        Ok(Reader::of(ctx)?.load(self.0.other_id).await?.map(Conversation))
    }

    /// When they were linked, in UTC.
    async fn linked_at(&self) -> DateTime {
        self.0.linked_at.into()
    }

    /// Who linked them.
    async fn linked_by(&self, ctx: &Context<'_>) -> Result<Actor> {
        let stored = crate::domain::actor::Actor::of_stored(self.0.linked_by_kind, self.0.linked_by_id);
        actor::resolve(Reader::of(ctx)?, stored).await
    }
}
