//! Anything by its id.

use async_graphql::{Context, ID, Object, Result};
use futures_util::future::try_join_all;

use crate::graphql::error::bad_request;
use crate::graphql::reader::Reader;
use crate::graphql::types::node::{Node, find};

/// Ids of one `nodes`.
const MOST: usize = 100;

/// Anything by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// What an id names; null when it is unknown, malformed, or the viewer may not see it.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, as it was answered.")] id: ID,
    ) -> Option<Result<Node>> {
        let found = async { find(Reader::of(ctx)?, &id).await };
        found.await.transpose()
    }

    /// What several ids name, in their order; null in the place of one that is unknown, malformed, or not for the viewer to see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids, at most 100; more are a BAD_REQUEST.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST {
            return Err(bad_request(format!("There may be at most {MOST} ids.")));
        }
        let reader = Reader::of(ctx)?;
        // At once, so that ids of a kind are read in one statement.
        try_join_all(ids.iter().map(|id| find(reader, id))).await
    }
}
