//! `createTag`.

use async_graphql::{Context, InputObject, Object, Result};

use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::domain::tag::NewTag;
use crate::graphql::reader::Reader;
use crate::graphql::types::set_up_payload::TagPayload;

/// A tag to make.
#[derive(InputObject)]
pub struct CreateTagInput {
    /// Its name, at most 255 characters; one that another tag has, without regard to case, is TAKEN.
    name: String,
    /// Its colour as `#rrggbb`; it is kept in lower case.
    color: Option<String>,
    /// What it is for, at most 1,000 characters.
    description: Option<String>,
}

/// `createTag`.
#[derive(Default)]
pub struct CreateTag;

#[Object]
impl CreateTag {
    /// Makes a tag; there may be 1,000, archived ones included. An agent needs CONVERSATIONS_WRITE for it, an integration ADMIN. Refused
    /// with TAKEN, REQUIRED, INVALID, TOO_LONG or LIMIT_EXCEEDED.
    async fn create_tag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tag to make.")] input: CreateTagInput,
    ) -> Option<Result<TagPayload>> {
        Some(create(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: CreateTagInput) -> Result<TagPayload> {
    let reader = Reader::of(ctx)?;
    let new = NewTag { name: input.name, color: input.color, description: input.description };
    let work = reader.service.create_tag(reader.viewer().actor(), &new);
    let outcome = permitted(reader, Operation::ManageTags, work).await?;
    TagPayload::of(reader, outcome).await
}
