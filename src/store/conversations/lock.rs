//! Locking conversations for a change, in id order, as far as they exist for the viewer.

use entity::conversation::{Column, Entity, Model};
use entity::ids::ConversationId;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::people::beside;
use super::row::{standing, to_domain};
use crate::domain::conversation::Conversation;
use crate::domain::permission::ChannelAccess;
use crate::domain::timer::Standing;
use crate::error::Result;
use crate::store::access::{padded, visible};
use crate::store::write::Tx;

/// Locks them until the transaction ends. What the viewer may not see is left out, like what doesn't exist.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, access: &ChannelAccess, ids: &[ConversationId]) -> Result<Vec<Conversation>> {
    let rows = Entity::find()
        .filter(Column::Id.is_in(padded(ids)))
        .filter(visible(Column::ChannelId, access))
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(tx.conn())
        .await?;
    with_people(tx, rows).await
}

/// Locks those of them that nobody else is at, whoever may see them.
///
/// # Errors
/// The database's.
pub async fn lock_free(tx: &Tx, ids: &[ConversationId]) -> Result<Vec<Conversation>> {
    let rows = Entity::find()
        .filter(Column::Id.is_in(padded(ids)))
        .order_by_asc(Column::Id)
        .lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked)
        .all(tx.conn())
        .await?;
    with_people(tx, rows).await
}

/// Locks them until the transaction ends, whoever may see them, and reads no more of them than how they stand.
///
/// # Errors
/// The database's.
pub async fn lock_standing(tx: &Tx, ids: &[ConversationId]) -> Result<Vec<(ConversationId, Standing)>> {
    let columns = [Column::Id, Column::State, Column::SnoozedUntil, Column::WaitingSince, Column::RestartedAt];
    let query = Entity::find().select_only().columns(columns).filter(Column::Id.is_in(padded(ids)));
    let query = query.order_by_asc(Column::Id).lock(LockType::NoKeyUpdate);
    let rows: Vec<(_, _, _, _, _)> = query.into_tuple().all(tx.conn()).await?;
    let stand = rows.into_iter().map(|(id, state, snoozed_until, waiting_since, restarted_at)| {
        (id, standing(state, snoozed_until, waiting_since, restarted_at))
    });
    Ok(stand.collect())
}

async fn with_people(tx: &Tx, rows: Vec<Model>) -> Result<Vec<Conversation>> {
    let ids: Vec<ConversationId> = rows.iter().map(|row| row.id).collect();
    let mut people = beside(tx, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let people = people.remove(&row.id).unwrap_or_default();
            to_domain(row, people)
        })
        .collect())
}
