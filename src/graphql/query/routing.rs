//! Where a message would go.

use async_graphql::{Context, Object, Result};

use crate::domain::permission::Operation;
use crate::domain::rejection::Code;
use crate::error::Error;
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
    /// of an admin. Null for an unknown channel or customer id; a top-level BAD_REQUEST for whatever else `receiveMessage` would refuse.
    async fn preview_routing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message.")] input: ReceiveMessageInput,
    ) -> Option<Result<Routing>> {
        preview(ctx, input).await.transpose()
    }
}

async fn preview(ctx: &Context<'_>, input: ReceiveMessageInput) -> Result<Option<Routing>> {
    let reader = Reader::permitted(ctx, Operation::ReceiveMessage)?;
    let preview = match input.incoming() {
        Ok(incoming) => reader.service.preview_routing(reader.viewer(), &incoming).await,
        Err(rejection) => Err(rejection.into()),
    };
    match preview {
        Ok(preview) => Ok(Some(Routing::of(&preview.routed, preview.conversation).previewed())),
        // Queries answer null for what doesn't exist.
        Err(Error::Rejected(rejection)) if rejection.code == Code::NotFound => Ok(None),
        Err(error) => Err(shown(error)),
    }
}
