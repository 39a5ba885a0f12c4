//! `conversation_link`: links between conversations, one row per end.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, LinkKind};
use crate::ids::ConversationId;

/// A row of `conversation_link`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversation_link")]
pub struct Model {
    /// This end.
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    /// The other end.
    #[sea_orm(primary_key, auto_increment = false)]
    pub other_id: ConversationId,
    /// What the other end is to this one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: LinkKind,
    /// When they were linked.
    pub linked_at: DateTimeUtc,
    /// What linked them.
    pub linked_by_kind: ActorKind,
    /// Who linked them.
    pub linked_by_id: Option<Uuid>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
