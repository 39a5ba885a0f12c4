//! How a conversation became spam.

use async_graphql::{Context, Object, Result};
use chrono::Utc;
use entity::conversation::Model;

use super::actor::{self, Actor};
use super::enums::SpamReason;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;

/// How a conversation became spam.
#[derive(Clone, Debug)]
pub struct SpamMark {
    reason: entity::enums::SpamReason,
    by: crate::domain::actor::Actor,
    at: chrono::DateTime<Utc>,
}

impl SpamMark {
    /// The mark of a row; none when it isn't spam.
    #[must_use]
    pub fn of(row: &Model) -> Option<Self> {
        let by = crate::domain::actor::Actor::of_stored(row.spam_by_kind?, row.spam_by_id);
        Some(Self { reason: row.spam_reason?, by, at: row.spam_at? })
    }
}

/// How a conversation became spam.
#[Object]
impl SpamMark {
    /// Why it is spam.
    async fn reason(&self) -> SpamReason {
        self.reason.into()
    }

    /// Who marked it; for a blocked sender, the customer who wrote.
    async fn by(&self, ctx: &Context<'_>) -> Result<Actor> {
        actor::resolve(Reader::of(ctx)?, self.by).await
    }

    /// When, in UTC.
    async fn at(&self) -> DateTime {
        self.at.into()
    }
}
