//! Who asks, what they may do, and where the log stands.

use async_graphql::{Context, Object, Result};

use crate::domain::permission::Principal as Asking;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::EventCursor;
use crate::graphql::types::principal::{self, Principal};
use crate::graphql::types::scope::Scope;

/// Who asks.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Whom the token acts for.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Principal> {
        let reader = Reader::of(ctx)?;
        match reader.viewer().principal {
            Asking::Agent { id, .. } => principal::resolve(reader, Some(id), None).await,
            Asking::Integration { id } => principal::resolve(reader, None, Some(id)).await,
        }
    }

    /// What the token may be used for: its scopes, and no more than its agent's role allows.
    async fn viewer_scopes(&self, ctx: &Context<'_>) -> Result<Vec<Scope>> {
        let scopes = Reader::of(ctx)?.viewer().effective_scopes();
        Ok(scopes.0.into_iter().map(Into::into).collect())
    }

    /// The head of the event log, read before anything else in this operation: follow on from here.
    async fn event_cursor(&self, ctx: &Context<'_>) -> Result<EventCursor> {
        Ok(EventCursor(Reader::of(ctx)?.session.head))
    }
}
