//! What the viewer is told of.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::graphql::connection::window;
use crate::graphql::error::shown;
use crate::graphql::reader::Reader;
use crate::graphql::told::read_told;
use crate::graphql::types::notification::{Notification, NotificationConnection};

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
            let told: Vec<_> = page.rows.iter().map(|(_, row)| (row.conversation_id, row.entry_id)).collect();
            let connection = ctx.look_ahead();
            read_told(reader, &told, &[connection.field("nodes"), connection.field("edges").field("node")]).await?;
            Ok(NotificationConnection(page.map(Notification)))
        };
        Some(page.await)
    }
}
