//! Notifications: what an agent is told of, with its reason.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Enum, ID, Object, Result, SimpleObject};
use entity::notification::Model;

use super::conversation::Conversation;
use super::entry::TimelineEntry;
use super::user_error::UserError;
use crate::graphql::connection::{Edge, PageInfo, edges, nodes, page_info};
use crate::graphql::error::{coded, shown};
use crate::graphql::loaders::entries::EntryKey;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;
use crate::store::notifications::countable_unread;
use crate::store::page::Page;

/// Why an agent is notified. Who is concerned for several reasons is told the strongest: MENTION, then ASSIGNED, then TEAM_ASSIGNED, then
/// FOLLOWING.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::NotificationReason")]
pub enum NotificationReason {
    /// A note names them, directly or through a team.
    Mention,
    /// The conversation is, or was just, assigned to them; or a message of theirs couldn't be delivered.
    Assigned,
    /// The conversation was assigned to a team of theirs, and to no agent.
    TeamAssigned,
    /// They follow the conversation.
    Following,
}

/// One agent's notice of one entry.
#[derive(Clone, Debug)]
pub struct Notification(pub Arc<Model>);

/// One agent's notice of one entry. It exists for that agent alone, and only while they may see the conversation.
#[Object]
impl Notification {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Why the agent is notified.
    async fn reason(&self) -> NotificationReason {
        self.0.reason.into()
    }

    /// The entry it tells of.
    async fn entry(&self, ctx: &Context<'_>) -> Result<TimelineEntry> {
        let row = Reader::of(ctx)?.load(EntryKey(self.0.entry_id)).await?.ok_or_else(gone)?;
        TimelineEntry::of(row)
    }

    /// The conversation of the entry, as it now is.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Conversation> {
        Reader::of(ctx)?.load(self.0.conversation_id).await?.map(Conversation).ok_or_else(gone)
    }

    /// When it was written, in UTC: when the entry happened.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was marked as read, in UTC; null while it is unread.
    async fn read_at(&self) -> Option<DateTime> {
        self.0.read_at.map(Into::into)
    }
}

/// A page of notifications.
#[derive(Clone, Debug)]
pub struct NotificationConnection(pub Page<Notification>);

/// A page of notifications.
#[Object]
impl NotificationConnection {
    /// The nodes with their cursors, in the list's order whichever way it is paged.
    async fn edges(&self) -> Vec<Edge<Notification>> {
        edges(&self.0)
    }

    /// The nodes alone, in the list's order whichever way it is paged.
    async fn nodes(&self) -> Vec<&Notification> {
        nodes(&self.0)
    }

    /// Where this page lies in the list.
    async fn page_info(&self) -> PageInfo {
        page_info(&self.0)
    }

    /// How many unread notifications the viewer has, without regard to the page. It is exact up to 10,000 and null above; it is counted
    /// only when it is selected.
    async fn unread_count(&self, ctx: &Context<'_>) -> Option<Result<i32>> {
        unread_count(ctx).await.transpose()
    }
}

/// What marking notifications as read came to.
#[derive(Clone, Debug, Default, SimpleObject)]
#[graphql(complex)]
pub struct NotificationsPayload {
    /// Those that this marked, newest first, at most the 100 newest; the others had been read before.
    pub notifications: Vec<Notification>,
    /// Whether anything changed; false when nothing had to, and when refused.
    pub changed: bool,
    /// Why it was refused; empty when done.
    pub user_errors: Vec<UserError>,
}

#[ComplexObject]
impl NotificationsPayload {
    /// How many unread notifications the viewer has now. It is exact up to 10,000 and null above; it is counted only when it is selected.
    async fn unread_count(&self, ctx: &Context<'_>) -> Option<Result<i32>> {
        unread_count(ctx).await.transpose()
    }
}

async fn unread_count(ctx: &Context<'_>) -> Result<Option<i32>> {
    let reader = Reader::of(ctx)?;
    let count = reader.service.store.count(&countable_unread(reader.viewer())).await.map_err(shown)?;
    Ok(count.and_then(|count| i32::try_from(count).ok()))
}

fn gone() -> async_graphql::Error {
    coded("INTERNAL", "internal error")
}
