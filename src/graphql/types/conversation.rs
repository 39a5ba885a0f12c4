//! Conversations.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use entity::conversation::Model;
use entity::enums::{ActorKind, FollowChoice, Scope};
use uuid::Uuid;

use super::actor::{self, Actor};
use super::agent::Agent;
use super::channel::Channel;
use super::customer::Customer;
use super::entry::Message;
use super::entry::TimelineEntry;
use super::enums::{CloseReason, ConversationActionKind, ConversationState, FollowState, Priority, TimelineKind};
use super::link::ConversationLink;
use super::snooze::Snooze;
use super::spam_mark::SpamMark;
use super::tag::{self, Tag};
use super::team::Team;
use super::ticket_link::TicketLink;
use super::timeline;
use super::upcoming::UpcomingTransition;
use crate::domain::action::ActionKind;
use crate::domain::unread::{NOT_READ, is_unread};
use crate::graphql::connection::Uncounted;
use crate::graphql::error::coded;
use crate::graphql::loaders::follows::FollowsOf;
use crate::graphql::loaders::links::LinksOf;
use crate::graphql::loaders::read_marks::{MarksOf, ReadTo};
use crate::graphql::loaders::tickets::TicketsOf;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::{DateTime, JsonObject};
use crate::store::context::policy;
use crate::store::conversations::row::{present, tags};
use crate::store::page::Page;
use crate::store::tickets::row::tickets;

/// One thread with one customer on one channel.
#[derive(Clone, Debug)]
pub struct Conversation(pub Arc<Model>);

/// One thread with one customer on one channel. It exists only for who may see its channel. A token without CONVERSATIONS_READ, which
/// meets it only in what its mutations answer, reads where it stands but not what was said.
#[Object]
impl Conversation {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its human number, as in `#1042`; counted from 1, never used again.
    async fn number(&self) -> i32 {
        i32::try_from(self.0.number).unwrap_or(i32::MAX)
    }

    /// Its subject, at most 255 characters; null when it has none, and without CONVERSATIONS_READ.
    async fn subject(&self, ctx: &Context<'_>) -> Option<Result<&String>> {
        match readable(ctx) {
            Ok(true) => self.0.subject.as_ref().map(Ok),
            Ok(false) => None,
            Err(fault) => Some(Err(fault)),
        }
    }

    /// The channel it runs on; it never changes.
    async fn channel(&self, ctx: &Context<'_>) -> Result<Channel> {
        Reader::of(ctx)?.load(self.0.channel_id).await?.map(Channel).ok_or_else(gone)
    }

    /// The person outside; it never changes.
    async fn customer(&self, ctx: &Context<'_>) -> Result<Customer> {
        Reader::of(ctx)?.load(self.0.customer_id).await?.map(Customer).ok_or_else(gone)
    }

    /// Where it stands.
    async fn state(&self) -> ConversationState {
        self.0.state.into()
    }

    /// Why it is closed, also underneath spam; null while it isn't.
    async fn close_reason(&self) -> Option<CloseReason> {
        self.0.close_reason.map(Into::into)
    }

    /// When it was closed, in UTC; null while it isn't.
    async fn closed_at(&self) -> Option<DateTime> {
        present(self.0.closed_at).map(Into::into)
    }

    /// Who closed it; null while it isn't.
    async fn closed_by(&self, ctx: &Context<'_>) -> Result<Option<Actor>> {
        stored_actor(ctx, self.0.closed_by_kind, self.0.closed_by_id).await
    }

    /// How it sleeps, also underneath spam; null when it doesn't.
    async fn snooze(&self) -> Option<Snooze> {
        Snooze::of(&self.0)
    }

    /// How it became spam; null when it isn't.
    async fn spam(&self) -> Option<SpamMark> {
        SpamMark::of(&self.0)
    }

    /// How urgent it is; null when nobody said.
    async fn priority(&self) -> Option<Priority> {
        entity::enums::Priority::of_rank(self.0.priority).map(Into::into)
    }

    /// The assigned agent; null = unassigned, whether or not a team is set.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<Agent>> {
        match self.0.assignee_id {
            Some(id) => Ok(Reader::of(ctx)?.load(id).await?.map(Agent)),
            None => Ok(None),
        }
    }

    /// The assigned team; null = none.
    async fn team(&self, ctx: &Context<'_>) -> Result<Option<Team>> {
        match self.0.team_id {
            Some(id) => Ok(Reader::of(ctx)?.load(id).await?.map(Team)),
            None => Ok(None),
        }
    }

    /// Its tags, at most 50, by name; archived ones too.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<Tag>> {
        tag::named(ctx, &tags(&self.0.tags)).await
    }

    /// The agents who follow it, at most 100, in the order of their ids; deactivated ones are left out.
    async fn followers(&self, ctx: &Context<'_>) -> Result<Vec<Agent>> {
        let reader = Reader::of(ctx)?;
        let follows = reader.load(FollowsOf(self.0.id)).await?.unwrap_or_default();
        let following = follows.iter().filter(|follow| follow.choice == FollowChoice::Following);
        let mut followers = Vec::new();
        for agent in reader.load_all(following.map(|follow| follow.agent_id)).await? {
            if agent.deactivated_at.is_none() {
                followers.push(Agent(agent));
            }
        }
        Ok(followers)
    }

    /// Whether the viewer follows it; NONE for integrations.
    async fn viewer_follow(&self, ctx: &Context<'_>) -> Result<FollowState> {
        let reader = Reader::of(ctx)?;
        let Some(agent) = reader.viewer().agent() else { return Ok(FollowState::None) };
        let follows = reader.load(FollowsOf(self.0.id)).await?.unwrap_or_default();
        Ok(match follows.iter().find(|follow| follow.agent_id == agent).map(|follow| follow.choice) {
            None => FollowState::None,
            Some(FollowChoice::Following) => FollowState::Following,
            Some(FollowChoice::Unfollowed) => FollowState::Unfollowed,
        })
    }

    /// Whether a customer's message is there that the viewer hasn't read, or the viewer marked it unread. Nothing in spam is; false for
    /// integrations.
    async fn viewer_unread(&self, ctx: &Context<'_>) -> Result<bool> {
        let reader = Reader::of(ctx)?;
        let Some(agent) = reader.viewer().agent() else { return Ok(false) };
        let read_to = match reader.is_shared() {
            true => reader.load(MarksOf(self.0.id)).await?.and_then(|marks| marks.get(&agent).copied()),
            false => reader.load(ReadTo(self.0.id)).await?,
        };
        Ok(is_unread(self.0.state, self.0.unread_version, read_to.unwrap_or(NOT_READ)))
    }

    /// Its links to other conversations, oldest first, at most 100; ends that the viewer may not see are shown without their content.
    /// Empty without CONVERSATIONS_READ.
    async fn links(&self, ctx: &Context<'_>) -> Result<Vec<ConversationLink>> {
        if !readable(ctx)? {
            return Ok(Vec::new());
        }
        let links = Reader::of(ctx)?.load(LinksOf(self.0.id)).await?.unwrap_or_default();
        Ok(links.iter().cloned().map(ConversationLink).collect())
    }

    /// The tickets it is linked to, oldest link first, at most 50. Empty without TICKETS_READ, and without CONVERSATIONS_READ.
    async fn tickets(&self, ctx: &Context<'_>) -> Result<Vec<TicketLink>> {
        let reader = Reader::of(ctx)?;
        if !reads_tickets(reader) || !has_tickets(&self.0) {
            return Ok(Vec::new());
        }
        let links = reader.load(TicketsOf(self.0.id)).await?.unwrap_or_default();
        let link = |(row, ticket): &(_, Arc<_>)| TicketLink { row: Clone::clone(row), ticket: Arc::clone(ticket) };
        Ok(links.iter().map(link).collect())
    }

    /// Free attributes, at most 64 keys and 16 KiB of JSON together. Empty without CONVERSATIONS_READ.
    async fn attributes(&self, ctx: &Context<'_>) -> Result<JsonObject> {
        let shown = readable(ctx)?.then(|| JsonObject::from_stored(self.0.attributes.clone()));
        Ok(shown.unwrap_or_default())
    }

    /// The newest message, automatic ones too; null when there is none, and without CONVERSATIONS_READ.
    async fn last_message(&self, ctx: &Context<'_>) -> Result<Option<Message>> {
        match self.0.last_message_id {
            Some(id) if readable(ctx)? => Message::load(Reader::of(ctx)?, id).await,
            _ => Ok(None),
        }
    }

    /// How many messages it has, in both directions.
    async fn message_count(&self) -> i32 {
        self.0.message_count
    }

    /// Since when the customer waits for an answer, in UTC: the first unanswered message; null when nobody waits.
    async fn waiting_since(&self) -> Option<DateTime> {
        present(self.0.waiting_since).map(Into::into)
    }

    /// What the clock will do next, earliest first, by the channel's policy as it now is; a time that is past is about to be acted on.
    async fn upcoming(&self, ctx: &Context<'_>) -> Result<Vec<UpcomingTransition>> {
        let reader = Reader::of(ctx)?;
        let channel = reader.load(self.0.channel_id).await?.ok_or_else(gone)?;
        Ok(UpcomingTransition::of(&self.0, &policy(&channel), reader.service.clock.now()))
    }

    /// Everything that happened in it, in the log's order. Oldest first; `last` and `before` read from the end.
    /// Empty without CONVERSATIONS_READ; without NOTES_READ entries of notes are left out, as if there were none.
    #[allow(clippy::too_many_arguments)]
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only entries of these kinds; null or omitted = all.")] kinds: Option<Vec<TimelineKind>>,
        #[graphql(desc = "How many, from the start or `after`; default 25, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only entries behind this edge.")] after: Option<String>,
        #[graphql(desc = "How many, from the end or `before`; at most 100, not together with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only entries before this edge.")] before: Option<String>,
    ) -> Result<Uncounted<TimelineEntry>> {
        if !readable(ctx)? {
            return Ok(Uncounted(Page::empty()));
        }
        timeline::page(ctx, self.0.id, kinds, first, after, last, before).await
    }

    /// When it began, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When its newest entry was written, in UTC.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }

    /// Its newest message, reopening, waking or restoring, in UTC; notes, tags and assignments don't move it.
    async fn last_activity_at(&self) -> DateTime {
        self.0.last_activity_at.into()
    }

    /// What the viewer may do now, decided by the same rules that decide the mutations; what would change nothing is left out.
    async fn available_actions(&self, ctx: &Context<'_>) -> Result<Vec<ConversationActionKind>> {
        let viewer = Reader::of(ctx)?.viewer();
        let allowed = |kind: &ActionKind| match kind {
            ActionKind::Reply => viewer.has(Scope::MessagesSend),
            ActionKind::CreateTicket | ActionKind::LinkTicket => viewer.has(Scope::TicketsWrite),
            _ => viewer.has(Scope::ConversationsWrite),
        };
        let tagged = !tags(&self.0.tags).is_empty();
        let kinds =
            ActionKind::ALL.iter().copied().filter(|kind| kind.offered_in(self.0.state, tagged)).filter(allowed);
        Ok(kinds.map(Into::into).collect())
    }

    /// Raised by one with every timeline entry; pass it as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

async fn stored_actor(ctx: &Context<'_>, kind: Option<ActorKind>, id: Option<Uuid>) -> Result<Option<Actor>> {
    let Some(kind) = kind else { return Ok(None) };
    let stored = crate::domain::actor::Actor::of_stored(kind, id);
    actor::resolve(Reader::of(ctx)?, stored).await.map(Some)
}

/// Whether the viewer's token may read what was said. What mutations answer of a conversation is otherwise cut to its state.
fn readable(ctx: &Context<'_>) -> Result<bool> {
    Ok(Reader::of(ctx)?.viewer().has(Scope::ConversationsRead))
}

/// Whether the viewer's token may read which tickets a conversation is linked to.
#[must_use]
pub fn reads_tickets(reader: &Reader) -> bool {
    [Scope::TicketsRead, Scope::ConversationsRead].into_iter().all(|scope| reader.viewer().has(scope))
}

/// Whether it is linked to any, which its own row tells.
#[must_use]
pub fn has_tickets(row: &Model) -> bool {
    !tickets(&row.tickets).is_empty()
}

fn gone() -> async_graphql::Error {
    coded("INTERNAL", "internal error")
}
