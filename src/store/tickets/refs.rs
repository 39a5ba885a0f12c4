//! Whose the external references are.

use std::collections::{HashMap, HashSet};

use entity::external_ref::{Column, Entity};
use entity::ids::TicketId;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::domain::ticket::RefKey;
use crate::error::Result;
use crate::store::access::padded;
use crate::store::write::Tx;

/// Pairs that one statement asks for; SQLite takes no condition of a thousand parts.
const AT_ONCE: usize = 64;

/// Which tickets have these references.
///
/// # Errors
/// The database's.
pub async fn holders(tx: &Tx, refs: &HashSet<RefKey>) -> Result<HashMap<RefKey, TicketId>> {
    let (refs, mut holders): (Vec<&RefKey>, _) = (refs.iter().collect(), HashMap::new());
    for chunk in refs.chunks(AT_ONCE) {
        // Padded, so that few SQL texts exist.
        let any = padded(chunk).into_iter().fold(Condition::any(), |any, named| {
            any.add(Column::System.eq(named.system.as_str()).and(Column::Key.eq(named.key.as_str())))
        });
        let rows = Entity::find().filter(any).all(tx.conn()).await?;
        holders.extend(rows.into_iter().map(|row| (RefKey { system: row.system, key: row.key }, row.ticket_id)));
    }
    Ok(holders)
}
