//! `consumer`: how far those have come who act on what was committed.

use sea_orm::entity::prelude::*;

/// A row of `consumer`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consumer")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Nothing is left to do for the log's rows up to this one; what follows may be looked at again.
    pub position: i64,
    /// Raised with everything that is done: who remembers another turn doesn't know what was done since.
    pub turn: i64,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
