//! What the viewer is told of.

use std::sync::Arc;

use async_graphql::{Context, Lookahead, Object, Result};
use entity::conversation;
use entity::event;
use entity::notification::Model;

use crate::graphql::connection::window;
use crate::graphql::error::shown;
use crate::graphql::listing::read_ahead;
use crate::graphql::loaders::entries::EntryKey;
use crate::graphql::reader::Reader;
use crate::graphql::types::notification::{Notification, NotificationConnection};
use crate::graphql::types::timeline::{read_actors, read_notes, read_texts};

/// Notifications.
#[derive(Default)]
pub struct NotificationsQuery;

#[Object]
impl NotificationsQuery {
    /// The viewer's own notifications of what they may see now, newest first. Without `first` and `last` it is the first 25. Reading them
    /// marks nothing as read: `markNotificationsRead` does. Empty for integrations and without CONVERSATIONS_READ; without NOTES_READ those
    /// about notes are left out.
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "Only those that aren't marked as read.")] unread_only: bool,
        #[graphql(desc = "How many, from the start or `after`; default 25, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only notifications behind this edge.")] after: Option<String>,
        #[graphql(desc = "How many, from the end or `before`; at most 100, not together with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only notifications before this edge.")] before: Option<String>,
    ) -> Option<Result<NotificationConnection>> {
        let page = async {
            let reader = Reader::of(ctx)?;
            let window = window(first, after, last, before)?;
            let page = reader.service.store.notifications(reader.viewer(), unread_only, &window).await;
            let page = page.map_err(shown)?.map(Arc::new);
            let rows: Vec<&Model> = page.rows.iter().map(|(_, row)| &**row).collect();
            let connection = ctx.look_ahead();
            read_nested(reader, &rows, &[connection.field("nodes"), connection.field("edges").field("node")]).await?;
            Ok(NotificationConnection(page.map(Notification)))
        };
        Some(page.await)
    }
}

/// Reads the entries and conversations that these tell of, in one statement a kind, as far as they are selected.
async fn read_nested(reader: &Reader, rows: &[&Model], selected: &[Lookahead<'_>]) -> Result<()> {
    let fields = |name: &str| -> Vec<Lookahead<'_>> { selected.iter().map(|row| row.field(name)).collect() };
    let (entries, conversations) = (fields("entry"), fields("conversation"));
    if conversations.iter().any(Lookahead::exists) {
        let read: Vec<Arc<conversation::Model>> = reader.load_all(rows.iter().map(|row| row.conversation_id)).await?;
        let models: Vec<&conversation::Model> = read.iter().map(|row| &**row).collect();
        read_ahead(reader, &models, &conversations).await?;
    }
    // After the conversations: the customers among who did it are mostly theirs.
    if entries.iter().any(Lookahead::exists) {
        let read: Vec<Arc<event::Model>> = reader.load_all(rows.iter().map(|row| EntryKey(row.entry_id))).await?;
        read_texts(reader, read.iter()).await?;
        read_notes(reader, read.iter(), &entries).await?;
        read_actors(reader, read.iter(), &entries).await?;
    }
    Ok(())
}
