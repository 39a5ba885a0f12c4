//! Links between conversations, read by who holds both ends.

use std::collections::{BTreeSet, HashSet};

use entity::conversation_link::{Column, Entity};
use entity::enums::LinkKind;
use entity::ids::ConversationId;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use super::access::padded;
use super::write::Tx;
use crate::error::Result;

/// Ancestors that are looked at a time.
const CHUNK: usize = 500;
/// The most ancestors that are looked at; with more, one more parent is refused.
pub const ANCESTORS: usize = 10_000;

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

/// Whether a conversation is an ancestor of another, or the same. Only sure under [`Guard::ParentLinks`](super::guard::Guard::ParentLinks).
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
