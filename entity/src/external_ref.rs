//! `external_ref`: what a ticket is called elsewhere.

use sea_orm::entity::prelude::*;

use crate::ids::TicketId;

/// A row of `external_ref`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "external_ref")]
pub struct Model {
    /// The other system.
    #[sea_orm(primary_key, auto_increment = false)]
    pub system: String,
    /// Its key there.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Where it is to be seen there.
    pub url: Option<String>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
