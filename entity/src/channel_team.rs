//! `channel_team`: teams whose members belong to a restricted channel.

use sea_orm::entity::prelude::*;

use crate::ids::{ChannelId, TeamId};

/// A row of `channel_team`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_team")]
pub struct Model {
    /// Channel.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel_id: ChannelId,
    /// Team.
    #[sea_orm(primary_key, auto_increment = false)]
    pub team_id: TeamId,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
