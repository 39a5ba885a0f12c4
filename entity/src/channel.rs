//! `channel`: the ways customers write in, with their policies.

use sea_orm::entity::prelude::*;

use crate::enums::{ChannelKind, ChannelVisibility};
use crate::ids::ChannelId;

/// A row of `channel`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channel")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChannelId,
    /// Shown name; unique.
    pub name: String,
    /// The name, folded for sorting and uniqueness.
    pub name_key: String,
    /// Medium.
    pub kind: ChannelKind,
    /// E-mail address or website.
    pub address: Option<String>,
    /// Who sees it.
    pub visibility: ChannelVisibility,
    /// Close an open conversation this long after its last restart; ISO 8601 as it was entered.
    pub auto_close_after: Option<String>,
    /// Whether a conversation whose customer waits is auto-closed too.
    pub auto_close_while_waiting: bool,
    /// Past this a closed conversation is followed by a new one; ISO 8601 as it was entered.
    pub reopen_window: Option<String>,
    /// When it was created.
    pub created_at: DateTimeUtc,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
