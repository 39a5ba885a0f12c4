//! API tokens.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::domain::permission::Operation;
use crate::graphql::error::{denied, shown};
use crate::graphql::reader::Reader;
use crate::graphql::types::api_token::ApiToken;
use crate::store::tokens::Whose;

/// API tokens.
#[derive(Default)]
pub struct TokensQuery;

#[Object]
impl TokensQuery {
    /// The API tokens, revoked ones too, the 1,000 newest, newest first: all of them for admins and the scope ADMIN, their own for other agents.
    async fn api_tokens(&self, ctx: &Context<'_>) -> Option<Result<Vec<ApiToken>>> {
        Some(tokens(ctx).await)
    }
}

async fn tokens(ctx: &Context<'_>) -> Result<Vec<ApiToken>> {
    let reader = Reader::of(ctx)?;
    let viewer = reader.viewer();
    let whose = match (viewer.permit(Operation::Administer), viewer.agent()) {
        (Ok(()), _) => Whose::All,
        (Err(_), Some(agent)) => Whose::Agent(agent),
        (Err(refused), None) => return Err(denied(refused)),
    };
    let rows = reader.service.store.tokens(whose).await.map_err(shown)?;
    Ok(rows.into_iter().map(|row| ApiToken(Arc::new(row))).collect())
}
