//! Tickets.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use entity::enums::Scope;
use entity::ticket::Model;

use super::actor::{self, Actor};
use super::agent::Agent;
use super::conversation::Conversation;
use super::entry::Message;
use super::enums::{Priority, TicketStatus};
use super::external_ref::ExternalRef;
use super::tag::{self, Tag};
use super::team::Team;
use crate::graphql::connection::{Connection, window};
use crate::graphql::listing;
use crate::graphql::loaders::tickets::RefsOf;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;
use crate::store::conversations::row::tags;
use crate::store::page::Page;

/// A tracked issue that needs more than a quick reply.
#[derive(Clone, Debug)]
pub struct Ticket(pub Arc<Model>);

/// A tracked issue that needs more than a quick reply. Every agent may read it, and every integration with TICKETS_READ. A token without
/// TICKETS_READ, which meets it only in entries of conversations and in what its mutations answer, reads its number, status, version,
/// times and who created it, but not what it says.
#[Object]
impl Ticket {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its human number; counted from 1, never used again.
    async fn number(&self) -> i32 {
        i32::try_from(self.0.number).unwrap_or(i32::MAX)
    }

    /// What it is about, at most 255 characters. Without TICKETS_READ it reads `Ticket #` and the number.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        if readable(ctx)? { Ok(self.0.title.clone()) } else { Ok(format!("Ticket #{}", self.0.number)) }
    }

    /// The whole story, at most 65,536 characters; null when there is none.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        Ok(self.0.description.as_deref().filter(|_| readable(ctx).unwrap_or_default()))
    }

    /// How far it is.
    async fn status(&self) -> TicketStatus {
        self.0.status.into()
    }

    /// How urgent it is; null when nobody said.
    async fn priority(&self, ctx: &Context<'_>) -> Result<Option<Priority>> {
        let shown = readable(ctx)?;
        Ok(entity::enums::Priority::of_rank(self.0.priority).filter(|_| shown).map(Into::into))
    }

    /// The assigned agent; null = nobody.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<Agent>> {
        match self.0.assignee_id {
            Some(id) if readable(ctx)? => Ok(Reader::of(ctx)?.load(id).await?.map(Agent)),
            _ => Ok(None),
        }
    }

    /// The assigned team; null = none.
    async fn team(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
        match self.0.team_id {
            Some(id) if readable(ctx)? => Ok(Reader::of(ctx)?.load(id).await?.map(Team)),
            _ => Ok(None),
        }
    }

    /// Its tags, at most 50, by name; archived ones too.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<Tag>> {
        if readable(ctx)? { tag::named(ctx, &tags(&self.0.tags)).await } else { Ok(Vec::new()) }
    }

    /// What it is called in other systems, by system and key, at most 50. Empty without TICKETS_READ.
    async fn external_refs(&self, ctx: &Context<'_>) -> Result<Vec<ExternalRef>> {
        if !readable(ctx)? {
            return Ok(Vec::new());
        }
        let refs = Reader::of(ctx)?.load(RefsOf(self.0.id)).await?.unwrap_or_default();
        Ok(refs.iter().cloned().map(ExternalRef).collect())
    }

    /// The message it came from; null when there is none, when the viewer may not see it, and without TICKETS_READ or
    /// CONVERSATIONS_READ.
    async fn origin(&self, ctx: &Context<'_>) -> Result<Option<Message>> {
        match self.0.origin_id {
            Some(id) if shows_conversations(ctx)? => Message::load(Reader::of(ctx)?, id).await,
            _ => Ok(None),
        }
    }

    /// The linked conversations that the viewer may see, in the order in which they began. Without `first` and `last` it is the first 25.
    /// Empty without TICKETS_READ or CONVERSATIONS_READ.
    async fn conversations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, or behind `after`; 0 to 100, not together with `last`.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`; 0 to 100, not together with `first`.")]
        last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Conversation>> {
        let window = window(first, after, last, before)?;
        if self.0.conversation_count == 0 || !shows_conversations(ctx)? {
            return Ok(Connection(Page::empty()));
        }
        listing::of_ticket(ctx, self.0.id, window).await
    }

    /// Who created it.
    async fn created_by(&self, ctx: &Context<'_>) -> Result<Actor> {
        let stored = crate::domain::actor::Actor::of_stored(self.0.created_by_kind, self.0.created_by_id);
        actor::resolve(Reader::of(ctx)?, stored).await
    }

    /// When it was created, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// Its newest change, in UTC.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    /// When it was resolved, in UTC; null while it isn't.
    async fn resolved_at(&self) -> Option<DateTime> {
        self.0.resolved_at.map(Into::into)
    }

    /// Raised by one with every change, links included; pass it as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// Whether the viewer's token may read which conversations a ticket has to do with.
fn shows_conversations(ctx: &Context<'_>) -> Result<bool> {
    Ok(readable(ctx)? && Reader::of(ctx)?.viewer().has(Scope::ConversationsRead))
}

/// Whether the viewer's token may read what tickets say.
pub fn readable(ctx: &Context<'_>) -> Result<bool> {
    Ok(Reader::of(ctx)?.viewer().has(Scope::TicketsRead))
}
