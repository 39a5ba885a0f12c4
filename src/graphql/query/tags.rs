//! Tags.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::graphql::error::shown;
use crate::graphql::loaders::tags::ConversationsOfTag;
use crate::graphql::reader::Reader;
use crate::graphql::types::tag::Tag;

/// Tags.
#[derive(Default)]
pub struct TagsQuery;

#[Object]
impl TagsQuery {
    /// The tags that aren't deleted, by name; there are at most 1,000.
    async fn tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Archived ones too.", default = false)] include_archived: bool,
    ) -> Result<Vec<Tag>> {
        let reader = Reader::of(ctx)?;
        let rows = reader.service.store.tags(include_archived).await.map_err(shown)?;
        if ctx.look_ahead().field("conversationCount").exists() {
            // Counted in one statement; left to the batches, a long list would take several. A failure is the field's to tell.
            let _ = reader.load_all(rows.iter().map(|row| ConversationsOfTag(row.id))).await;
        }
        Ok(rows.into_iter().map(|row| Tag(Arc::new(row))).collect())
    }
}
