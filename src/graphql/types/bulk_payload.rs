//! What changing many conversations comes to.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Result, SimpleObject};
use entity::conversation::Model;
use entity::ids::ConversationId;

use super::conversation::Conversation;
use super::payload::after_the_fact;
use super::user_error::UserError;
use crate::domain::rejection::Rejection;
use crate::graphql::listing;
use crate::graphql::reader::Reader;
use crate::service::bulk::{BulkDone, Each};

/// What changing many conversations came to.
#[derive(Clone, Default, SimpleObject)]
pub struct BulkPayload {
    /// Each conversation once, in id order; none when the whole call was refused.
    results: Vec<BulkResult>,
    /// How many of them changed.
    changed_count: i32,
    /// Where to go on with a filter, as `after`; null when everything was reached. It is not an `EventCursor`.
    end_cursor: Option<String>,
    /// Why the whole call was refused; refusals of single conversations are theirs.
    user_errors: Vec<UserError>,
}

/// What became of one conversation.
#[derive(Clone, SimpleObject)]
pub struct BulkResult {
    /// Its id, as it was given.
    conversation_id: ID,
    /// The conversation as it now is; when refused, as it is, unchanged by you. Null when it doesn't exist for the viewer.
    conversation: Option<Conversation>,
    /// Whether anything changed; false when nothing had to, and when refused.
    changed: bool,
    /// Why it was refused; empty when done.
    user_errors: Vec<UserError>,
}

impl BulkPayload {
    /// Answers what was done, with the conversations as they now are.
    ///
    /// # Errors
    /// As shown to clients; `UNKNOWN_OUTCOME` when something changed and can't be read back.
    pub async fn done(ctx: &Context<'_>, done: BulkDone) -> Result<Self> {
        let changed = done.changed();
        let models = read(ctx, &done).await.map_err(|fault| after_the_fact(changed > 0, fault))?;
        Ok(Self {
            changed_count: i32::try_from(changed).unwrap_or(i32::MAX),
            end_cursor: done.end_cursor,
            results: done.results.into_iter().map(|each| BulkResult::of(each, &models)).collect(),
            user_errors: Vec::new(),
        })
    }

    /// Answers a refusal of the whole call.
    #[must_use]
    pub fn refused(rejection: Rejection) -> Self {
        Self { user_errors: vec![rejection.into()], ..Self::default() }
    }
}

impl BulkResult {
    fn of(each: Each, models: &HashMap<ConversationId, Arc<Model>>) -> Self {
        let model = each.conversation.id.and_then(|id| models.get(&id));
        Self {
            conversation_id: each.conversation.given.into(),
            conversation: model.cloned().map(Conversation),
            changed: each.outcome == Ok(true),
            user_errors: each.outcome.err().into_iter().map(Into::into).collect(),
        }
    }
}

/// The conversations, with all that is selected of them, if they are.
async fn read(ctx: &Context<'_>, done: &BulkDone) -> Result<HashMap<ConversationId, Arc<Model>>> {
    let reader = Reader::of(ctx)?;
    reader.forget();
    let selected = ctx.look_ahead().field("results").field("conversation");
    if !selected.exists() {
        return Ok(HashMap::new());
    }
    let models = reader.load_all(done.results.iter().filter_map(|each| each.conversation.id)).await?;
    listing::read_ahead(reader, &models.iter().map(|row| &**row).collect::<Vec<_>>(), &[selected]).await?;
    Ok(models.into_iter().map(|row| (row.id, row)).collect())
}
