//! `ticket_link`: which conversations a ticket is about.

use sea_orm::entity::prelude::*;

use crate::enums::ActorKind;
use crate::ids::{ConversationId, TicketId};

/// A row of `ticket_link`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_link")]
pub struct Model {
    /// The ticket.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: TicketId,
    /// The conversation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    /// Whether the conversation comes back when the ticket is resolved.
    pub reopen_on_resolve: bool,
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
