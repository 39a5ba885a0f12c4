//! Whose the external references are.

use std::collections::{HashMap, HashSet};

use entity::external_ref::{Column, Entity};
use entity::ids::TicketId;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::domain::ticket::RefKey;
use crate::error::Result;
use crate::store::write::Tx;

/// Which tickets have these references.
///
/// # Errors
/// The database's.
pub async fn holders(tx: &Tx, refs: &HashSet<RefKey>) -> Result<HashMap<RefKey, TicketId>> {
    if refs.is_empty() {
        return Ok(HashMap::new());
    }
    let any = refs.iter().fold(Condition::any(), |any, named| {
        any.add(Column::System.eq(named.system.as_str()).and(Column::Key.eq(named.key.as_str())))
    });
    let rows = Entity::find().filter(any).all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (RefKey { system: row.system, key: row.key }, row.ticket_id)).collect())
}
