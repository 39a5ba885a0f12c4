//! What the viewer is notified of.

use std::sync::Arc;

use async_graphql::{Context, Result, Subscription};

use super::stage::{Item, Stage, Told, one, open, stage, strange};
use crate::domain::interest::Interest;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::EventCursor;
use crate::graphql::types::notification_received::NotificationReceived;

/// What the viewer is notified of.
#[derive(Default)]
pub struct NotificationsSubscription;

#[Subscription]
impl NotificationsSubscription {
    /// The viewer's own notifications, as they are written. One that is retracted before it is delivered isn't told, and marking as read
    /// isn't told either. For integrations there are none. Needs CONVERSATIONS_READ; without NOTES_READ those about notes are left out.
    async fn notification_received(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Where to follow on; null or omitted = now. A cursor of before a restore is EPOCH_CHANGED, one beyond the \
                          log's end CURSOR_AHEAD."
        )]
        after: Option<EventCursor>,
    ) -> Result<Told<NotificationReceived>> {
        match stage(ctx)? {
            Stage::Deliver(Item::Notification(row, agents)) => {
                Ok(one(Some(NotificationReceived { row: Arc::clone(row), agents: Arc::clone(agents) })))
            }
            Stage::Deliver(_) => Err(strange()),
            Stage::Open(opening) => open(Reader::of(ctx)?, opening, Interest::Notifications, after),
        }
    }
}
