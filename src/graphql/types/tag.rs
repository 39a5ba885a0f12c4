//! Tags.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result};
use entity::ids::TagId;
use entity::tag::Model;

use super::agent::capped;
use crate::graphql::loaders::tags::ConversationsOfTag;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;

/// A label on conversations.
#[derive(Clone, Debug)]
pub struct Tag(pub Arc<Model>);

/// A label on conversations.
#[Object]
impl Tag {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its name, at most 255 characters; unique without regard to case.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its colour as `#rrggbb`, in lower case; null when it has none.
    async fn color(&self) -> Option<&str> {
        self.0.color.as_deref()
    }

    /// What it is for, at most 1,000 characters; null when nobody said.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Whether it is archived: it stays on the conversations that have it, and can't be added to others.
    async fn archived(&self) -> bool {
        self.0.archived
    }

    /// How many conversations have it, in any state, also those that the viewer may not see. It is exact up to 10,000 and null above.
    async fn conversation_count(&self, ctx: &Context<'_>) -> Option<Result<i32>> {
        let count = async { Reader::of(ctx)?.load(ConversationsOfTag(self.0.id)).await };
        capped(count.await)
    }

    /// When it was created, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was deleted, in UTC; null while it isn't. A deleted tag is in no list and can't be chosen; its id still finds it.
    async fn deleted_at(&self) -> Option<DateTime> {
        self.0.deleted_at.map(Into::into)
    }
}

/// These tags, archived and deleted ones too, by name, ties by id.
///
/// # Errors
/// As shown to clients.
pub async fn named(ctx: &Context<'_>, ids: impl IntoIterator<Item = &TagId>) -> Result<Vec<Tag>> {
    let mut rows = Reader::of(ctx)?.load_all(ids.into_iter().copied()).await?;
    rows.sort_by(|a, b| (&a.name_key, a.id).cmp(&(&b.name_key, b.id)));
    Ok(rows.into_iter().map(Tag).collect())
}
