//! Locking conversations for a change, in id order, as far as they exist for the viewer.

use chrono::{DateTime, Utc};
use entity::conversation::{Column, Entity, Model};
use entity::enums::ConversationState;
use entity::ids::ConversationId;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::people::beside;
use super::row::{far_future, to_domain};
use crate::domain::conversation::Conversation;
use crate::domain::permission::ChannelAccess;
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

/// What of a conversation says when the clock closes it.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Standing {
    /// Which.
    pub id: ConversationId,
    /// Shown state.
    pub state: ConversationState,
    waiting_since: DateTime<Utc>,
    /// From when its auto-close clock runs.
    pub restarted_at: DateTime<Utc>,
}

impl Standing {
    /// Whether its customer waits.
    #[must_use]
    pub fn waiting(&self) -> bool {
        self.waiting_since != far_future()
    }
}

/// Locks them until the transaction ends, whoever may see them, and reads no more of them than when they close.
///
/// # Errors
/// The database's.
pub async fn lock_standing(tx: &Tx, ids: &[ConversationId]) -> Result<Vec<Standing>> {
    let columns = [Column::Id, Column::State, Column::WaitingSince, Column::RestartedAt];
    let query = Entity::find().select_only().columns(columns).filter(Column::Id.is_in(padded(ids)));
    let query = query.order_by_asc(Column::Id).lock(LockType::NoKeyUpdate);
    Ok(query.into_model().all(tx.conn()).await?)
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
