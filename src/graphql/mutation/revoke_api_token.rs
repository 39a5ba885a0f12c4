//! `revokeApiToken`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::TokenId;

use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::types::set_up_payload::ApiTokenPayload;

/// A token to revoke.
#[derive(InputObject)]
pub struct RevokeApiTokenInput {
    /// The token.
    api_token_id: ID,
}

/// `revokeApiToken`.
#[derive(Default)]
pub struct RevokeApiToken;

#[Object]
impl RevokeApiToken {
    /// Revokes a token for good; one that is revoked already stays as it is. Only admins may. Refused with NOT_FOUND or FORBIDDEN.
    async fn revoke_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] input: RevokeApiTokenInput,
    ) -> Option<Result<ApiTokenPayload>> {
        Some(revoke(ctx, input).await)
    }
}

async fn revoke(ctx: &Context<'_>, input: RevokeApiTokenInput) -> Result<ApiTokenPayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let id = given::id("apiTokenId", &input.api_token_id, TokenId::parse)?;
        reader.service.revoke_token(reader.viewer().actor(), id).await
    };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    ApiTokenPayload::of(reader, outcome).await
}
