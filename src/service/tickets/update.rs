//! A ticket changes. A change of its status is told in every conversation that is linked, seen or not, in the same transaction.

use std::collections::HashSet;
use std::slice;

use entity::enums::{Scope, TicketStatus};
use entity::event::Model as Event;
use entity::ids::{ConversationId, TicketId};

use super::TicketChanged;
use crate::domain::action::ticket_moved::TicketMoved;
use crate::domain::action::{Action, listed};
use crate::domain::change::{CausedBy, Change, Moment};
use crate::domain::conversation::Conversation;
use crate::domain::limits;
use crate::domain::permission::{ChannelAccess, Viewer};
use crate::domain::rejection::Rejection;
use crate::domain::ticket::edit::TicketEdit;
use crate::domain::ticket::{Ticket, TicketChange};
use crate::error::Result;
use crate::service::Service;
use crate::service::change::decide_consequences;
use crate::service::notify::save_all_and_notify;
use crate::store::context::together;
use crate::store::conversations::lock::lock;
use crate::store::tickets::{links, lock as rows};
use crate::store::write::Tx;

/// What to change of which ticket.
#[derive(Clone, Copy, Debug)]
pub struct TicketCommand<'a> {
    /// The ticket.
    pub ticket: TicketId,
    /// What changes.
    pub edit: &'a TicketEdit,
    /// The version the caller last saw.
    pub expected_version: Option<i32>,
}

impl Service {
    /// Changes a ticket.
    ///
    /// # Errors
    /// `NOT_FOUND`, `FORBIDDEN` for who was deactivated in between, and what [`TicketEdit::decide`] refuses; the database's.
    pub async fn update_ticket(&self, viewer: &Viewer, command: TicketCommand<'_>) -> Result<TicketChanged> {
        let ticket = command.ticket;
        let (changed, next_timer) = self
            .store
            .write(|tx| async move {
                let (change, told) = self.decide_ticket(&tx, viewer, command).await?;
                let (changed, shown) = (!change.records.is_empty(), shown(viewer, &told));
                let saved = save_all_and_notify(&tx, &[], vec![change], told).await?;
                let of_shown = |row: &Event| row.conversation_id.is_some_and(|id| shown.contains(&id));
                let events = saved.events.into_iter().filter(of_shown).take(limits::ENTRIES).collect();
                Ok((TicketChanged { ticket, conversation: None, events, changed }, saved.next_timer))
            })
            .await?;
        self.poke(next_timer);
        Ok(changed)
    }

    /// Decides it, and what follows for the conversations that are linked.
    async fn decide_ticket(
        &self,
        tx: &Tx,
        viewer: &Viewer,
        command: TicketCommand<'_>,
    ) -> Result<(TicketChange, Vec<Change>)> {
        let TicketCommand { ticket: id, edit, expected_version } = command;
        rows::lock(tx, &[id]).await?;
        let ticket = rows::read(tx, &[id]).await?.remove(&id).ok_or_else(|| Rejection::not_found("ticketId"))?;
        let told = match edit.status.filter(|to| *to != ticket.status) {
            Some(to) => told(tx, &ticket, to).await?,
            None => Vec::new(),
        };
        let needed = told.iter().map(|(conversation, action)| {
            let needs = listed::needs(conversation, slice::from_ref(action));
            (conversation, needs)
        });
        let mut together = together::load(tx, viewer.actor(), &needed.collect::<Vec<_>>(), &edit.named()).await?;
        together.known.check_actor(viewer.actor())?;
        // Read after the locks.
        let clock = self.clock.now();
        let moment = Moment::since(ticket.updated_at, clock, viewer.actor());
        let mut change = TicketChange::of(ticket);
        edit.decide(&mut change, &together.known, expected_version, &moment)?;
        let consequences = told.into_iter().map(|(conversation, action)| {
            let moment = Moment::since(conversation.updated_at, clock, viewer.actor());
            (conversation, action, moment.because(CausedBy::Ticket(id)))
        });
        let changes = decide_consequences(&mut together.contexts, consequences.collect())?;
        Ok((change, changes))
    }
}

/// The conversations that are linked, locked in the order of their ids, and what a move of their ticket is to each.
async fn told(tx: &Tx, ticket: &Ticket, to: TicketStatus) -> Result<Vec<(Conversation, Action)>> {
    let linked = links::of_ticket(tx, ticket.id).await?;
    let ids: Vec<ConversationId> = linked.keys().copied().collect();
    let conversations = lock(tx, &ChannelAccess::All, &ids).await?;
    let moved = |conversation: &Conversation| {
        let reopen_on_resolve = linked.get(&conversation.id).copied().unwrap_or_default();
        Action::TicketMoved(TicketMoved { ticket: ticket.id, from: ticket.status, to, reopen_on_resolve })
    };
    Ok(conversations
        .into_iter()
        .map(|conversation| {
            let action = moved(&conversation);
            (conversation, action)
        })
        .collect())
}

/// Those of the conversations that exist for the viewer. They weren't named, so that the right to read conversations is asked, too.
fn shown(viewer: &Viewer, changes: &[Change]) -> HashSet<ConversationId> {
    let sees =
        |change: &&Change| viewer.has(Scope::ConversationsRead) && viewer.channels.sees(change.conversation.channel);
    changes.iter().filter(sees).map(|change| change.conversation.id).collect()
}
