//! `channel_agent`: agents who belong to a restricted channel.

use sea_orm::entity::prelude::*;

use crate::ids::{AgentId, ChannelId};

/// A row of `channel_agent`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_agent")]
pub struct Model {
    /// Channel.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel_id: ChannelId,
    /// Agent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub agent_id: AgentId,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
