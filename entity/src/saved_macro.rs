//! `macro`: saved lists of actions that agents run on conversations.

use sea_orm::entity::prelude::*;

use crate::ids::MacroId;

/// A row of `macro`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "macro")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MacroId,
    /// Shown name.
    pub name: String,
    /// Folded name; unique.
    pub name_key: String,
    /// The actions, a list of objects, as the API spells them.
    pub actions: Json,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
