//! `api_token`: credentials; only the hash of a secret is kept.

use sea_orm::entity::prelude::*;

use crate::ids::{AgentId, IntegrationId, TokenId};

/// A row of `api_token`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_token")]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TokenId,
    /// Shown name.
    pub name: String,
    /// The agent it acts for; exactly one of this and the integration is set.
    pub agent_id: Option<AgentId>,
    /// The integration it acts for.
    pub integration_id: Option<IntegrationId>,
    /// Scopes, a JSON array of their spellings.
    pub scopes: Json,
    /// The channels it is limited to, a JSON array of channel ids; none = all.
    pub channels: Option<Json>,
    /// SHA-256 of the secret.
    pub secret_hash: Vec<u8>,
    /// The first characters of the token, to recognise it by.
    pub prefix: String,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTimeUtc>,
    /// From when on it is refused.
    pub expires_at: Option<DateTimeUtc>,
    /// When it was revoked, if it is.
    pub revoked_at: Option<DateTimeUtc>,
}

/// None: joins are written where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
