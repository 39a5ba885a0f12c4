//! `timer`: what the clock will do, written in the transaction that sets it.

use sea_orm::entity::prelude::*;

use crate::enums::TimerKind;
use crate::ids::ConversationId;

/// A row of `timer`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "timer")]
pub struct Model {
    /// The conversation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    /// What for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: TimerKind,
    /// When it is due.
    pub due_at: DateTimeUtc,
    /// When it is tried: when it is due, later after a failure, 9999-12-31 once it is parked.
    pub next_try_at: DateTimeUtc,
    /// How often it failed.
    pub attempts: i16,
    /// Why it failed last.
    pub last_error: Option<String>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
