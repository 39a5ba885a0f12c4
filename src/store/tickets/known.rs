//! Loading what creating and editing a ticket look at, each row in the mode it is relied on.

use std::collections::{HashMap, HashSet};

use entity::ids::{TagId, TicketId};
use entity::{agent, external_ref, team};
use sea_orm::sea_query::{ExprTrait, LockType};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::domain::context::Tag;
use crate::domain::ticket::RefKey;
use crate::domain::ticket::known::{Known, Named};
use crate::error::Result;
use crate::store::access::padded;
use crate::store::tags;
use crate::store::write::Tx;

/// Loads it, set-up rows by kind and id like everybody.
///
/// # Errors
/// The database's.
pub async fn load(tx: &Tx, named: &Named) -> Result<Known> {
    let teams = match named.teams.is_empty() {
        true => HashSet::new(),
        false => {
            let its = team::Column::Id.is_in(padded(&named.teams.iter().copied().collect::<Vec<_>>()));
            let query = team::Entity::find().filter(its).filter(team::Column::DeletedAt.is_null());
            let rows = query.order_by_asc(team::Column::Id).lock(LockType::Share).all(tx.conn()).await?;
            rows.into_iter().map(|row| row.id).collect()
        }
    };
    let agents = match named.agents.is_empty() {
        true => HashMap::new(),
        false => {
            let its = agent::Column::Id.is_in(padded(&named.agents.iter().copied().collect::<Vec<_>>()));
            let query = agent::Entity::find().filter(its).order_by_asc(agent::Column::Id).lock(LockType::Share);
            let rows = query.all(tx.conn()).await?;
            rows.into_iter().map(|row| (row.id, row.deactivated_at.is_none())).collect()
        }
    };
    let ids: Vec<TagId> = named.tags.iter().copied().collect();
    let tags = tags::rely_on(tx, &ids).await?;
    let tags = tags.into_iter().map(|row| (row.id, Tag { archived: row.archived, used: row.used })).collect();
    Ok(Known { agents, teams, tags, refs: holders(tx, &named.refs).await? })
}

/// Which tickets have these references.
///
/// # Errors
/// The database's.
pub async fn holders(tx: &Tx, refs: &HashSet<RefKey>) -> Result<HashMap<RefKey, TicketId>> {
    if refs.is_empty() {
        return Ok(HashMap::new());
    }
    let any = refs.iter().fold(Condition::any(), |any, named| {
        let system = external_ref::Column::System.eq(named.system.as_str());
        any.add(system.and(external_ref::Column::Key.eq(named.key.as_str())))
    });
    let rows = external_ref::Entity::find().filter(any).all(tx.conn()).await?;
    Ok(rows.into_iter().map(|row| (RefKey { system: row.system, key: row.key }, row.ticket_id)).collect())
}
