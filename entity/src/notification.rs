//! `notification`: one agent's notice of one entry.

use sea_orm::entity::prelude::*;

use crate::enums::NotificationReason;
use crate::ids::{AgentId, ConversationId, EventId, NotificationId};

/// A row of `notification`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    /// Whom it tells.
    pub agent_id: AgentId,
    /// Conversation.
    pub conversation_id: ConversationId,
    /// The entry it tells of.
    pub entry_id: EventId,
    /// The note it is about, if any: deleting it retracts the notice.
    pub note_id: Option<EventId>,
    /// The entry's place in the log.
    pub seq: i64,
    /// Why.
    pub reason: NotificationReason,
    /// When.
    pub created_at: DateTimeUtc,
    /// When it was read.
    pub read_at: Option<DateTimeUtc>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
