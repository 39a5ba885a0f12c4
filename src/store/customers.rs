//! Customers: found by the order of their keys, locked, made, filled in.

pub mod find;

use chrono::{DateTime, Utc};
use entity::conversation;
use entity::customer::{ActiveModel, Column, Entity, Model};
use entity::enums::EventKind;
use entity::ids::{ConversationId, CustomerId};
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde_json::{Map, Value, json};

use super::access::visible;
use super::append::Setup;
use super::conversations::row::object;
use super::search;
use super::write::Tx;
use crate::domain::actor::Actor;
use crate::domain::change::Moment;
use crate::domain::customer::upsert::Upsert;
use crate::domain::customer::{CustomerRef, search_key};
use crate::domain::fact::Fact;
use crate::domain::permission::ChannelAccess;
use crate::domain::rejection::Rejection;
use crate::error::{Error, Result};

/// A customer found or made for a message, locked, with the log rows that say what became known.
#[derive(Clone, Debug)]
pub struct Received {
    /// The row as it now is.
    pub customer: Model,
    /// What to log.
    pub setups: Vec<Setup>,
}

/// Finds and locks the customer a message names, or makes one; missing fields and attribute keys are filled in, nothing is
/// overwritten.
///
/// # Errors
/// `NOT_FOUND` for an unknown id; the database's.
pub async fn receive(tx: &Tx, named: &CustomerRef, actor: Actor, now: DateTime<Utc>) -> Result<Received> {
    for _ in 0..3 {
        if let Some(id) = find(tx.conn(), named).await? {
            let row = lock(tx, id).await?.ok_or_else(|| Error::Race("a customer is gone".to_owned()))?;
            return fill_in(tx, row, named, actor, now).await;
        }
        if named.id.is_some() {
            return Err(Rejection::not_found("id").at("customer").into());
        }
        let row = fresh(named, now);
        let skip = OnConflict::new().do_nothing().to_owned();
        if Entity::insert(keyed(&row)).on_conflict(skip).exec_without_returning(tx.conn()).await? == 1 {
            let customer = lock(tx, row.id).await?.ok_or_else(|| Error::internal("a new customer is gone"))?;
            search::index_customer(tx, &customer).await?;
            let setup = changed(None, &customer, actor, now);
            return Ok(Received { customer, setups: vec![setup] });
        }
    }
    Err(Error::Race("a customer came and went".to_owned()))
}

/// The customer a reference names: by id, else external id, else e-mail, else phone; the first key that finds one counts.
///
/// # Errors
/// The database's.
pub async fn find(conn: &impl ConnectionTrait, named: &CustomerRef) -> Result<Option<CustomerId>> {
    let keys = [
        named.id.map(|id| Column::Id.eq(id)),
        named.external_id.as_ref().map(|id| Column::ExternalId.eq(id.as_str())),
        named.email_key().map(|email| Column::EmailKey.eq(email)),
        named.phone.as_ref().map(|phone| Column::Phone.eq(phone.as_str())),
    ];
    for key in keys.into_iter().flatten() {
        if let Some(row) = Entity::find().filter(key).one(conn).await? {
            return Ok(Some(row.id));
        }
        if named.id.is_some() {
            break;
        }
    }
    Ok(None)
}

/// Whom each given key names, under its field, in the order of the keys.
///
/// # Errors
/// The database's.
pub async fn of_keys(tx: &Tx, given: &Upsert) -> Result<Vec<(&'static str, Option<CustomerId>)>> {
    let keys = [
        ("id", given.id.map(|id| Column::Id.eq(id))),
        ("externalId", given.external_id().map(|id| Column::ExternalId.eq(id))),
        ("email", given.email_key().map(|email| Column::EmailKey.eq(email))),
        ("phone", given.phone().map(|phone| Column::Phone.eq(phone))),
    ];
    let mut named = Vec::new();
    for (field, key) in keys {
        if let Some(key) = key {
            named.push((field, Entity::find().filter(key).one(tx.conn()).await?.map(|row| row.id)));
        }
    }
    Ok(named)
}

/// Inserts a customer.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn insert(tx: &Tx, row: &Model) -> Result<()> {
    Entity::insert(keyed(row)).exec_without_returning(tx.conn()).await?;
    search::index_customer(tx, row).await
}

/// Locks a customer until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, id: CustomerId) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(tx.conn()).await?)
}

/// Locks the customer of a conversation, before the conversation itself; nothing happens for one that the viewer may not see.
///
/// # Errors
/// The database's.
pub async fn lock_of(tx: &Tx, access: &ChannelAccess, id: ConversationId) -> Result<()> {
    let whose = conversation::Entity::find_by_id(id).filter(visible(conversation::Column::ChannelId, access));
    // A conversation's customer never changes, so it is known before the conversation is locked.
    if let Some(row) = whose.one(tx.conn()).await? {
        lock(tx, row.customer_id).await?;
    }
    Ok(())
}

fn fresh(named: &CustomerRef, now: DateTime<Utc>) -> Model {
    Model {
        id: CustomerId::new(now),
        external_id: named.external_id.clone(),
        full_name: named.full_name.clone(),
        email: named.email.clone(),
        email_key: named.email_key(),
        phone: named.phone.clone(),
        search_key: String::new(),
        attributes: Value::Object(without_nulls(named.attributes.clone().unwrap_or_default())),
        blocked: false,
        created_at: now,
        updated_at: now,
    }
}

/// The row to write: whatever else changed, it is found by what it now is.
fn keyed(row: &Model) -> ActiveModel {
    let parts = [&row.full_name, &row.email, &row.phone, &row.external_id];
    let row = Model { search_key: search_key(parts.map(|part| part.as_deref())), ..row.clone() };
    row.into_active_model().reset_all()
}

fn without_nulls(attributes: Map<String, Value>) -> Map<String, Value> {
    attributes.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// Adds what is missing. A key that another customer holds is left out.
async fn fill_in(tx: &Tx, row: Model, named: &CustomerRef, actor: Actor, now: DateTime<Utc>) -> Result<Received> {
    let before = row.clone();
    let mut row = row;
    if row.full_name.is_none() {
        row.full_name.clone_from(&named.full_name);
    }
    if row.external_id.is_none() && is_free(tx, named.external_id.as_deref(), Column::ExternalId).await? {
        row.external_id.clone_from(&named.external_id);
    }
    if row.email.is_none() && is_free(tx, named.email_key().as_deref(), Column::EmailKey).await? {
        row.email.clone_from(&named.email);
        row.email_key = named.email_key();
    }
    if row.phone.is_none() && is_free(tx, named.phone.as_deref(), Column::Phone).await? {
        row.phone.clone_from(&named.phone);
    }
    row.attributes = Value::Object(with_missing(object(row.attributes), named.attributes.as_ref()));
    if row == before {
        return Ok(Received { customer: row, setups: Vec::new() });
    }
    row.updated_at = now.max(before.updated_at);
    update(tx, &before, &row).await?;
    let setup = changed(Some(&before), &row, actor, now);
    Ok(Received { customer: row, setups: vec![setup] })
}

/// Writes a locked customer's row in the place of what it was.
///
/// # Errors
/// The database's; a unique race runs the transaction again.
pub async fn update(tx: &Tx, before: &Model, row: &Model) -> Result<()> {
    Entity::update_many().set(keyed(row)).filter(Column::Id.eq(row.id)).exec(tx.conn()).await?;
    match (&before.full_name, &before.email) == (&row.full_name, &row.email) {
        true => Ok(()),
        false => search::index_customer(tx, row).await,
    }
}

async fn is_free(tx: &Tx, key: Option<&str>, column: Column) -> Result<bool> {
    let Some(key) = key else { return Ok(false) };
    Ok(Entity::find().filter(column.eq(key)).one(tx.conn()).await?.is_none())
}

/// Attributes with the missing keys added, as far as they fit their limits together.
fn with_missing(mut known: Map<String, Value>, more: Option<&Map<String, Value>>) -> Map<String, Value> {
    use crate::domain::limits;
    for (key, value) in more.into_iter().flatten() {
        if known.contains_key(key) || value.is_null() {
            continue;
        }
        known.insert(key.clone(), value.clone());
        let bytes = serde_json::to_string(&known).map_or(usize::MAX, |json| json.len());
        if known.len() > limits::ATTRIBUTE_KEYS || bytes > limits::ATTRIBUTE_BYTES {
            known.remove(key);
        }
    }
    known
}

/// The log row of a customer's creation or change: whether they are blocked, and no personal data.
#[must_use]
pub fn changed(before: Option<&Model>, after: &Model, actor: Actor, now: DateTime<Utc>) -> Setup {
    let facets = |row: &Model| json!({ "blocked": row.blocked });
    Setup {
        fact: Fact::Setup { of: EventKind::CustomerChanged, before: before.map(facets), after: facets(after) },
        subject: after.id.0,
        moment: Moment::of(now, actor),
    }
}
