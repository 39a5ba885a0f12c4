//! A notification as it arrives.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};
use entity::ids::AgentId;
use entity::notification::Model;

use super::notification::Notification;
use crate::domain::cursor::Cursor;
use crate::graphql::loaders::notifications::UnreadOf;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::EventCursor;

/// A notification that was just written, with all agents who got one of the same entry.
#[derive(Clone, Debug)]
pub struct NotificationReceived {
    /// The notification.
    pub row: Arc<Model>,
    /// Who got one of its entry, the viewer among them.
    pub agents: Arc<[AgentId]>,
}

/// One of the viewer's notifications, as it arrives.
#[Object]
impl NotificationReceived {
    /// The position in the log of the entry that it tells of: follow on from here once it is dealt with.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<EventCursor> {
        let epoch = Reader::of(ctx)?.session.head.epoch;
        Ok(EventCursor(Cursor { epoch, seq: self.row.seq }))
    }

    /// The notification.
    async fn notification(&self) -> Notification {
        Notification(Arc::clone(&self.row))
    }

    /// How many unread notifications the viewer has now, this one counted unless it was read meanwhile. It is exact up to 10,000 and
    /// null above; it is counted only when it is selected.
    async fn unread_count(&self, ctx: &Context<'_>) -> Option<Result<i32>> {
        self.unread(ctx).await.transpose()
    }
}

impl NotificationReceived {
    async fn unread(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        let reader = Reader::of(ctx)?;
        let Some(agent) = reader.viewer().agent() else { return Ok(None) };
        let counts = reader.load(UnreadOf(Arc::clone(&self.agents))).await?;
        let count = counts.and_then(|counts| counts.get(&agent).copied().flatten());
        Ok(count.and_then(|count| i32::try_from(count).ok()))
    }
}
