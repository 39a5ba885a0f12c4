//! `message`: the texts of messages, beside their log rows.

use sea_orm::entity::prelude::*;

use crate::enums::{DeliveryStatus, MessageDirection};
use crate::ids::{ConversationId, EventId};

/// A row of `message`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    /// The log row's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: EventId,
    /// Conversation.
    pub conversation_id: ConversationId,
    /// Which way it went.
    pub direction: MessageDirection,
    /// An automatic reply, bounce or receipt.
    pub automatic: bool,
    /// Plain text.
    pub text: String,
    /// Cut at the limit.
    pub truncated: bool,
    /// Sanitised HTML.
    pub html: String,
    /// The medium's own id.
    pub external_id: Option<String>,
    /// Where to deliver it.
    pub recipient: Option<String>,
    /// How far its delivery came; none for inbound.
    pub delivery_status: Option<DeliveryStatus>,
    /// Why delivery failed.
    pub delivery_error: Option<String>,
    /// When its delivery last changed.
    pub delivery_at: Option<DateTimeUtc>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
