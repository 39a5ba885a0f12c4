//! A ticket changes. A change of its status is told in every conversation that is linked, seen or not, in the same transaction.

use std::collections::HashMap;

use entity::enums::TicketStatus;
use entity::ids::{ConversationId, TicketId};

use super::TicketChanged;
use crate::domain::action::Action;
use crate::domain::action::ticket_moved::TicketMoved;
use crate::domain::change::{CausedBy, Change, Moment};
use crate::domain::conversation::Conversation;
use crate::domain::permission::{ChannelAccess, Viewer};
use crate::domain::rejection::Rejection;
use crate::domain::ticket::TicketChange;
use crate::domain::ticket::edit::TicketEdit;
use crate::error::Result;
use crate::service::Service;
use crate::service::change::decide_consequences;
use crate::service::notify::save_all_and_notify;
use crate::store::conversations::lock::lock;
use crate::store::tickets::{known, links, lock as rows};
use crate::store::write::Tx;

impl Service {
    /// Changes a ticket.
    ///
    /// # Errors
    /// `NOT_FOUND`, and what [`TicketEdit::decide`] refuses; the database's.
    pub async fn update_ticket(
        &self,
        viewer: &Viewer,
        id: TicketId,
        edit: &TicketEdit,
        expected_version: Option<i32>,
    ) -> Result<TicketChanged> {
        let (changed, next_timer) = self
            .store
            .write(|tx| async move {
                rows::lock(&tx, &[id]).await?;
                let ticket = rows::read(&tx, &[id]).await?.remove(&id);
                let ticket = ticket.ok_or_else(|| Rejection::not_found("ticketId"))?;
                let status = ticket.status;
                let linked = match edit.status.is_some_and(|to| to != status) {
                    true => links::of_ticket(&tx, id).await?,
                    false => Vec::new(),
                };
                let told: Vec<ConversationId> = linked.iter().map(|(conversation, _)| *conversation).collect();
                let conversations = lock(&tx, &ChannelAccess::All, &told).await?;
                let known = known::load(&tx, &edit.named()).await?;
                // Read after the locks.
                let moment = Moment::since(ticket.updated_at, self.clock.now(), viewer.actor());
                let mut change = TicketChange::of(ticket);
                edit.decide(&mut change, &known, expected_version, &moment)?;
                let changes = self.tell(&tx, viewer, &change, status, linked, conversations).await?;
                let changed = !change.records.is_empty();
                let saved = save_all_and_notify(&tx, &[], vec![change], changes).await?;
                let events = saved.events.into_iter().filter(|row| row.conversation_id.is_some()).collect();
                Ok((TicketChanged { ticket: id, conversation: None, events, changed }, saved.next_timer))
            })
            .await?;
        self.poke(next_timer);
        Ok(changed)
    }

    /// What a move of the ticket leads to in the conversations that are linked.
    async fn tell(
        &self,
        tx: &Tx,
        viewer: &Viewer,
        change: &TicketChange,
        from: TicketStatus,
        linked: Vec<(ConversationId, bool)>,
        conversations: Vec<Conversation>,
    ) -> Result<Vec<Change>> {
        let (ticket, to) = (change.ticket.id, change.ticket.status);
        let linked: HashMap<ConversationId, bool> = linked.into_iter().collect();
        let clock = self.clock.now();
        let decided = conversations.into_iter().map(|conversation| {
            let moment = Moment::since(conversation.updated_at, clock, viewer.actor());
            let reopen_on_resolve = linked.get(&conversation.id).copied().unwrap_or_default();
            let action = Action::TicketMoved(TicketMoved { ticket, from, to, reopen_on_resolve });
            (conversation, action, moment.because(CausedBy::Ticket(ticket)))
        });
        decide_consequences(tx, decided.collect()).await
    }
}
