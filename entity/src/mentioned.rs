//! `mentioned`: which agents the notes of a conversation name.

use sea_orm::entity::prelude::*;

use crate::ids::{AgentId, ConversationId};

/// A row of `mentioned`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mentioned")]
pub struct Model {
    /// Conversation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    /// Agent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub agent_id: AgentId,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
