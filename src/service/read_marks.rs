//! An agent says that they have read a conversation, or that it is to count as unread. No entry is written: reading is nobody else's
//! business, and the version stays.

use entity::ids::{AgentId, ConversationId};

use super::Service;
use super::change::{Changed, lock_unmoved};
use crate::domain::conversation::Conversation;
use crate::domain::permission::Viewer;
use crate::domain::rejection::Rejection;
use crate::domain::unread::{MARKED_UNREAD, NOT_READ, is_unread};
use crate::error::Result;
use crate::store::write::Tx;
use crate::store::{reach, read_marks};

/// What an agent says of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// They have read it, as it now is.
    Read,
    /// It is to count as unread until they read it.
    Unread,
}

impl Service {
    /// Keeps what the viewer says of a conversation.
    ///
    /// # Errors
    /// `FORBIDDEN` for integrations; `NOT_FOUND`, `CONFLICT`, `IS_SPAM` for marking unread; the database's.
    pub async fn mark_conversation(
        &self,
        viewer: &Viewer,
        id: ConversationId,
        expected_version: Option<i32>,
        mark: Mark,
    ) -> Result<Changed> {
        let agent = viewer.agent().ok_or_else(|| Rejection::forbidden("Only agents read."))?;
        self.store
            .write(|tx| async move {
                // The lock keeps a message that comes in from falling between looking and marking.
                let conversation = lock_unmoved(&tx, viewer, id, expected_version).await?;
                let changed = keep(&tx, agent, &conversation, mark).await?;
                let (message, note, ticket, route) = (None, None, None, None);
                let (events, next_timer) = (Vec::new(), None);
                Ok(Changed { conversation: id, message, note, ticket, route, events, changed, next_timer })
            })
            .await
    }
}

/// Keeps the mark if it makes a difference.
async fn keep(tx: &Tx, agent: AgentId, conversation: &Conversation, mark: Mark) -> Result<bool> {
    // Between the request's token and the lock the agent may have been deactivated or lost the channel.
    if reach::reachable(tx, conversation.channel, &[agent]).await?.is_empty() {
        return Err(Rejection::not_found("conversationId").into());
    }
    if mark == Mark::Unread && conversation.spam.is_some() {
        return Err(Rejection::is_spam().into());
    }
    let read_to = read_marks::read_to(tx, agent, conversation.id).await?.unwrap_or(NOT_READ);
    let unread = is_unread(conversation.state(), conversation.unread_version, read_to);
    let (changes, read_to) = match mark {
        Mark::Read => (unread, conversation.version),
        Mark::Unread => (!unread, MARKED_UNREAD),
    };
    if changes {
        read_marks::keep(tx, agent, conversation.id, read_to).await?;
    }
    Ok(changes)
}
