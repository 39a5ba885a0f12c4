//! `team`: named groups of agents.

use sea_orm::entity::prelude::*;

use crate::enums::AutoAssignment;
use crate::ids::{AgentId, TeamId};

/// A row of `team`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TeamId,
    /// Unique, lower case; used in mentions.
    pub slug: String,
    /// Shown name.
    pub name: String,
    /// The name, folded for sorting and uniqueness.
    pub name_key: String,
    /// How conversations reach its members.
    pub auto_assignment: AutoAssignment,
    /// The member whose turn was last.
    pub last_turn_id: Option<AgentId>,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// When it was deleted, if it is.
    pub deleted_at: Option<DateTimeUtc>,
    /// The team that took its place when it was deleted, which may have been deleted since.
    pub moved_to_id: Option<TeamId>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
