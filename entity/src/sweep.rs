//! `sweep`: consequences of a set-up change that are still being carried out.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, SweepKind};
use crate::ids::SweepId;

/// A row of `sweep`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sweep")]
pub struct Model {
    /// Id; the oldest first.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SweepId,
    /// What for.
    pub kind: SweepKind,
    /// Agent, team or channel that changed.
    pub subject_id: Uuid,
    /// What else it must know.
    pub params: Json,
    /// The last conversation that was dealt with; nil = none yet.
    pub cursor: Uuid,
    /// Who changed the set-up.
    pub actor_kind: ActorKind,
    /// Their id.
    pub actor_id: Option<Uuid>,
    /// When.
    pub created_at: DateTimeUtc,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
