//! `search_row`: one row for each text that can be found. Its terms stand beside it, in a form of each database's own.

use sea_orm::entity::prelude::*;

use crate::enums::SearchKind;
use crate::ids::{ConversationId, CustomerId};

/// A row of `search_row`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_row")]
pub struct Model {
    /// Numbered by the database; later texts mostly have larger numbers.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What it is about.
    pub kind: SearchKind,
    /// The message's, note's, conversation's, customer's or ticket's id; unique.
    pub about_id: Uuid,
    /// The conversation that is found by it.
    pub conversation_id: Option<ConversationId>,
    /// The customer whose conversations are found by it.
    pub customer_id: Option<CustomerId>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
