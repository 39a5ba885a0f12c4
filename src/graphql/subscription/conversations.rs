//! What happens to conversations: to one, to those followed, to all.

use std::sync::Arc;

use async_graphql::{Context, ID, Result, Subscription};
use entity::event::Model;
use entity::ids::ConversationId;

use super::stage::{Item, Stage, Told, one, open, stage, strange};
use crate::domain::cursor::Cursor;
use crate::domain::interest::Interest;
use crate::domain::permission::Operation;
use crate::graphql::error::coded;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::EventCursor;
use crate::graphql::types::change::ConversationChange;
use crate::graphql::types::conversation::Conversation;
use crate::graphql::types::entry::TimelineEntry;
use crate::graphql::types::enums::TimelineKind;
use crate::graphql::types::filter::ConversationFilter;
use crate::graphql::types::timeline::stored_kinds;

/// What happens to conversations.
#[derive(Default)]
pub struct ConversationsSubscription;

#[Subscription]
impl ConversationsSubscription {
    /// Everything that happens in one conversation, in order: messages, notes, and every change. Needs CONVERSATIONS_READ; without
    /// NOTES_READ entries of notes are left out. It ends with NOT_FOUND when the viewer loses access; one they never had is NOT_FOUND
    /// at once.
    async fn conversation_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which conversation; an unknown one, or one the viewer may not see, is NOT_FOUND.")]
        conversation_id: ID,
        #[graphql(
            desc = "Where to follow on; null or omitted = now. A cursor of before a restore is EPOCH_CHANGED, one beyond the \
                          log's end CURSOR_AHEAD."
        )]
        after: Option<EventCursor>,
    ) -> Result<Told<ConversationChange>> {
        match stage(ctx)? {
            Stage::Deliver(item) => deliver(ctx, item).await,
            Stage::Open(opening) => {
                let reader = Reader::permitted(ctx, Operation::ReadConversations)?;
                let found = match ConversationId::parse(&conversation_id) {
                    Some(id) => reader.load(id).await?,
                    None => None,
                };
                let found = found.ok_or_else(|| coded("NOT_FOUND", "There is no such conversation."))?;
                open(reader, opening, Interest::Conversation { id: found.id, channel: found.channel_id }, after)
            }
        }
    }

    /// Everything that happens in the conversations that the viewer followed, or was assigned to, as of each entry; what a change ended
    /// is no longer told. For integrations nothing ever happens. Needs CONVERSATIONS_READ; without NOTES_READ entries of notes are left
    /// out.
    async fn followed_conversations_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Where to follow on; null or omitted = now. A cursor of before a restore is EPOCH_CHANGED, one beyond the \
                          log's end CURSOR_AHEAD."
        )]
        after: Option<EventCursor>,
    ) -> Result<Told<ConversationChange>> {
        match stage(ctx)? {
            Stage::Deliver(item) => deliver(ctx, item).await,
            Stage::Open(opening) => open(Reader::of(ctx)?, opening, Interest::Followed, after),
        }
    }

    /// Every change of a conversation that the viewer may see: the feed for integrations, the same as `conversationChanges` as a stream.
    /// Needs CONVERSATIONS_READ; without NOTES_READ entries of notes are left out.
    async fn conversations_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only entries of conversations that fitted when it happened; null or omitted = all. `search` and \
                          `unreadOnly` are BAD_REQUEST."
        )]
        filter: Option<ConversationFilter>,
        #[graphql(desc = "Only entries of these kinds; null or omitted = all.")] kinds: Option<Vec<TimelineKind>>,
        #[graphql(
            desc = "Where to follow on; null or omitted = now. A cursor of before a restore is EPOCH_CHANGED, one beyond the \
                          log's end CURSOR_AHEAD."
        )]
        after: Option<EventCursor>,
    ) -> Result<Told<ConversationChange>> {
        match stage(ctx)? {
            Stage::Deliver(item) => deliver(ctx, item).await,
            Stage::Open(opening) => {
                let reader = Reader::permitted(ctx, Operation::ReadConversations)?;
                let filter = filter.map(ConversationFilter::read_for_feed).transpose()?;
                open(reader, opening, Interest::Conversations { filter, kinds: stored_kinds(kinds) }, after)
            }
        }
    }
}

async fn deliver(ctx: &Context<'_>, item: &Item) -> Result<Told<ConversationChange>> {
    match item {
        Item::Entry(row) => Ok(one(change(Reader::of(ctx)?, row).await?)),
        _ => Err(strange()),
    }
}

/// The change an entry tells, with the conversation as it now is; none if that no longer exists for the viewer.
async fn change(reader: &Reader, row: &Arc<Model>) -> Result<Option<ConversationChange>> {
    let cursor = EventCursor(Cursor { epoch: reader.session.head.epoch, seq: row.seq });
    let conversation = match row.conversation_id {
        Some(id) => reader.load(id).await?,
        None => None,
    };
    let entry = TimelineEntry::of(Arc::clone(row))?;
    Ok(conversation.map(|row| ConversationChange { cursor, conversation: Conversation(row), entry }))
}
