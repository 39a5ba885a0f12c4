//! `deleteTag`.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::ids::TagId;

use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::graphql::reader::Reader;
use crate::graphql::types::delete_payload::DeletePayload;

/// A tag to act on.
#[derive(InputObject)]
pub struct TagInput {
    /// The tag.
    tag_id: ID,
}

/// `deleteTag`.
#[derive(Default)]
pub struct DeleteTag;

#[Object]
impl DeleteTag {
    /// Deletes a tag that no conversation ever had; its name is free from then on. Only admins may. Refused with NOT_FOUND, IN_USE or
    /// FORBIDDEN.
    async fn delete_tag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tag.")] input: TagInput,
    ) -> Option<Result<DeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn delete(ctx: &Context<'_>, input: TagInput) -> Result<DeletePayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let id = given::id("tagId", &input.tag_id, TagId::parse)?;
        reader.service.delete_tag(reader.viewer().actor(), id).await
    };
    let outcome = permitted(reader, Operation::Administer, work).await?;
    Ok(DeletePayload::of(outcome.map(|done| done.id)))
}
