//! A conversation is linked to a ticket, or unlinked.

use entity::ids::{ConversationId, TicketId};

use super::TicketChanged;
use crate::domain::action::Action;
use crate::domain::action::link_ticket::{LinkTicket, UnlinkTicket};
use crate::domain::permission::Viewer;
use crate::error::Result;
use crate::service::Service;
use crate::service::change::Command;

impl Service {
    /// Links them; linked like this already, nothing changes.
    ///
    /// # Errors
    /// `NOT_FOUND` for either, `LIMIT_EXCEEDED`; the database's.
    pub async fn link_ticket(
        &self,
        viewer: &Viewer,
        ticket: TicketId,
        conversation: ConversationId,
        reopen_on_resolve: bool,
    ) -> Result<TicketChanged> {
        let link = LinkTicket { ticket, reopen_on_resolve: Some(reopen_on_resolve) };
        self.join(viewer, ticket, conversation, Action::LinkTicket(link)).await
    }

    /// Unlinks them; what isn't linked stays as it is.
    ///
    /// # Errors
    /// `NOT_FOUND` for either; the database's.
    pub async fn unlink_ticket(
        &self,
        viewer: &Viewer,
        ticket: TicketId,
        conversation: ConversationId,
    ) -> Result<TicketChanged> {
        self.join(viewer, ticket, conversation, Action::UnlinkTicket(UnlinkTicket { ticket })).await
    }

    async fn join(
        &self,
        viewer: &Viewer,
        ticket: TicketId,
        conversation: ConversationId,
        action: Action,
    ) -> Result<TicketChanged> {
        let command = Command { conversation, actions: &[action], listed: false, expected_version: None, key: None };
        Ok(TicketChanged::of(ticket, self.change(viewer, command).await?))
    }
}
