//! Up to where agents have read conversations. Callers hold conversations that the viewer sees.

use std::collections::HashMap;

use entity::ids::{AgentId, ConversationId};
use entity::read_mark::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Store;
use super::access::padded;
use super::write::Tx;
use crate::error::Result;

/// The version up to which an agent has read a conversation, inside a write; none = never.
///
/// # Errors
/// The database's.
pub async fn read_to(tx: &Tx, agent: AgentId, id: ConversationId) -> Result<Option<i32>> {
    Ok(Entity::find_by_id((agent, id)).one(tx.conn()).await?.map(|row| row.read_to))
}

/// Keeps up to where an agent has read a conversation, in the place of what was kept before.
///
/// # Errors
/// The database's.
pub async fn keep(tx: &Tx, agent: AgentId, id: ConversationId, read_to: i32) -> Result<()> {
    let row = ActiveModel { agent_id: Set(agent), conversation_id: Set(id), read_to: Set(read_to) };
    let replace =
        OnConflict::columns([Column::AgentId, Column::ConversationId]).update_column(Column::ReadTo).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx.conn()).await?;
    Ok(())
}

impl Store {
    /// Up to which versions an agent has read these conversations; one never read is left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn read_marks(&self, agent: AgentId, ids: &[ConversationId]) -> Result<HashMap<ConversationId, i32>> {
        let rows = Entity::find()
            .filter(Column::AgentId.eq(agent))
            .filter(Column::ConversationId.is_in(padded(ids)))
            .all(self.reader())
            .await?;
        Ok(rows.into_iter().map(|row| (row.conversation_id, row.read_to)).collect())
    }

    /// Everybody's read marks of these conversations.
    ///
    /// # Errors
    /// The database's.
    pub async fn read_marks_of(&self, ids: &[ConversationId]) -> Result<Vec<Model>> {
        Ok(Entity::find().filter(Column::ConversationId.is_in(padded(ids))).all(self.reader()).await?)
    }
}
