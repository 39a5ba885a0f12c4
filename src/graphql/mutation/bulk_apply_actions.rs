//! `bulkApplyActions`.

use std::collections::BTreeSet;

use async_graphql::{Context, ID, InputObject, InputType, Object, OneofObject, Result};

use super::apply_actions::permit;
use super::conversation_action::{self, Actions};
use crate::domain::limits;
use crate::domain::rejection::Rejection;
use crate::graphql::error::refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::bulk_payload::BulkPayload;
use crate::graphql::types::filter::ConversationFilter;
use crate::graphql::types::view::{ConversationView, InboxScope};
use crate::service::bulk::{Bulk, Named, Target};
use crate::service::idempotency;
use crate::store::conversations::matching::Matching;

/// The same actions on many conversations.
#[derive(InputObject)]
pub struct BulkApplyActionsInput {
    /// Which conversations.
    target: BulkTargetInput,
    /// What to do to each, 1 to 20 actions, one after another, all or nothing.
    actions: Actions,
    /// The same key does it once: a retry goes on where the first call ended, with the conversations that matched then. At most 255
    /// characters, kept 7 days.
    idempotency_key: Option<String>,
}

/// Which conversations: exactly one of them.
#[derive(OneofObject)]
pub enum BulkTargetInput {
    /// These, at most 500, more are LIMIT_EXCEEDED; each once, and one that doesn't exist for the viewer is NOT_FOUND in its result.
    ConversationIds(Vec<ID>),
    /// Those that match, the next 500.
    Matching(Box<BulkMatchInput>),
}

/// Which conversations match.
#[derive(InputObject)]
pub struct BulkMatchInput {
    /// Which list.
    #[graphql(default)]
    view: ConversationView,
    /// Whose conversations.
    #[graphql(default)]
    scope: InboxScope,
    /// Which of them; an empty filter means all. A search looks at the newest places alone, so that what it finds need not be everything:
    /// call again from the beginning until nothing changes any more. Without CONVERSATIONS_READ it finds nothing.
    filter: ConversationFilter,
    /// Only those behind this `endCursor` of a call before; null or omitted = from the first.
    after: Option<String>,
}

impl BulkTargetInput {
    fn read(self) -> Result<std::result::Result<Target, Rejection>> {
        match self {
            Self::ConversationIds(ids) => {
                let each: BTreeSet<Named> = ids.into_iter().map(|id| Named::of(id.0)).collect();
                if each.len() > limits::BULK {
                    let refused = Rejection::limit("conversationIds", limits::BULK, "conversations in a call");
                    return Ok(Err(refused.at("target")));
                }
                Ok(Ok(Target::Named(each.into_iter().collect())))
            }
            Self::Matching(matching) => {
                let BulkMatchInput { view, scope, filter, after } = *matching;
                let (view, whose, filter) = (view.into(), scope.into(), filter.read()?);
                Ok(Ok(Target::Matching(Box::new(Matching { view, whose, filter, after }))))
            }
        }
    }
}

/// `bulkApplyActions`.
#[derive(Default)]
pub struct BulkApplyActions;

#[Object]
impl BulkApplyActions {
    /// Does the same things to many conversations, up to 500 a call, in id order. Each is changed on its own, all or nothing, and has its
    /// own outcome; what one is refused doesn't keep the others back. Needs CONVERSATIONS_WRITE, and what single actions need besides.
    /// The whole call is refused with REQUIRED, LIMIT_EXCEEDED, IDEMPOTENCY_MISMATCH, and whatever is wrong with the actions themselves.
    /// A malformed `after` is a BAD_REQUEST; finding what matches may be QUERY_TOO_COMPLEX, and then nothing is done. A failure in
    /// between is UNKNOWN_OUTCOME: with a key it is safe to try again.
    async fn bulk_apply_actions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversations, and what to do to each.")] input: BulkApplyActionsInput,
    ) -> Option<Result<BulkPayload>> {
        Some(bulk(ctx, input).await)
    }
}

async fn bulk(ctx: &Context<'_>, input: BulkApplyActionsInput) -> Result<BulkPayload> {
    let reader = Reader::of(ctx)?;
    if let Err(rejection) = permit(reader, &input.actions)? {
        return Ok(BulkPayload::refused(rejection));
    }
    let spelled = input.to_value().to_string();
    let given = input.idempotency_key.as_deref();
    let read = idempotency::key(reader.viewer(), "bulkApplyActions", given, &spelled)
        .and_then(|key| Ok((key, conversation_action::read(&input.actions)?)));
    let (key, actions) = match read {
        Ok(read) => read,
        Err(rejection) => return Ok(BulkPayload::refused(rejection)),
    };
    let target = match input.target.read()? {
        Ok(target) => target,
        Err(rejection) => return Ok(BulkPayload::refused(rejection)),
    };
    let bulk = Bulk { target: &target, actions: &actions, key: key.as_ref() };
    match refusal(reader.service.bulk(reader.viewer(), bulk).await)? {
        Ok(done) => BulkPayload::done(ctx, done).await,
        Err(rejection) => Ok(BulkPayload::refused(rejection)),
    }
}
