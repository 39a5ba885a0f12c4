//! What conditions judge, read for many entries in a few statements.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use chrono::{DateTime, Utc};
use entity::enums::{ChannelKind, EventKind, Priority};
use entity::event::Model as Event;
use entity::ids::{ChannelId, ConversationId, CustomerId, EventId};
use entity::{channel, conversation, customer, event, message, note};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use serde_json::{Map, Value};

use crate::domain::conversation::FIRST_MESSAGE;
use crate::domain::workflow::Judged;
use crate::error::Result;
use crate::store::Store;
use crate::store::access::padded;
use crate::store::context::newest_inbound;
use crate::store::conversations::row::tags;
use crate::store::write::Tx;

/// What is judged of an entry whose conversation is locked; none where that is gone, which none ever is.
///
/// # Errors
/// The database's.
pub async fn of(tx: &Tx, entry: &Event, now: DateTime<Utc>) -> Result<Option<Judged>> {
    Ok(read(tx.conn(), &[entry], now).await?.remove(&entry.id))
}

/// What is judged of a locked conversation as if the customer's newest message had just come in; where they wrote none, nothing was
/// written.
///
/// # Errors
/// The database's.
pub async fn by_its_newest_message(tx: &Tx, id: ConversationId, now: DateTime<Utc>) -> Result<Option<Judged>> {
    let newest = newest_inbound(tx, id).await?;
    let select = event::Entity::find().filter(event::Column::ConversationId.eq(id));
    let select = match newest {
        Some(message) => select.filter(event::Column::Id.eq(message)),
        None => select.filter(event::Column::ConversationVersion.eq(FIRST_MESSAGE)),
    };
    let Some(entry) = select.one(tx.conn()).await? else { return Ok(None) };
    let judged = of(tx, &entry, now).await?;
    Ok(judged.map(|judged| match newest {
        Some(_) => judged,
        None => Judged { text: None, automatic: false, first_message: false, ..judged },
    }))
}

impl Store {
    /// What is judged of entries, each with its conversation as it now is.
    ///
    /// # Errors
    /// The database's.
    pub async fn judged(&self, entries: &[&Event], now: DateTime<Utc>) -> Result<HashMap<EventId, Judged>> {
        read(self.reader(), entries, now).await
    }
}

/// At most five statements, however many entries there are.
async fn read<C: ConnectionTrait>(
    conn: &C,
    entries: &[&Event],
    now: DateTime<Utc>,
) -> Result<HashMap<EventId, Judged>> {
    let conversations = conversations(conn, entries).await?;
    let customers = customers(conn, conversations.values().map(|row| row.customer_id)).await?;
    let kinds = kinds(conn, conversations.values().map(|row| row.channel_id)).await?;
    let messages = messages(conn, entries).await?;
    let notes = notes(conn, entries).await?;
    let judged = entries.iter().filter_map(|entry| {
        let row = conversations.get(&entry.conversation_id?)?;
        let customer = customers.get(&row.customer_id)?;
        let message = messages.of_entry(entry);
        let text = match entry.kind {
            EventKind::Message | EventKind::Created => message.map(|written| &written.text),
            EventKind::Note => notes.get(&entry.id),
            _ => None,
        };
        let judged = Judged {
            channel: row.channel_id,
            channel_kind: *kinds.get(&row.channel_id)?,
            attributes: customer.0.clone(),
            email: customer.1.clone(),
            subject: row.subject.clone().map(Into::into),
            tags: tags(&row.tags),
            priority: Priority::of_rank(row.priority),
            state: row.state,
            assignee: row.assignee_id,
            team: row.team_id,
            created_at: row.created_at,
            text: text.cloned().map(Into::into),
            automatic: message.is_some_and(|written| written.automatic),
            first_message: is_first(entry),
            now,
        };
        Some((entry.id, judged))
    });
    Ok(judged.collect())
}

fn is_first(entry: &Event) -> bool {
    match entry.kind {
        EventKind::Created => true,
        EventKind::Message => entry.conversation_version == Some(FIRST_MESSAGE),
        _ => false,
    }
}

fn different<T: Copy + Eq + Hash>(ids: impl Iterator<Item = T>) -> Vec<T> {
    ids.collect::<HashSet<T>>().into_iter().collect()
}

async fn conversations<C: ConnectionTrait>(
    conn: &C,
    entries: &[&Event],
) -> Result<HashMap<ConversationId, conversation::Model>> {
    let ids = different(entries.iter().filter_map(|entry| entry.conversation_id));
    let rows = conversation::Entity::find().filter(conversation::Column::Id.is_in(padded(&ids))).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Each customer's attributes and e-mail address.
async fn customers<C: ConnectionTrait>(
    conn: &C,
    ids: impl Iterator<Item = CustomerId>,
) -> Result<HashMap<CustomerId, (Map<String, Value>, Option<String>)>> {
    let ids = different(ids);
    let rows = customer::Entity::find().filter(customer::Column::Id.is_in(padded(&ids))).all(conn).await?;
    let of_row = |row: customer::Model| {
        let attributes = match row.attributes {
            Value::Object(attributes) => attributes,
            _ => Map::new(),
        };
        (row.id, (attributes, row.email))
    };
    Ok(rows.into_iter().map(of_row).collect())
}

async fn kinds<C: ConnectionTrait>(
    conn: &C,
    ids: impl Iterator<Item = ChannelId>,
) -> Result<HashMap<ChannelId, ChannelKind>> {
    let ids = different(ids);
    let select = channel::Entity::find().select_only().columns([channel::Column::Id, channel::Column::Kind]);
    let select = select.filter(channel::Column::Id.is_in(padded(&ids)));
    Ok(select.into_tuple::<(ChannelId, ChannelKind)>().all(conn).await?.into_iter().collect())
}

/// What conditions look at of a message.
#[derive(FromQueryResult)]
struct Written {
    entry_id: EventId,
    text: String,
    automatic: bool,
}

/// Messages.
struct Messages {
    /// By their entries.
    of: HashMap<EventId, Written>,
    /// The first message's entry of each conversation that began.
    first: HashMap<ConversationId, EventId>,
}

impl Messages {
    /// An entry's message; of a beginning the conversation's first.
    fn of_entry(&self, entry: &Event) -> Option<&Written> {
        match entry.kind {
            EventKind::Created => self.of.get(self.first.get(&entry.conversation_id?)?),
            _ => self.of.get(&entry.id),
        }
    }
}

async fn messages<C: ConnectionTrait>(conn: &C, entries: &[&Event]) -> Result<Messages> {
    let of_kind = |kind: EventKind| entries.iter().filter(move |entry| entry.kind == kind);
    let mut ids: Vec<EventId> = of_kind(EventKind::Message).map(|entry| entry.id).collect();
    let begun: Vec<ConversationId> = of_kind(EventKind::Created).filter_map(|entry| entry.conversation_id).collect();
    let mut first = HashMap::new();
    if !begun.is_empty() {
        let select = event::Entity::find()
            .select_only()
            .columns([event::Column::ConversationId, event::Column::Id])
            .filter(event::Column::ConversationId.is_in(padded(&begun)))
            .filter(event::Column::ConversationVersion.eq(FIRST_MESSAGE));
        first = select.into_tuple::<(ConversationId, EventId)>().all(conn).await?.into_iter().collect();
        ids.extend(first.values());
    }
    if ids.is_empty() {
        return Ok(Messages { of: HashMap::new(), first });
    }
    let columns = [message::Column::EntryId, message::Column::Text, message::Column::Automatic];
    let select = message::Entity::find().select_only().columns(columns);
    let select = select.filter(message::Column::EntryId.is_in(padded(&ids)));
    let written = select.into_model::<Written>().all(conn).await?;
    Ok(Messages { of: written.into_iter().map(|written| (written.entry_id, written)).collect(), first })
}

/// The texts of notes by their entries; those that were erased have none.
async fn notes<C: ConnectionTrait>(conn: &C, entries: &[&Event]) -> Result<HashMap<EventId, String>> {
    let written = entries.iter().filter(|entry| entry.kind == EventKind::Note);
    let ids: Vec<EventId> = written.map(|entry| entry.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let select = note::Entity::find().select_only().columns([note::Column::EntryId, note::Column::Text]);
    let select = select.filter(note::Column::EntryId.is_in(padded(&ids))).filter(note::Column::DeletedAt.is_null());
    Ok(select.into_tuple::<(EventId, String)>().all(conn).await?.into_iter().collect())
}
