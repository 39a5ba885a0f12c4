//! History.

use async_graphql::{Context, Object, Result};

use crate::domain::permission::Operation;
use crate::domain::view::View;
use crate::graphql::connection::Connection;
use crate::graphql::listing::{self, Arguments};
use crate::graphql::reader::Reader;
use crate::graphql::types::conversation::Conversation;
use crate::graphql::types::filter::ConversationFilter;
use crate::graphql::types::view::{ConversationOrder, InboxScope};

/// History.
#[derive(Default)]
pub struct HistoryQuery;

#[Object]
impl HistoryQuery {
    /// Closed conversations that the viewer may see, most recently closed first unless `orderBy` says otherwise. Without `first` and
    /// `last` it is the first 25. Needs CONVERSATIONS_READ, else the answer is FORBIDDEN. A list that takes longer than two seconds is
    /// QUERY_TOO_COMPLEX.
    #[allow(clippy::too_many_arguments)]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(default, desc = "Whose conversations; closed ones keep the assignee they had.")] scope: InboxScope,
        #[graphql(desc = "Only conversations that match this; null or omitted matches all.")] filter: Option<
            ConversationFilter,
        >,
        #[graphql(desc = "The order; null or omitted means most recently closed first.")] order_by: Option<
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
}

async fn list(ctx: &Context<'_>, scope: InboxScope, arguments: Arguments) -> Result<Connection<Conversation>> {
    Reader::permitted(ctx, Operation::ReadConversations)?;
    listing::view(ctx, View::History, scope.into(), arguments).await
}
