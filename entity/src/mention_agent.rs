//! `mention_agent`: the agents a mention came to when it was written: the agent itself, or a team's members.

use sea_orm::entity::prelude::*;

use crate::ids::{AgentId, EventId};

/// A row of `mention_agent`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mention_agent")]
pub struct Model {
    /// Note.
    #[sea_orm(primary_key, auto_increment = false)]
    pub note_id: EventId,
    /// The mention's place.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i16,
    /// Agent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub agent_id: AgentId,
    /// Whether they could be notified: active and with access.
    pub reachable: bool,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
