//! `customer`: the people outside.

use sea_orm::entity::prelude::*;

use crate::ids::CustomerId;

/// A row of `customer`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerId,
    /// The caller's own id; unique.
    pub external_id: Option<String>,
    /// Full name.
    pub full_name: Option<String>,
    /// E-mail address as given.
    pub email: Option<String>,
    /// The address, folded; unique.
    pub email_key: Option<String>,
    /// Telephone number; unique.
    pub phone: Option<String>,
    /// Name, e-mail, phone and external id, folded, for searching.
    pub search_key: String,
    /// Free attributes, a JSON object.
    pub attributes: Json,
    /// Whether new conversations of theirs go to spam.
    pub blocked: bool,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
