//! `workflow`: what happens by itself when something happened.

use sea_orm::entity::prelude::*;

use crate::enums::{WorkflowMode, WorkflowTrigger};
use crate::ids::WorkflowId;

/// A row of `workflow`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workflow")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WorkflowId,
    /// Shown name.
    pub name: String,
    /// Folded name; unique among those that aren't deleted.
    pub name_key: String,
    /// Whether it runs.
    pub enabled: bool,
    /// Why the server switched it off, if it did.
    pub disabled_reason: Option<String>,
    /// Its place in the order, from 1, without a gap among those that aren't deleted; 0 when deleted.
    pub place: i32,
    /// Whether those behind it are still considered once it ran.
    pub mode: WorkflowMode,
    /// What it runs on.
    pub starts_on: WorkflowTrigger,
    /// When it runs, as the API spells it; none = always.
    pub condition: Option<Json>,
    /// What it does, a list of objects, as the API spells them.
    pub actions: Json,
    /// How many of its runs failed since the last that didn't.
    pub failures: i32,
    /// Entries up to this row of the log don't start it: they were there when it was made or switched on.
    pub enabled_after: i64,
    /// Raised with every change but of `failures`.
    pub revision: i32,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When somebody last changed it, or the server switched it off.
    pub updated_at: DateTimeUtc,
    /// When it was deleted; it is in no list from then on and never runs.
    pub deleted_at: Option<DateTimeUtc>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
