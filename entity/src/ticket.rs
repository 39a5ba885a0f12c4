//! `ticket`: tracked issues.

use sea_orm::entity::prelude::*;

use crate::enums::{ActorKind, TicketStatus};
use crate::ids::{AgentId, EventId, TeamId, TicketId};

/// A row of `ticket`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TicketId,
    /// Human number, without gaps.
    #[sea_orm(unique)]
    pub number: i64,
    /// What it is about.
    pub title: String,
    /// The whole story.
    pub description: Option<String>,
    /// How far it is.
    pub status: TicketStatus,
    /// 0 = none, then low to urgent.
    pub priority: i16,
    /// Assigned agent.
    pub assignee_id: Option<AgentId>,
    /// Assigned team.
    pub team_id: Option<TeamId>,
    /// Its tags' ids, a JSON list in id order.
    pub tags: Json,
    /// The message it came from.
    pub origin_id: Option<EventId>,
    /// How many conversations are linked.
    pub conversation_count: i32,
    /// What created it.
    pub created_by_kind: ActorKind,
    /// Who created it.
    pub created_by_id: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// Its newest change.
    pub updated_at: DateTimeUtc,
    /// When it was resolved; none while it isn't.
    pub resolved_at: Option<DateTimeUtc>,
    /// One for every log row of it.
    pub version: i32,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
