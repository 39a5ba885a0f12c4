//! `note`: the texts of internal notes. Deleted: the text is erased, the row stays.

use sea_orm::entity::prelude::*;

use crate::ids::{ConversationId, EventId};

/// A row of `note`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "note")]
pub struct Model {
    /// The log row that it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: EventId,
    /// Conversation.
    pub conversation_id: ConversationId,
    /// Plain text.
    pub text: String,
    /// Sanitised HTML.
    pub html: String,
    /// When it was last edited.
    pub edited_at: Option<DateTimeUtc>,
    /// When it was deleted.
    pub deleted_at: Option<DateTimeUtc>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
