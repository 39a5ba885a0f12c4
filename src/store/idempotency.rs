//! Idempotency keys: the first row of a transaction, so that a second try waits for the first and then answers like it.

use chrono::{DateTime, TimeDelta, Utc};
use entity::idempotency::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use super::Store;
use super::write::Tx;
use crate::error::Result;

/// How long a key is remembered.
pub const KEPT: TimeDelta = TimeDelta::days(7);

/// One key of one principal for one operation, with the hash of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The principal.
    pub principal: Uuid,
    /// The operation.
    pub operation: &'static str,
    /// The caller's key.
    pub key: String,
    /// SHA-256 of the input.
    pub input_hash: [u8; 32],
}

/// What a key is found to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// New: go ahead, then [`record`].
    Fresh,
    /// Done before, with this outcome.
    Done(Value),
    /// Used before with another input.
    Mismatch,
}

/// Claims a key. A key older than seven days counts as new.
///
/// # Errors
/// The database's.
pub async fn claim(tx: &Tx, key: &Key, now: DateTime<Utc>) -> Result<Claim> {
    for _ in 0..2 {
        let row = ActiveModel {
            principal_id: Set(key.principal),
            operation: Set(key.operation.to_owned()),
            key: Set(key.key.clone()),
            input_hash: Set(key.input_hash.to_vec()),
            outcome: Set(Value::Null),
            at: Set(now),
        };
        let skip = OnConflict::columns([Column::PrincipalId, Column::Operation, Column::Key]).do_nothing().to_owned();
        if Entity::insert(row).on_conflict(skip).exec_without_returning(tx.conn()).await? == 1 {
            return Ok(Claim::Fresh);
        }
        let id = (key.principal, key.operation.to_owned(), key.key.clone());
        if let Some(row) = Entity::find_by_id(id.clone()).one(tx.conn()).await? {
            if let Some(claim) = said(row, key, now) {
                return Ok(claim);
            }
            Entity::delete_by_id(id).exec(tx.conn()).await?;
        }
    }
    Err(crate::error::Error::Race("an idempotency key came and went".to_owned()))
}

/// Keeps what was done under a claimed key.
///
/// # Errors
/// The database's.
pub async fn record(tx: &Tx, key: &Key, outcome: Value) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Outcome, Expr::value(outcome))
        .filter(Column::PrincipalId.eq(key.principal))
        .filter(Column::Operation.eq(key.operation))
        .filter(Column::Key.eq(key.key.clone()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// What a row says of a key; none if it is too old to count.
fn said(row: Model, key: &Key, now: DateTime<Utc>) -> Option<Claim> {
    (row.at + KEPT >= now).then(|| match row.input_hash == key.input_hash {
        true => Claim::Done(row.outcome),
        false => Claim::Mismatch,
    })
}

impl Store {
    /// What was done under a key; none = nothing that counts. Whoever finds nothing still has to [`claim`] it.
    ///
    /// # Errors
    /// The database's.
    pub async fn done_under(&self, key: &Key, now: DateTime<Utc>) -> Result<Option<Claim>> {
        let id = (key.principal, key.operation.to_owned(), key.key.clone());
        let row = Entity::find_by_id(id).one(self.reader()).await?;
        Ok(row.and_then(|row| said(row, key, now)))
    }

    /// Forgets keys older than seven days.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_old_keys(&self, now: DateTime<Utc>) -> Result<u64> {
        self.write(|tx| async move {
            let gone = Entity::delete_many().filter(Column::At.lt(now - KEPT)).exec(tx.conn()).await?;
            Ok(gone.rows_affected)
        })
        .await
    }
}
