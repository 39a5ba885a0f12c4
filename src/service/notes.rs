//! Notes are named by their own ids: their conversations are found first.

use entity::ids::{ConversationId, EventId};

use super::Service;
use super::change::{Changed, Command};
use crate::domain::action::Action;
use crate::domain::permission::Viewer;
use crate::domain::rejection::Rejection;
use crate::error::{Error, Result};

impl Service {
    /// The conversation of a note, if the note exists for the viewer. Who may not read notes knows those they wrote themselves.
    ///
    /// # Errors
    /// The database's.
    pub async fn conversation_of_note(&self, viewer: &Viewer, note: EventId) -> Result<Option<ConversationId>> {
        self.store.place_of_note(viewer, note).await
    }

    /// Runs an action on a note in the conversation where [`Service::conversation_of_note`] found it.
    ///
    /// # Errors
    /// `NOT_FOUND` for a note that doesn't exist for the viewer, and the action's own.
    pub async fn change_note(
        &self,
        viewer: &Viewer,
        conversation: ConversationId,
        note: EventId,
        action: Action,
    ) -> Result<Changed> {
        let command = Command { conversation, actions: &[action], listed: false, expected_version: None, key: None };
        let changed = self.change(viewer, command).await.map_err(|error| match error {
            // The note was named, not the conversation.
            Error::Rejected(rejection) if rejection.field == ["conversationId"] => unknown(),
            other => other,
        })?;
        Ok(Changed { note: Some(note), ..changed })
    }
}

fn unknown() -> Error {
    Rejection::not_found("noteId").into()
}
