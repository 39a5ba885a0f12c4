//! Locking conversations for a change, in id order, as far as they exist for the viewer.

use std::collections::{BTreeMap, HashMap};

use entity::conversation::{Column, Entity};
use entity::enums::FollowChoice;
use entity::follow;
use entity::ids::{AgentId, ConversationId};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::row::to_domain;
use crate::domain::conversation::Conversation;
use crate::domain::permission::ChannelAccess;
use crate::error::Result;
use crate::store::access::visible;
use crate::store::write::Tx;

/// Locks them until the transaction ends. What the viewer may not see is left out, like what doesn't exist.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &Tx, access: &ChannelAccess, ids: &[ConversationId]) -> Result<Vec<Conversation>> {
    let rows = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(visible(Column::ChannelId, access))
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(tx.conn())
        .await?;
    let mut follows = follows(tx, rows.iter().map(|row| row.id)).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let follows = follows.remove(&row.id).unwrap_or_default();
            to_domain(row, follows)
        })
        .collect())
}

type Follows = HashMap<ConversationId, BTreeMap<AgentId, FollowChoice>>;

async fn follows(tx: &Tx, ids: impl Iterator<Item = ConversationId>) -> Result<Follows> {
    let mut follows = Follows::new();
    let ids: Vec<_> = ids.collect();
    if ids.is_empty() {
        return Ok(follows);
    }
    let rows = follow::Entity::find().filter(follow::Column::ConversationId.is_in(ids)).all(tx.conn()).await?;
    for row in rows {
        follows.entry(row.conversation_id).or_default().insert(row.agent_id, row.choice);
    }
    Ok(follows)
}
