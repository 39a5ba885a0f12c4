//! Locking tickets for a change, before any conversation, and reading what is locked.

use std::collections::{BTreeMap, HashMap};

use entity::external_ref;
use entity::ids::TicketId;
use entity::ticket::{Column, Entity};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::row::to_domain;
use crate::domain::ticket::{RefKey, Ticket};
use crate::error::Result;
use crate::store::access::padded;
use crate::store::write::Tx;

/// Locks them until the transaction ends, in id order; what doesn't exist is left out. A ticket's links change under its lock alone.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, ids: &[TicketId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let query = Entity::find().select_only().column(Column::Id).filter(Column::Id.is_in(padded(ids)));
    let query = query.order_by_asc(Column::Id).lock(LockType::NoKeyUpdate);
    query.into_tuple::<TicketId>().all(tx.conn()).await?;
    Ok(())
}

/// Locked tickets with their references.
///
/// # Errors
/// The database's.
pub async fn read(tx: &Tx, ids: &[TicketId]) -> Result<HashMap<TicketId, Ticket>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = Entity::find().filter(Column::Id.is_in(padded(ids))).all(tx.conn()).await?;
    let its = external_ref::Column::TicketId.is_in(padded(ids));
    let mut refs: HashMap<TicketId, BTreeMap<RefKey, Option<String>>> = HashMap::new();
    for row in external_ref::Entity::find().filter(its).all(tx.conn()).await? {
        refs.entry(row.ticket_id).or_default().insert(RefKey { system: row.system, key: row.key }, row.url);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let refs = refs.remove(&row.id).unwrap_or_default();
            (row.id, to_domain(row, refs))
        })
        .collect())
}
