//! The inbox and the numbers beside it.

use async_graphql::{Context, Object, Result};

use crate::domain::permission::Operation;
use crate::domain::view::View;
use crate::graphql::connection::Connection;
use crate::graphql::error::shown;
use crate::graphql::listing::{self, Arguments};
use crate::graphql::reader::Reader;
use crate::graphql::types::conversation::Conversation;
use crate::graphql::types::counts::InboxCounts;
use crate::graphql::types::filter::ConversationFilter;
use crate::graphql::types::view::{ConversationOrder, InboxScope};

/// The inbox.
#[derive(Default)]
pub struct InboxQuery;

#[Object]
impl InboxQuery {
    /// Open conversations that the viewer may see, newest activity first unless `orderBy` says otherwise. Without `first` and `last` it
    /// is the first 25. Needs CONVERSATIONS_READ, else the answer is FORBIDDEN. A list that takes longer than two seconds is
    /// QUERY_TOO_COMPLEX.
    #[allow(clippy::too_many_arguments)]
    async fn inbox(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "Whose conversations.")] scope: InboxScope,
        #[graphql(desc = "Only conversations that match this; null or omitted matches all.")] filter: Option<
            ConversationFilter,
        >,
        #[graphql(desc = "The order; null or omitted means newest activity first.")] order_by: Option<
            ConversationOrder,
        >,
        #[graphql(desc = "How many from the start, or behind `after`; 0 to 100, not together with `last`.")]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor in the list's order.")] after: Option<String>,
        #[graphql(desc = "How many from the end, or before `before`; 0 to 100, not together with `first`.")]
        last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor in the list's order.")] before: Option<String>,
    ) -> Option<Result<Connection<Conversation>>> {
        let arguments = Arguments { filter, order_by, first, after, last, before };
        Some(list(ctx, scope, arguments).await)
    }

    /// How many conversations wait where, as far as the viewer may see them. Each number stops at 10,001, which means more than 10,000.
    /// Needs CONVERSATIONS_READ, else the answer is FORBIDDEN.
    async fn inbox_counts(&self, ctx: &Context<'_>) -> Option<Result<InboxCounts>> {
        Some(counts(ctx).await)
    }
}

async fn list(ctx: &Context<'_>, scope: InboxScope, arguments: Arguments) -> Result<Connection<Conversation>> {
    Reader::permitted(ctx, Operation::ReadConversations)?;
    listing::view(ctx, View::Inbox, scope.into(), arguments).await
}

async fn counts(ctx: &Context<'_>) -> Result<InboxCounts> {
    let reader = Reader::permitted(ctx, Operation::ReadConversations)?;
    reader.service.store.inbox_counts(reader.viewer()).await.map(InboxCounts).map_err(shown)
}
