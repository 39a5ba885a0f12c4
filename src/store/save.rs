//! Saving decided changes: rows and texts first, the head, what needs a number from it, the entries and their notices last.

mod asides;
mod customer;
mod message;
mod note;
mod notices;
mod rows;
mod texts;
mod ticket;

use chrono::{DateTime, Utc};
use entity::conversation;
use entity::event::Model as Event;
use sea_orm::EntityTrait;

use super::append::{Setup, entry_row, insert, setup_row, ticket_row};
use super::conversations::row::of_domain;
use super::head::{Take, Taken, take};
use super::timers;
use super::write::Tx;
use crate::domain::change::Change;
use crate::domain::conversation::Conversation;
use crate::domain::ticket::{Ticket, TicketChange};
use crate::error::Result;

/// What was saved.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The log rows, in order: set-up first, then each change's entries.
    pub events: Vec<Event>,
    /// The conversations as they now are, with their numbers, in the order of the changes.
    pub conversations: Vec<Conversation>,
    /// The tickets that changed, as they now are, with their numbers.
    pub tickets: Vec<Ticket>,
    /// The earliest timer that was set; none = none was.
    pub next_timer: Option<DateTime<Utc>>,
}

/// Saves changes with their entries. Changes without entries are left out. The last thing a transaction does.
///
/// # Errors
/// `TAKEN` for a reported message id that another message has; the database's; a unique race runs the transaction again.
pub async fn save(tx: &Tx, setups: &[Setup], changes: Vec<Change>) -> Result<Saved> {
    save_all(tx, setups, Vec::new(), changes).await
}

/// The same with changes of tickets that aren't those of one conversation.
///
/// # Errors
/// As for [`save`].
pub async fn save_all(
    tx: &Tx,
    setups: &[Setup],
    mut tickets: Vec<TicketChange>,
    mut changes: Vec<Change>,
) -> Result<Saved> {
    tickets.extend(changes.iter_mut().flat_map(|change| std::mem::take(&mut change.tickets)));
    let blocked: Vec<Setup> = changes.iter().filter_map(customer::setup).collect();
    let mut rows = setups.iter().chain(&blocked).map(setup_row).collect::<Result<Vec<_>>>()?;
    for change in &tickets {
        for record in &change.records {
            rows.push(ticket_row(change.ticket.id, record)?);
        }
    }
    let before_entries = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let decided = || changes.iter().filter(|change| !change.entries.is_empty());
    for change in decided() {
        for entry in &change.entries {
            rows.push(entry_row(change.conversation.id, entry)?);
        }
    }
    for change in &tickets {
        ticket::store(tx, change).await?;
    }
    let known: Vec<_> = decided().filter(|change| !change.begins()).map(|change| &change.conversation).collect();
    rows::replace(tx, &known).await?;
    // Before the head, also for a conversation that is still to be inserted: a message's key may wait for another transaction.
    asides::store(tx, decided()).await?;
    texts::index(tx, decided()).await?;
    let moved: Vec<_> = decided().filter_map(|change| Some((change.conversation.id, change.timers?))).collect();
    timers::move_all(tx, &moved).await?;
    let next_timer = changes.iter().filter_map(|change| change.timers?.set()).min();
    let mut saved = Saved { events: rows, conversations: Vec::new(), tickets: Vec::new(), next_timer };
    if saved.events.is_empty() {
        saved.conversations = changes.into_iter().map(|change| change.conversation).collect();
        return Ok(saved);
    }
    let taken = take(tx, demand(&saved.events, &tickets, &changes)).await?;
    let notices = notices::rows(&changes, taken.first_seq + before_entries);
    saved.tickets = begin_tickets(tx, taken, tickets).await?;
    saved.conversations = begin(tx, taken, changes).await?;
    for (row, seq) in saved.events.iter_mut().zip(taken.first_seq..) {
        row.seq = seq;
    }
    insert(tx, &saved.events).await?;
    notices::insert(tx, notices).await?;
    Ok(saved)
}

fn demand(rows: &[Event], tickets: &[TicketChange], changes: &[Change]) -> Take {
    Take {
        rows: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        conversations: changes.iter().map(|change| i64::from(change.begins())).sum(),
        tickets: tickets.iter().map(|change| i64::from(change.begins())).sum(),
        setup: rows.iter().any(|row| row.kind.is_setup()),
    }
}

/// Inserts the conversations that begin, numbered in order.
async fn begin(tx: &Tx, taken: Taken, mut changes: Vec<Change>) -> Result<Vec<Conversation>> {
    let begun = changes.iter_mut().filter(|change| change.begins());
    for (change, number) in begun.zip(taken.first_number..) {
        change.conversation.number = number;
        conversation::Entity::insert(of_domain(&change.conversation)).exec_without_returning(tx.conn()).await?;
    }
    Ok(changes.into_iter().map(|change| change.conversation).collect())
}

/// Inserts the tickets that begin, numbered in order.
async fn begin_tickets(tx: &Tx, taken: Taken, mut tickets: Vec<TicketChange>) -> Result<Vec<Ticket>> {
    let begun = tickets.iter_mut().filter(|change| change.begins());
    for (change, number) in begun.zip(taken.first_ticket..) {
        change.ticket.number = number;
    }
    ticket::begin(tx, &tickets).await?;
    Ok(tickets.into_iter().map(|change| change.ticket).collect())
}
