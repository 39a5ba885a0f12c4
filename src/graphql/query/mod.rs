//! What can be asked, one file a screen.

mod changes;
mod routing;

use async_graphql::{MergedObject, Object};

/// The root of all queries.
#[derive(MergedObject, Default)]
pub struct Query(ViewerQuery, changes::ChangesQuery, routing::RoutingQuery);

/// Who asks.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// The head of the event log, read before anything else in this operation: follow on from here.
    async fn event_cursor(
        &self,
        ctx: &async_graphql::Context<'_>,
    ) -> async_graphql::Result<super::scalar::EventCursor> {
        Ok(super::scalar::EventCursor(super::reader::Reader::of(ctx)?.session.head))
    }
}
