//! `event`: the log; rows are never updated and nothing refers to them.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, EventKind};
use crate::ids::{ConversationId, EventId};

/// A row of `event`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// Dense, in commit order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// Id; a message's and a note's are the same.
    pub id: EventId,
    /// Kind.
    pub kind: EventKind,
    /// The payload's spelling.
    pub schema_version: i16,
    /// The conversation it belongs to; none for set-up.
    pub conversation_id: Option<ConversationId>,
    /// The conversation's version that it made.
    pub conversation_version: Option<i32>,
    /// What else it is about.
    pub subject_id: Option<Uuid>,
    /// What acted.
    pub actor_kind: ActorKind,
    /// Who acted.
    pub actor_id: Option<Uuid>,
    /// The workflow run or ticket that led to it.
    pub cause_kind: Option<String>,
    /// Its id.
    pub cause_id: Option<Uuid>,
    /// How many causes deep.
    pub cause_depth: i16,
    /// When it happened.
    pub at: DateTimeUtc,
    /// When the clock meant to do it.
    pub scheduled_for: Option<DateTimeUtc>,
    /// `{fact, delta, after}`, without texts.
    pub payload: Json,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
