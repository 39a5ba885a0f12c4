//! A ticket is created, from a conversation or by itself.

use entity::ids::{ConversationId, EventId, TicketId};
use serde::{Deserialize, Serialize};

use super::TicketChanged;
use crate::domain::action::Action;
use crate::domain::action::create_ticket::CreateTicket;
use crate::domain::change::Moment;
use crate::domain::permission::Viewer;
use crate::domain::rejection::Rejection;
use crate::domain::ticket::create::NewTicket;
use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::change::Command;
use crate::service::idempotency::{self, Key};
use crate::store::context::together;
use crate::store::save::save_all;

/// What is kept under a key of a ticket that was created by itself.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Created {
    ticket: TicketId,
}

impl Service {
    /// Creates a ticket, linked to the conversation if there is one.
    ///
    /// # Errors
    /// `NOT_FOUND` for the conversation; what [`CreateTicket::decide`] refuses; the database's.
    pub async fn create_ticket(
        &self,
        viewer: &Viewer,
        conversation: Option<ConversationId>,
        create: CreateTicket,
        key: Option<&Key>,
    ) -> Result<TicketChanged> {
        let Some(conversation) = conversation else {
            return self.create_alone(viewer, &create.new, create.origin, key).await;
        };
        let actions = [Action::CreateTicket(Box::new(create))];
        let command = Command { conversation, actions: &actions, listed: false, expected_version: None, key };
        let changed = self.change(viewer, command).await?;
        let ticket = changed.ticket.ok_or_else(|| Error::internal("a created ticket is gone"))?;
        Ok(TicketChanged::of(ticket, changed))
    }

    async fn create_alone(
        &self,
        viewer: &Viewer,
        new: &NewTicket,
        origin: Option<EventId>,
        key: Option<&Key>,
    ) -> Result<TicketChanged> {
        if origin.is_some() {
            let text = "Only a ticket that is created from a conversation comes from a message.";
            return Err(Rejection::invalid("originMessageId", text).into());
        }
        self.store
            .write(|tx| async move {
                if let Some(Created { ticket }) = idempotency::done(&tx, key, self.clock.now()).await? {
                    return Ok(TicketChanged { ticket, conversation: None, events: Vec::new(), changed: true });
                }
                let known = together::load(&tx, viewer.actor(), &[], &new.named()).await?.known;
                known.check_actor(viewer.actor())?;
                let created = new.decide(None, &known, &Moment::of(self.clock.now(), viewer.actor()))?;
                let ticket = created.ticket.id;
                idempotency::keep(&tx, key, &Created { ticket }).await?;
                save_all(&tx, &[], vec![created], Vec::new()).await?;
                Ok(TicketChanged { ticket, conversation: None, events: Vec::new(), changed: true })
            })
            .await
    }
}
