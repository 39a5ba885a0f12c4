//! API tokens are made and revoked.

use entity::api_token::Model;
use entity::enums::EventKind;
use entity::ids::{AgentId, ChannelId, IntegrationId, TokenId};
use entity::integration;
use serde_json::{Value, json};

use super::Service;
use super::credential::{Minted, TokenKind};
use super::set_up::{Done, Written, free, log, logged};
use super::teams::active;
use crate::domain::actor::Actor;
use crate::domain::change::Moment;
use crate::domain::permission::ChannelAccess;
use crate::domain::rejection::Rejection;
use crate::domain::text;
use crate::domain::token::{NewToken, TokenOwner};
use crate::error::{Error, Result};
use crate::store::append::Setup;
use crate::store::write::Tx;
use crate::store::{channels, tokens};

/// A token that was made.
#[derive(Clone, PartialEq, Eq)]
pub struct MadeToken {
    /// Which.
    pub id: TokenId,
    /// Whom it acts for.
    pub owner: (Option<AgentId>, Option<IntegrationId>),
    /// The whole token, answered this once.
    pub secret: String,
}

impl std::fmt::Debug for MadeToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MadeToken").field("id", &self.id).field("owner", &self.owner).finish_non_exhaustive()
    }
}

impl Service {
    /// Makes a token, and its integration if that is asked for.
    ///
    /// # Errors
    /// `NOT_FOUND` for owner or channels, `AGENT_INACTIVE`, `TAKEN` for the integration's name, and what [`NewToken::checked`] refuses.
    pub async fn create_token(&self, actor: Actor, access: &ChannelAccess, new: &NewToken) -> Result<MadeToken> {
        let new = &new.clone().checked(self.clock.now())?;
        self.set_up(|tx| async move {
            let moment = self.moment(actor);
            check_channels(&tx, access, new.channels.as_deref()).await?;
            let mut setups = Vec::new();
            let owner = owner(&tx, &new.owner, moment, &mut setups).await?;
            let id = TokenId::new(moment.now);
            let kind = if owner.0.is_some() { TokenKind::Agent } else { TokenKind::Integration };
            let minted = Minted::new(kind, id).map_err(|fault| Error::Internal(fault.to_string()))?;
            let row = Model {
                id,
                name: new.name.clone(),
                agent_id: owner.0,
                integration_id: owner.1,
                scopes: serde_json::to_value(&new.scopes).map_err(Error::internal)?,
                channels: new.channels.as_ref().map(serde_json::to_value).transpose().map_err(Error::internal)?,
                secret_hash: minted.hash.to_vec(),
                prefix: minted.prefix,
                created_at: moment.now,
                last_used_at: None,
                expires_at: new.expires_at,
                revoked_at: None,
            };
            tokens::insert(&tx, &row).await?;
            setups.push(changed(None, &row, moment));
            log(&tx, &setups, MadeToken { id, owner, secret: minted.text }).await
        })
        .await
    }

    /// Revokes a token; from then on it is refused. A token that is revoked already stays as it is.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn revoke_token(&self, actor: Actor, id: TokenId) -> Result<Done<TokenId>> {
        self.set_up(|tx| async move {
            let before = tokens::lock(&tx, id).await?.ok_or_else(|| Rejection::not_found("apiTokenId"))?;
            if before.revoked_at.is_some() {
                return Ok(Written::unchanged(id));
            }
            let setup = revoke(&tx, before, self.moment(actor)).await?;
            log(&tx, &[setup], Done { id, changed: true }).await
        })
        .await
    }

    /// Revokes every token of this name, and answers how many there were.
    ///
    /// # Errors
    /// The database's.
    pub async fn revoke_tokens_named(&self, actor: Actor, name: &str) -> Result<usize> {
        self.set_up(|tx| async move {
            let moment = self.moment(actor);
            let mut setups = Vec::new();
            for row in tokens::lock_named(&tx, name).await? {
                setups.push(revoke(&tx, row, moment).await?);
            }
            log(&tx, &setups, setups.len()).await
        })
        .await
    }
}

/// A token that is limited to channels makes none that reaches further.
async fn check_channels(tx: &Tx, access: &ChannelAccess, ids: Option<&[ChannelId]>) -> Result<()> {
    if ids.is_none() && matches!(access, ChannelAccess::Only(_)) {
        let text = "A token that is limited to channels can only make tokens that are limited too.";
        return Err(Rejection::forbidden(text).at("channelIds").into());
    }
    let ids = ids.unwrap_or_default();
    if channels::rely_on(tx, access, ids).await?.len() != ids.len() {
        return Err(Rejection::not_found("channelIds").into());
    }
    Ok(())
}

/// The owner, relied on or made.
async fn owner(
    tx: &Tx,
    owner: &TokenOwner,
    moment: Moment,
    setups: &mut Vec<Setup>,
) -> Result<(Option<AgentId>, Option<IntegrationId>)> {
    match owner {
        TokenOwner::Agent(id) => match active(tx, &[*id], "agentId").await {
            Ok(_) => Ok((Some(*id), None)),
            Err(Error::Rejected(refused)) => Err(refused.at("owner").into()),
            Err(fault) => Err(fault),
        },
        TokenOwner::Integration(id) => match tokens::rely_on_integration(tx, *id).await? {
            Some(row) => Ok((None, Some(row.id))),
            None => Err(Rejection::not_found("integrationId").at("owner").into()),
        },
        TokenOwner::NewIntegration(name) => {
            let row = integration::Model {
                id: IntegrationId::new(moment.now),
                name: name.clone(),
                name_key: text::key(name),
                created_at: moment.now,
            };
            let holder = tokens::integration_of_name(tx, &row.name_key).await?.map(|other| other.id);
            free(holder, None, "newIntegrationName").map_err(|refused| refused.at("owner"))?;
            tokens::insert_integration(tx, &row).await?;
            setups.push(logged(EventKind::IntegrationChanged, row.id.0, None, json!({}), moment));
            Ok((None, Some(row.id)))
        }
    }
}

/// Revokes a locked token; answers what to log.
pub(in crate::service) async fn revoke(tx: &Tx, before: Model, moment: Moment) -> Result<Setup> {
    let after = Model { revoked_at: Some(moment.now), ..before.clone() };
    tokens::update(tx, &after).await?;
    Ok(changed(Some(&before), &after, moment))
}

fn changed(before: Option<&Model>, after: &Model, moment: Moment) -> Setup {
    let facets = |row: &Model| -> Value {
        json!({
            "agent": row.agent_id,
            "integration": row.integration_id,
            "scopes": row.scopes,
            "channels": row.channels,
            "expiresAt": row.expires_at,
            "revoked": row.revoked_at.is_some(),
        })
    };
    logged(EventKind::TokenChanged, after.id.0, before.map(facets), facets(after), moment)
}
