//! `follow`: who follows a conversation, or chose not to.

use sea_orm::entity::prelude::*;

use crate::enums::FollowChoice;
use crate::ids::{AgentId, ConversationId};

/// A row of `follow`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "follow")]
pub struct Model {
    /// Conversation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    /// Agent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub agent_id: AgentId,
    /// Following or explicitly not.
    pub choice: FollowChoice,
    /// Since when.
    pub since: DateTimeUtc,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
