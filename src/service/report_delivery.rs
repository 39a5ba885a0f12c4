//! Whoever delivers says how far a message came.

use entity::enums::EventKind;
use entity::ids::{ConversationId, EventId};

use super::Service;
use super::change::{Changed, Command};
use crate::domain::action::Action;
use crate::domain::action::report_delivery::ReportDelivery;
use crate::domain::permission::Viewer;
use crate::domain::rejection::Rejection;
use crate::error::{Error, Result};

impl Service {
    /// The conversation of a message, if it exists for the viewer.
    ///
    /// # Errors
    /// The database's.
    pub async fn conversation_of(&self, viewer: &Viewer, message: EventId) -> Result<Option<ConversationId>> {
        let row = self.store.entry(viewer, message).await?.filter(|row| row.kind == EventKind::Message);
        Ok(row.and_then(|row| row.conversation_id))
    }

    /// Records a report on the conversation the message is in.
    ///
    /// # Errors
    /// `NOT_FOUND` for a message that doesn't exist for the viewer, `TAKEN` for another message's external id, and the action's own.
    pub async fn report_delivery(&self, viewer: &Viewer, report: ReportDelivery) -> Result<Changed> {
        let message = report.message;
        let conversation = self.conversation_of(viewer, message).await?.ok_or_else(unknown)?;
        let actions = [Action::ReportDelivery(report)];
        let command = Command { conversation, actions: &actions, listed: false, expected_version: None, key: None };
        let changed = self.change(viewer, command).await.map_err(|error| match error {
            // The message was named, not the conversation.
            Error::Rejected(rejection) if rejection.field == ["conversationId"] => unknown(),
            other => other,
        })?;
        Ok(Changed { message: Some(message), ..changed })
    }
}

fn unknown() -> Error {
    Rejection::not_found("messageId").into()
}
