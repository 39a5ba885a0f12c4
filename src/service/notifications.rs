//! An agent has read notifications. Reading is no entry, and what an agent can't see now stays as it is.

use entity::notification::Model;

use super::Service;
use crate::domain::permission::Viewer;
use crate::domain::rejection::Rejection;
use crate::error::Result;
use crate::store::events;
use crate::store::notifications::{Which, exist, mark_read};
use crate::store::write::Tx;

impl Service {
    /// Marks some of the viewer's notifications as read; answers the newest of those that were unread.
    ///
    /// # Errors
    /// `FORBIDDEN` for integrations; `NOT_FOUND` for an id that names none of theirs, and then nothing is marked; the database's.
    pub async fn mark_notifications_read(&self, viewer: &Viewer, which: &Which) -> Result<Vec<Model>> {
        if viewer.agent().is_none() {
            return Err(Rejection::forbidden("Only agents are notified.").into());
        }
        let now = self.clock.now();
        let mark = |tx: Tx| async move {
            check(&tx, viewer, which).await?;
            mark_read(&tx, viewer, which, now).await
        };
        let (marked, mut more) = self.store.write(mark).await?;
        while more {
            (_, more) = self.store.write(mark).await?;
        }
        Ok(marked)
    }
}

async fn check(tx: &Tx, viewer: &Viewer, which: &Which) -> Result<()> {
    let (found, field) = match which {
        Which::Ids(ids) => (exist(tx, viewer, ids).await?, "ids"),
        Which::Of(conversation) => (events::sees(tx, &viewer.channels, *conversation).await?, "conversationId"),
        Which::UpTo(_) | Which::All => return Ok(()),
    };
    if found { Ok(()) } else { Err(Rejection::not_found(field).into()) }
}
