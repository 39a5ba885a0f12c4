//! `integration`: machine principals.

use sea_orm::entity::prelude::*;

use crate::ids::IntegrationId;

/// A row of `integration`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "integration")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IntegrationId,
    /// Shown name; unique.
    pub name: String,
    /// The name, folded for sorting and uniqueness.
    pub name_key: String,
    /// When it was created.
    pub created_at: DateTimeUtc,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
