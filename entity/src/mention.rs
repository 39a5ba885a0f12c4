//! `mention`: whom a note names: an agent or a team.

use sea_orm::entity::prelude::*;

use crate::ids::{AgentId, EventId, TeamId};

/// A row of `mention`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mention")]
pub struct Model {
    /// Note.
    #[sea_orm(primary_key, auto_increment = false)]
    pub note_id: EventId,
    /// Its place among the note's mentions, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i16,
    /// The agent, if it names one.
    pub agent_id: Option<AgentId>,
    /// The team, if it names one.
    pub team_id: Option<TeamId>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
