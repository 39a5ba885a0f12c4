//! API tokens, without their secrets.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use entity::api_token::Model;
use entity::ids::ChannelId;

use super::channel::Channel;
use super::principal::{self, Principal};
use super::scope::Scope;
use crate::domain::scope_set::ScopeSet;
use crate::graphql::error::coded;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;

/// A credential that acts for an agent or an integration.
#[derive(Clone, Debug)]
pub struct ApiToken(pub Arc<Model>);

/// A credential that acts for an agent or an integration. Only admins see all of them; agents see their own.
#[Object]
impl ApiToken {
    /// Its id; it is no secret.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its name, at most 255 characters; not unique.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whom it acts for.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Principal> {
        principal::resolve(Reader::of(ctx)?, self.0.agent_id, self.0.integration_id).await
    }

    /// What it may be used for, as far as its owner's role allows.
    async fn scopes(&self) -> Result<Vec<Scope>> {
        let scopes: ScopeSet = read(&self.0.scopes)?;
        Ok(scopes.0.into_iter().map(Into::into).collect())
    }

    /// How it begins: everything before its secret, to recognise it by.
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// The channels it is limited to, as far as the viewer sees them; null = all.
    async fn channels(&self, ctx: &Context<'_>) -> Option<Result<Vec<Channel>>> {
        let list = self.0.channels.as_ref()?;
        Some(channels(ctx, list).await)
    }

    /// When it was created, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was last used, in UTC, to the minute; null when it never was.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(Into::into)
    }

    /// From when on it is refused, in UTC; null = never.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(Into::into)
    }

    /// When it was revoked, in UTC; null while it isn't. A revoked token is refused for good.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(Into::into)
    }
}

async fn channels(ctx: &Context<'_>, list: &serde_json::Value) -> Result<Vec<Channel>> {
    let reader = Reader::of(ctx)?;
    let ids: Vec<ChannelId> = read(list)?;
    let seen = ids.into_iter().filter(|id| reader.viewer().channels.sees(*id));
    Ok(reader.load_all(seen).await?.into_iter().map(Channel).collect())
}

fn read<T: serde::de::DeserializeOwned>(stored: &serde_json::Value) -> Result<T> {
    T::deserialize(stored).map_err(|fault| {
        tracing::error!(%fault, "a token's row can't be read");
        coded("INTERNAL", "internal error")
    })
}
