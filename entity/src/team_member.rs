//! `team_member`: who belongs to which team.

use sea_orm::entity::prelude::*;

use crate::ids::{AgentId, TeamId};

/// A row of `team_member`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team_member")]
pub struct Model {
    /// Team.
    #[sea_orm(primary_key, auto_increment = false)]
    pub team_id: TeamId,
    /// Member.
    #[sea_orm(primary_key, auto_increment = false)]
    pub agent_id: AgentId,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
