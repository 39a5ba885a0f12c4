//! Conversations of any view, and single ones.

use async_graphql::{Context, ID, Object, Result};
use entity::ids::ConversationId;

use crate::domain::permission::Operation;
use crate::graphql::connection::Connection;
use crate::graphql::error::{bad_request, shown};
use crate::graphql::listing::{self, Arguments};
use crate::graphql::reader::Reader;
use crate::graphql::types::conversation::Conversation;
use crate::graphql::types::filter::ConversationFilter;
use crate::graphql::types::view::{ConversationOrder, ConversationView, InboxScope};

/// Conversations.
#[derive(Default)]
pub struct ConversationsQuery;

#[Object]
impl ConversationsQuery {
    /// Conversations of any view that the viewer may see. Unless `orderBy` says otherwise, SNOOZED has the next to wake first, HISTORY
    /// the most recently closed, every other view the newest activity. Without `first` and `last` it is the first 25. Needs
    /// CONVERSATIONS_READ, else the answer is FORBIDDEN. A list that takes longer than two seconds is QUERY_TOO_COMPLEX.
    #[allow(clippy::too_many_arguments)]
    async fn conversations(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "Which list.")] view: ConversationView,
        #[graphql(default, desc = "Whose conversations.")] scope: InboxScope,
        #[graphql(desc = "Only conversations that match this; null or omitted matches all.")] filter: Option<
            ConversationFilter,
        >,
        #[graphql(desc = "The order; null or omitted means the view's own.")] order_by: Option<ConversationOrder>,
        #[graphql(desc = "How many from the start, or behind `after`; 0 to 100, not together with `last`.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor in the list's order.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`; 0 to 100, not together with `first`.")]
        last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor in the list's order.")] before: Option<String>,
    ) -> Option<Result<Connection<Conversation>>> {
        let arguments = Arguments { filter, order_by, first, after, last, before };
        Some(list(ctx, view, scope, arguments).await)
    }

    /// One conversation by its id or its human number, exactly one of them, else the answer is BAD_REQUEST. Null when there is none or
    /// the viewer may not see it. Needs CONVERSATIONS_READ, else the answer is FORBIDDEN.
    async fn conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation's id.")] id: Option<ID>,
        #[graphql(desc = "The conversation's number, as in `#1042`.")] number: Option<i32>,
    ) -> Option<Result<Conversation>> {
        one(ctx, id, number).await.transpose()
    }
}

async fn list(
    ctx: &Context<'_>,
    view: ConversationView,
    scope: InboxScope,
    arguments: Arguments,
) -> Result<Connection<Conversation>> {
    Reader::permitted(ctx, Operation::ReadConversations)?;
    listing::view(ctx, view.into(), scope.into(), arguments).await
}

async fn one(ctx: &Context<'_>, id: Option<ID>, number: Option<i32>) -> Result<Option<Conversation>> {
    let reader = Reader::permitted(ctx, Operation::ReadConversations)?;
    let found = match (id, number) {
        (Some(id), None) => match ConversationId::parse(&id) {
            Some(id) => reader.load(id).await?,
            None => None,
        },
        (None, Some(number)) => {
            let access = &reader.viewer().channels;
            reader.service.store.conversation_by_number(access, number.into()).await.map_err(shown)?
        }
        _ => return Err(bad_request("Give either id or number.")),
    };
    // What it and its entries name alike, such as the customer, is read once.
    if let Some(row) = &found {
        listing::read_ahead(reader, &[row], &[ctx.look_ahead()]).await?;
    }
    Ok(found.map(Conversation))
}
