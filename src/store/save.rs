//! Saving decided changes: rows and texts first, the head, what needs a number from it, and the entries last.

use entity::enums::{DeliveryStatus, MessageDirection};
use entity::event::Model as Event;
use entity::ids::EventId;
use entity::{conversation, conversation_link, follow, message, message_key};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, QueryFilter};

use super::append::{Setup, entry_row, insert, setup_row};
use super::conversations::row::of_domain;
use super::head::{Take, Taken, take};
use super::write::Tx;
use crate::domain::change::{Aside, Change, MessageText};
use crate::domain::conversation::Conversation;
use crate::domain::rejection::Rejection;
use crate::error::{Error, Result};

/// What was saved.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The log rows, in order: set-up first, then each change's entries.
    pub events: Vec<Event>,
    /// The conversations as they now are, with their numbers, in the order of the changes.
    pub conversations: Vec<Conversation>,
}

/// Saves changes with their entries. Changes without entries are left out. The last thing a transaction does.
///
/// # Errors
/// `TAKEN` for a reported message id that another message has; the database's; a unique race runs the transaction again.
pub async fn save(tx: &Tx, setups: &[Setup], changes: Vec<Change>) -> Result<Saved> {
    let mut rows = setups.iter().map(setup_row).collect::<Result<Vec<_>>>()?;
    for change in changes.iter().filter(|change| !change.entries.is_empty()) {
        for entry in &change.entries {
            rows.push(entry_row(change.conversation.id, entry)?);
        }
        if !change.begins() {
            conversation::Entity::update_many()
                .set(of_domain(&change.conversation))
                .filter(conversation::Column::Id.eq(change.conversation.id))
                .exec(tx.conn())
                .await?;
        }
        // Before the head, also for a conversation that is still to be inserted: a message's key may wait for another transaction.
        asides(tx, change).await?;
    }
    let mut saved = Saved { events: rows, conversations: Vec::new() };
    if saved.events.is_empty() {
        saved.conversations = changes.into_iter().map(|change| change.conversation).collect();
        return Ok(saved);
    }
    let taken = take(tx, demand(&saved.events, &changes)).await?;
    saved.conversations = begin(tx, taken, changes).await?;
    for (row, seq) in saved.events.iter_mut().zip(taken.first_seq..) {
        row.seq = seq;
    }
    insert(tx, &saved.events).await?;
    Ok(saved)
}

fn demand(rows: &[Event], changes: &[Change]) -> Take {
    Take {
        rows: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        conversations: changes.iter().map(|change| i64::from(change.begins())).sum(),
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

async fn asides(tx: &Tx, change: &Change) -> Result<()> {
    let conversation = &change.conversation;
    for aside in &change.asides {
        match aside {
            Aside::Message(text) => insert_message(tx, conversation, text).await?,
            Aside::Follow(agent, choice) => {
                let row = follow::ActiveModel {
                    conversation_id: Set(conversation.id),
                    agent_id: Set(*agent),
                    choice: Set(*choice),
                    since: Set(conversation.updated_at),
                };
                let replace = OnConflict::columns([follow::Column::ConversationId, follow::Column::AgentId])
                    .update_columns([follow::Column::Choice, follow::Column::Since])
                    .to_owned();
                follow::Entity::insert(row).on_conflict(replace).exec_without_returning(tx.conn()).await?;
            }
            Aside::Link(kind, other) => {
                let entry = change.entries.last().ok_or_else(|| Error::internal("a link without an entry"))?;
                let (linked_by_kind, linked_by_id) = entry.moment.actor.stored();
                let row = conversation_link::ActiveModel {
                    conversation_id: Set(conversation.id),
                    other_id: Set(*other),
                    kind: Set(*kind),
                    linked_at: Set(entry.moment.now),
                    linked_by_kind: Set(linked_by_kind),
                    linked_by_id: Set(linked_by_id),
                };
                conversation_link::Entity::insert(row).exec_without_returning(tx.conn()).await?;
            }
            Aside::Delivery { message, status, error, external_id } => {
                update_delivery(tx, conversation, *message, *status, error.as_deref(), external_id.as_deref()).await?;
            }
        }
    }
    Ok(())
}

async fn insert_message(tx: &Tx, conversation: &Conversation, text: &MessageText) -> Result<()> {
    let outbound = text.direction == MessageDirection::Outbound;
    let row = message::ActiveModel {
        entry_id: Set(text.id),
        conversation_id: Set(conversation.id),
        direction: Set(text.direction),
        automatic: Set(text.automatic),
        text: Set(text.text.clone()),
        truncated: Set(text.truncated),
        html: Set(text.html.clone()),
        external_id: Set(text.external_id.clone()),
        recipient: Set(text.recipient.clone()),
        delivery_status: Set(outbound.then_some(DeliveryStatus::Queued)),
        delivery_error: Set(None),
        delivery_at: Set(outbound.then_some(conversation.updated_at)),
    };
    message::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    match &text.external_id {
        // The same message came in between: run again, and find it.
        Some(external_id) if !insert_key(tx, conversation, text.id, external_id).await? => {
            Err(Error::Race("a message id was taken in between".to_owned()))
        }
        _ => Ok(()),
    }
}

async fn update_delivery(
    tx: &Tx,
    conversation: &Conversation,
    id: EventId,
    status: DeliveryStatus,
    error: Option<&str>,
    external_id: Option<&str>,
) -> Result<()> {
    let mut update = message::Entity::update_many()
        .col_expr(message::Column::DeliveryStatus, status.to_value().into())
        .col_expr(message::Column::DeliveryError, error.map(str::to_owned).into())
        .col_expr(message::Column::DeliveryAt, conversation.updated_at.into());
    if let Some(external_id) = external_id {
        update = update.col_expr(message::Column::ExternalId, external_id.into());
        if !insert_key(tx, conversation, id, external_id).await? {
            let key = (conversation.channel, external_id.to_owned());
            let holder = message_key::Entity::find_by_id(key).one(tx.conn()).await?;
            // An id that this message had before is still its own.
            if holder.is_none_or(|holder| holder.entry_id != id) {
                return Err(Rejection::taken("externalId").into());
            }
        }
    }
    update.filter(message::Column::EntryId.eq(id)).exec(tx.conn()).await?;
    Ok(())
}

/// Keeps a channel's own message id; false if another message has it.
async fn insert_key(tx: &Tx, conversation: &Conversation, entry: EventId, external_id: &str) -> Result<bool> {
    let row = message_key::ActiveModel {
        channel_id: Set(conversation.channel),
        external_id: Set(external_id.to_owned()),
        entry_id: Set(entry),
        conversation_id: Set(conversation.id),
    };
    let skip =
        OnConflict::columns([message_key::Column::ChannelId, message_key::Column::ExternalId]).do_nothing().to_owned();
    Ok(message_key::Entity::insert(row).on_conflict(skip).exec_without_returning(tx.conn()).await? == 1)
}
