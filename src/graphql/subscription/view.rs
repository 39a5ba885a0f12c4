//! What moves in a view.

use async_graphql::{Context, Result, Subscription};

use super::stage::{Item, Stage, Told, one, open, stage, strange};
use crate::domain::cursor::Cursor;
use crate::domain::interest::Interest;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::EventCursor;
use crate::graphql::types::conversation::Conversation;
use crate::graphql::types::filter::ConversationFilter;
use crate::graphql::types::view::{ConversationView, InboxScope};
use crate::graphql::types::view_change::ViewChange;

/// What moves in a view.
#[derive(Default)]
pub struct ViewSubscription;

#[Subscription]
impl ViewSubscription {
    /// Keeps a view exact without querying it again: read it with `eventCursor`, follow on from there, and put in, replace or take out
    /// what each change says. Notifications and read marks move nothing. Needs CONVERSATIONS_READ. A change of what the viewer may see
    /// ends it with ACCESS_CHANGED: query again.
    async fn view_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "ConversationView::Inbox", desc = "Which list.")] view: ConversationView,
        #[graphql(default, desc = "Whose conversations.")] scope: InboxScope,
        #[graphql(
            desc = "Only conversations that match this; null or omitted matches all. `search` and `unreadOnly` are \
                          BAD_REQUEST."
        )]
        filter: Option<ConversationFilter>,
        #[graphql(
            desc = "Where to follow on; null or omitted = now. A cursor of before a restore is EPOCH_CHANGED, one beyond the \
                          log's end CURSOR_AHEAD."
        )]
        after: Option<EventCursor>,
    ) -> Result<Told<ViewChange>> {
        match stage(ctx)? {
            Stage::Deliver(item) => deliver(ctx, item).await,
            Stage::Open(opening) => {
                let reader = Reader::permitted(ctx, Operation::ReadConversations)?;
                let filter = filter.map(ConversationFilter::read_for_feed).transpose()?.unwrap_or_default();
                open(reader, opening, Interest::View { view: view.into(), whose: scope.into(), filter }, after)
            }
        }
    }
}

async fn deliver(ctx: &Context<'_>, item: &Item) -> Result<Told<ViewChange>> {
    let Item::Moved(movement, row) = item else { return Err(strange()) };
    let reader = Reader::of(ctx)?;
    let cursor = EventCursor(Cursor { epoch: reader.session.head.epoch, seq: row.seq });
    let conversation = match row.conversation_id {
        Some(id) => reader.load(id).await?,
        None => None,
    };
    let kind = (*movement).into();
    Ok(one(conversation.map(|row| ViewChange { cursor, kind, conversation: Conversation(row) })))
}
