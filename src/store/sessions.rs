//! Reading a token: the one statement that says who asks, what for, what exists for them, and where the log stands.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::enums::{AgentRole, ChannelVisibility};
use entity::ids::{AgentId, ChannelId, IntegrationId, TokenId};
use entity::{agent, api_token, channel, channel_agent, channel_team, event_head, team_member};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait};
use serde_json::Value;

use super::Store;
use super::access::padded;
use super::head::ONLY;
use crate::domain::cursor::Cursor;
use crate::domain::permission::{ChannelAccess, Principal, Viewer};
use crate::domain::scope_set::ScopeSet;
use crate::error::{Error, Result};

/// Tokens that one statement reads.
const TOKENS_AT_ONCE: usize = 500;

/// A token's row with all that a request needs from the database before it starts.
#[derive(Clone, Debug)]
pub struct Presented {
    /// SHA-256 of the secret, to compare.
    pub secret_hash: Vec<u8>,
    /// From when on it is refused.
    pub expires_at: Option<DateTime<Utc>>,
    /// Revoked, or its agent deactivated.
    pub dead: bool,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whom it acts for.
    pub viewer: Viewer,
    /// The head of the log.
    pub head: Cursor,
    /// The newest log row that made remembered display names stale.
    pub setup_seq: i64,
}

#[derive(FromQueryResult)]
struct Row {
    id: TokenId,
    agent_id: Option<AgentId>,
    integration_id: Option<IntegrationId>,
    scopes: Value,
    channels: Option<Value>,
    secret_hash: Vec<u8>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    role: Option<AgentRole>,
    time_zone: Option<String>,
    deactivated_at: Option<DateTime<Utc>>,
    epoch: i32,
    last_seq: i64,
    setup_seq: i64,
    hidden: Option<ChannelId>,
}

impl Store {
    /// Reads a token by its id; nothing is proven yet.
    ///
    /// # Errors
    /// The database's.
    pub async fn present(&self, id: TokenId) -> Result<Option<Presented>> {
        presented(id, self.rows_of(&[id]).await?)
    }

    /// Reads tokens again that were proven before; one that is gone is left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn present_again(&self, ids: &[TokenId]) -> Result<HashMap<TokenId, Presented>> {
        let mut found = HashMap::new();
        for chunk in ids.chunks(TOKENS_AT_ONCE) {
            let mut rows: HashMap<TokenId, Vec<Row>> = HashMap::new();
            for row in self.rows_of(chunk).await? {
                rows.entry(row.id).or_default().push(row);
            }
            for (id, rows) in rows {
                found.extend(presented(id, rows)?.map(|presented| (id, presented)));
            }
        }
        Ok(found)
    }

    async fn rows_of(&self, ids: &[TokenId]) -> Result<Vec<Row>> {
        let named = match ids {
            [one] => api_token::Column::Id.eq(*one),
            several => api_token::Column::Id.is_in(padded(several)),
        };
        let mut select = api_token::Entity::find()
            .select_only()
            .columns([
                api_token::Column::Id,
                api_token::Column::AgentId,
                api_token::Column::IntegrationId,
                api_token::Column::Scopes,
                api_token::Column::Channels,
                api_token::Column::SecretHash,
                api_token::Column::ExpiresAt,
                api_token::Column::RevokedAt,
                api_token::Column::LastUsedAt,
            ])
            .columns([agent::Column::Role, agent::Column::TimeZone, agent::Column::DeactivatedAt])
            .columns([event_head::Column::Epoch, event_head::Column::LastSeq, event_head::Column::SetupSeq])
            .column_as(channel::Column::Id, "hidden")
            .filter(named);
        let its_agent =
            Expr::col((agent::Entity, agent::Column::Id)).equals((api_token::Entity, api_token::Column::AgentId));
        QueryTrait::query(&mut select)
            .left_join(agent::Entity, its_agent)
            .inner_join(event_head::Entity, event_head::Column::Id.eq(ONLY))
            .left_join(channel::Entity, hidden());
        Ok(select.into_model::<Row>().all(self.reader()).await?)
    }

    /// Remembers that a token was used, unless that is known of a time after the given one.
    ///
    /// # Errors
    /// The database's.
    pub async fn touch_token(&self, id: TokenId, at: DateTime<Utc>, unless_since: DateTime<Utc>) -> Result<()> {
        self.write(|tx| async move {
            api_token::Entity::update_many()
                .col_expr(api_token::Column::LastUsedAt, Expr::value(at))
                .filter(api_token::Column::Id.eq(id))
                .filter(
                    Condition::any()
                        .add(api_token::Column::LastUsedAt.is_null())
                        .add(api_token::Column::LastUsedAt.lte(unless_since)),
                )
                .exec(tx.conn())
                .await?;
            Ok(())
        })
        .await
    }
}

/// The restricted channels that an agent without the role of an admin doesn't belong to, by name or through a team.
pub(in crate::store) fn hidden() -> Condition {
    let theirs = (agent::Entity, agent::Column::Id);
    let named = Query::select()
        .column(channel_agent::Column::ChannelId)
        .from(channel_agent::Entity)
        .and_where(Expr::col((channel_agent::Entity, channel_agent::Column::AgentId)).equals(theirs))
        .to_owned();
    let through = Query::select()
        .column((channel_team::Entity, channel_team::Column::ChannelId))
        .from(channel_team::Entity)
        .inner_join(
            team_member::Entity,
            Expr::col((team_member::Entity, team_member::Column::TeamId))
                .equals((channel_team::Entity, channel_team::Column::TeamId)),
        )
        .and_where(Expr::col((team_member::Entity, team_member::Column::AgentId)).equals(theirs))
        .to_owned();
    Condition::all()
        .add(channel::Column::Visibility.eq(ChannelVisibility::Restricted))
        .add(agent::Column::Role.eq(AgentRole::Agent))
        .add(channel::Column::Id.not_in_subquery(named))
        .add(channel::Column::Id.not_in_subquery(through))
}

/// Folds the rows, one per hidden channel, into what was presented.
fn presented(id: TokenId, rows: Vec<Row>) -> Result<Option<Presented>> {
    let mut hidden: Vec<ChannelId> = rows.iter().filter_map(|row| row.hidden).collect();
    hidden.sort_unstable();
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let scopes: ScopeSet = serde_json::from_value(row.scopes).map_err(Error::internal)?;
    let limited: Option<Vec<ChannelId>> = match row.channels {
        Some(list) => serde_json::from_value(list).map_err(Error::internal)?,
        None => None,
    };
    let principal = match (row.agent_id, row.integration_id) {
        (Some(id), _) => Principal::Agent { id, role: row.role.unwrap_or(AgentRole::Agent) },
        (None, Some(id)) => Principal::Integration { id },
        (None, None) => return Err(Error::Internal(format!("token {id} acts for nobody"))),
    };
    let channels = match limited {
        Some(list) => ChannelAccess::Only(list.into_iter().filter(|id| !hidden.contains(id)).collect()),
        None if hidden.is_empty() => ChannelAccess::All,
        None => ChannelAccess::Except(hidden),
    };
    let time_zone = row.time_zone.unwrap_or_else(|| "UTC".to_owned());
    Ok(Some(Presented {
        secret_hash: row.secret_hash,
        expires_at: row.expires_at,
        dead: row.revoked_at.is_some() || row.deactivated_at.is_some(),
        last_used_at: row.last_used_at,
        viewer: Viewer { principal, token: id, scopes, channels, time_zone },
        head: Cursor { epoch: row.epoch, seq: row.last_seq },
        setup_seq: row.setup_seq,
    }))
}
