//! Links between conversations, read by who holds both ends.

use std::collections::{BTreeSet, HashSet};

use entity::conversation_link::{Column, Entity};
use entity::enums::LinkKind;
use entity::ids::ConversationId;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use super::access::padded;
use super::write::Tx;
use crate::error::Result;

/// Ancestors that are looked at a time.
const CHUNK: usize = 500;
/// The most ancestors that are looked at; with more, one more parent is refused.
pub const ANCESTORS: usize = 10_000;

/// Makes this transaction the only one that changes who is whose parent: whether that makes a circle shows in rows that nobody here
/// holds. Locked before any conversation.
///
/// # Errors
/// The database's.
pub async fn guard_parents(tx: &Tx) -> Result<()> {
    let (guard, name) = (Alias::new("guard"), Alias::new("name"));
    let row = Query::select()
        .column(name.clone())
        .from(guard)
        .and_where(Expr::col(name).eq("parent_links"))
        .lock(LockType::NoKeyUpdate)
        .to_owned();
    tx.conn().query_one(&row).await?;
    Ok(())
}

/// What the second is to the first.
///
/// # Errors
/// The database's.
pub async fn between(tx: &Tx, [this, other]: [ConversationId; 2]) -> Result<BTreeSet<LinkKind>> {
    let rows = Entity::find().filter(Column::ConversationId.eq(this)).filter(Column::OtherId.eq(other));
    Ok(rows.all(tx.conn()).await?.into_iter().map(|row| row.kind).collect())
}

/// How many links a conversation has.
///
/// # Errors
/// The database's.
pub async fn count(tx: &Tx, id: ConversationId) -> Result<usize> {
    let links = Entity::find().filter(Column::ConversationId.eq(id)).count(tx.conn()).await?;
    Ok(usize::try_from(links).unwrap_or(usize::MAX))
}

/// What was found above a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Above {
    /// The one that was looked for.
    Found,
    /// It isn't there.
    Absent,
    /// There are too many to tell.
    TooMany,
}

/// Whether a conversation is an ancestor of another, or the same. Only sure under [`guard_parents`].
///
/// # Errors
/// The database's.
pub async fn above(tx: &Tx, of: ConversationId, wanted: ConversationId) -> Result<Above> {
    let (mut seen, mut next) = (HashSet::from([of]), vec![of]);
    while !next.is_empty() {
        if seen.contains(&wanted) {
            return Ok(Above::Found);
        }
        if seen.len() > ANCESTORS {
            return Ok(Above::TooMany);
        }
        let mut parents = Vec::new();
        for chunk in next.chunks(CHUNK) {
            let rows = Entity::find().select_only().column(Column::OtherId);
            let rows =
                rows.filter(Column::ConversationId.is_in(padded(chunk))).filter(Column::Kind.eq(LinkKind::Parent));
            parents.extend(rows.into_tuple::<ConversationId>().all(tx.conn()).await?);
        }
        next = parents.into_iter().filter(|parent| seen.insert(*parent)).collect();
    }
    Ok(if seen.contains(&wanted) { Above::Found } else { Above::Absent })
}
