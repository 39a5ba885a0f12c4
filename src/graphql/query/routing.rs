//! Where a message would go.

use async_graphql::{Context, Object, Result};

use crate::domain::permission::Operation;
use crate::graphql::error::shown;
use crate::graphql::mutation::receive_message::ReceiveMessageInput;
use crate::graphql::reader::Reader;
use crate::graphql::types::routing::Routing;

/// Where a message would go.
#[derive(Default)]
pub struct RoutingQuery;

#[Object]
impl RoutingQuery {
    /// What `receiveMessage` would do with this message now, and why; nothing is written. Needs MESSAGES_RECEIVE, and of agents the role
    /// of an admin. Null, with a top-level BAD_REQUEST, for what `receiveMessage` would refuse.
    async fn preview_routing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message.")] input: ReceiveMessageInput,
    ) -> Option<Result<Routing>> {
        Some(preview(ctx, input).await)
    }
}

async fn preview(ctx: &Context<'_>, input: ReceiveMessageInput) -> Result<Routing> {
    let reader = Reader::permitted(ctx, Operation::ReceiveMessage)?;
    let incoming = input.incoming().map_err(|rejection| shown(rejection.into()))?;
    let preview = reader.service.preview_routing(reader.viewer(), &incoming).await.map_err(shown)?;
    Ok(Routing::of(&preview.routed, preview.conversation))
}
