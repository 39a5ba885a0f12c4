//! `agent`: the people who work conversations.

use sea_orm::entity::prelude::*;

use crate::enums::{AgentRole, Availability};
use crate::ids::AgentId;

/// A row of `agent`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agent")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgentId,
    /// Unique, lower case; used in mentions.
    pub handle: String,
    /// Shown name.
    pub name: String,
    /// The name, folded for sorting.
    pub name_key: String,
    /// E-mail address as given.
    pub email: String,
    /// The address, folded; unique.
    pub email_key: String,
    /// Role.
    pub role: AgentRole,
    /// Availability.
    pub availability: Availability,
    /// IANA time zone.
    pub time_zone: String,
    /// Open conversations that auto-assignment may give at most.
    pub capacity: Option<i32>,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// When it was deactivated, if it is.
    pub deactivated_at: Option<DateTimeUtc>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
