//! `message_key`: a channel's own message ids, for duplicates and answers.

use sea_orm::entity::prelude::*;

use crate::ids::{ChannelId, ConversationId, EventId};

/// A row of `message_key`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_key")]
pub struct Model {
    /// Channel.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel_id: ChannelId,
    /// The medium's own id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub external_id: String,
    /// The message.
    pub entry_id: EventId,
    /// Its conversation.
    pub conversation_id: ConversationId,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
