//! `event_head`: one row: the head of the log and the next numbers.

use sea_orm::entity::prelude::*;

/// A row of `event_head`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_head")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i16,
    /// Changes when a database is restored.
    pub epoch: i32,
    /// The newest log row.
    pub last_seq: i64,
    /// The newest log row that made remembered display names stale.
    pub setup_seq: i64,
    /// The next conversation's number.
    pub next_conversation_number: i64,
    /// The next ticket's number.
    pub next_ticket_number: i64,
    /// Whether `--demo` filled this database.
    pub demo: bool,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
