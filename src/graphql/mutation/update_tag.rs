//! `updateTag`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};
use entity::ids::TagId;

use super::given;
use super::set_up::permitted;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::domain::tag::TagEdit;
use crate::graphql::reader::Reader;
use crate::graphql::types::set_up_payload::TagPayload;

/// What of a tag changes. Omitted = unchanged; null clears what can be cleared, else it is REQUIRED.
#[derive(InputObject)]
pub struct UpdateTagInput {
    /// The tag.
    tag_id: ID,
    /// Its name, as in `createTag`.
    name: MaybeUndefined<String>,
    /// Its colour, as in `createTag`; null clears it.
    color: MaybeUndefined<String>,
    /// What it is for, as in `createTag`; null clears it.
    description: MaybeUndefined<String>,
    /// Whether it is archived: an archived tag stays on the conversations that have it, and can't be added to others.
    archived: MaybeUndefined<bool>,
}

impl UpdateTagInput {
    fn read(self) -> std::result::Result<(TagId, TagEdit), Rejection> {
        let id = given::id("tagId", &self.tag_id, TagId::parse)?;
        let edit = TagEdit {
            name: given::change("name", self.name)?,
            color: given::clear(self.color),
            description: given::clear(self.description),
            archived: given::change("archived", self.archived)?,
        };
        Ok((id, edit))
    }
}

/// `updateTag`.
#[derive(Default)]
pub struct UpdateTag;

#[Object]
impl UpdateTag {
    /// Changes a tag, or archives it. An agent needs CONVERSATIONS_WRITE for it, an integration ADMIN. Refused with NOT_FOUND, TAKEN,
    /// REQUIRED, INVALID or TOO_LONG.
    async fn update_tag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tag, and what changes.")] input: UpdateTagInput,
    ) -> Option<Result<TagPayload>> {
        Some(update(ctx, input).await)
    }
}

async fn update(ctx: &Context<'_>, input: UpdateTagInput) -> Result<TagPayload> {
    let reader = Reader::of(ctx)?;
    let work = async {
        let (id, edit) = input.read()?;
        reader.service.update_tag(reader.viewer().actor(), id, &edit).await
    };
    let outcome = permitted(reader, Operation::ManageTags, work).await?;
    TagPayload::of(reader, outcome).await
}
