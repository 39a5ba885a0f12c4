//! `tag`: labels on conversations.

use sea_orm::entity::prelude::*;

use crate::ids::TagId;

/// A row of `tag`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tag")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TagId,
    /// Shown name.
    pub name: String,
    /// Folded name; unique among those that aren't deleted.
    pub name_key: String,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Can't be newly added.
    pub archived: bool,
    /// Whether any conversation or entry ever named it: then it can't be deleted.
    pub used: bool,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was deleted; it is in no list from then on.
    pub deleted_at: Option<DateTimeUtc>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
