//! Customers are made and changed by hand; receiving a message has its own rules.

use entity::customer::Model;
use entity::ids::CustomerId;
use serde_json::{Map, Value};

use super::Service;
use super::set_up::{Done, Written, log};
use crate::domain::action::edit::merge_attributes;
use crate::domain::actor::Actor;
use crate::domain::customer::upsert::Upsert;
use crate::domain::rejection::{Code, Rejection};
use crate::error::{Error, Result};
use crate::store::customers;
use crate::store::write::Tx;

impl Service {
    /// Changes the customer that the keys name, or makes one.
    ///
    /// # Errors
    /// `NOT_FOUND` for an unknown id, `CONFLICT` for keys that name two customers, `LIMIT_EXCEEDED` for attributes, and what
    /// [`Upsert::checked`] refuses.
    pub async fn upsert_customer(&self, actor: Actor, given: &Upsert) -> Result<Done<CustomerId>> {
        let given = &given.clone().checked()?;
        self.set_up(|tx| async move {
            let now = self.clock.now();
            let Some(id) = named(&tx, given).await? else {
                let row = with(blank(CustomerId::new(now), now), given)?;
                customers::insert(&tx, &row).await?;
                let setup = customers::changed(None, &row, actor, now);
                return log(&tx, &[setup], Done { id: row.id, changed: true }).await;
            };
            let before = customers::lock(&tx, id).await?.ok_or_else(|| Error::Race("a customer is gone".to_owned()))?;
            // Judged again on what is locked: a key may have moved in between.
            if named(&tx, given).await? != Some(id) {
                return Err(Error::Race("a customer's key moved".to_owned()));
            }
            let mut after = with(before.clone(), given)?;
            if after == before {
                return Ok(Written::unchanged(id));
            }
            after.updated_at = now.max(before.updated_at);
            customers::update(&tx, &before, &after).await?;
            let setup = customers::changed(Some(&before), &after, actor, now);
            log(&tx, &[setup], Done { id, changed: true }).await
        })
        .await
    }
}

/// The one customer that the keys name.
async fn named(tx: &Tx, given: &Upsert) -> Result<Option<CustomerId>> {
    let mut named = None;
    for (field, found) in customers::of_keys(tx, given).await? {
        match (named, found) {
            (_, None) if field == "id" => return Err(Rejection::not_found(field).into()),
            (None, found) => named = found,
            (Some(one), Some(other)) if one != other => {
                let text = "The keys name two customers.";
                return Err(Rejection::new(Code::Conflict, text).at(field).into());
            }
            _ => {}
        }
    }
    Ok(named)
}

fn blank(id: CustomerId, now: chrono::DateTime<chrono::Utc>) -> Model {
    Model {
        id,
        external_id: None,
        full_name: None,
        email: None,
        email_key: None,
        phone: None,
        search_key: String::new(),
        attributes: Value::Object(Map::new()),
        blocked: false,
        created_at: now,
        updated_at: now,
    }
}

fn with(mut row: Model, given: &Upsert) -> Result<Model> {
    if let Some(external_id) = &given.external_id {
        row.external_id.clone_from(external_id);
    }
    if let Some(full_name) = &given.full_name {
        row.full_name.clone_from(full_name);
    }
    if let Some(email) = &given.email {
        row.email.clone_from(email);
        row.email_key = given.email_key();
    }
    if let Some(phone) = &given.phone {
        row.phone.clone_from(phone);
    }
    if let Some(patch) = &given.attributes {
        let known = match row.attributes {
            Value::Object(known) => known,
            _ => Map::new(),
        };
        row.attributes = Value::Object(merge_attributes(&known, patch)?);
    }
    row.blocked = given.blocked.unwrap_or(row.blocked);
    Ok(row)
}
