//! Opening a subscription whose response carries it. What may be subscribed to is judged where streams are.

use axum::http::HeaderMap;

use super::answer::Answer;
use super::negotiate::Accepted;
use crate::graphql::reader::Session;
use crate::http::access::RequestId;
use crate::http::fault::Fault;
use crate::http::front::Front;
use crate::http::params::Params;
use crate::http::streamed::Framing;
use crate::http::{codes, graphql_sse, stream};

/// Opens it in the way the client takes.
///
/// # Errors
/// `BAD_REQUEST` for a client that takes no stream, and for a malformed `Last-Event-ID`; else as [`stream::open`].
pub async fn subscribe(
    front: &Front,
    id: &RequestId,
    headers: &HeaderMap,
    accepted: Accepted,
    params: Params,
    session: Session,
) -> Result<Answer, Fault> {
    let framing = accepted.stream().ok_or_else(no_stream)?;
    let resume = match framing {
        Framing::EventStream => graphql_sse::last_event_id(headers)?,
        Framing::Multipart => None,
    };
    let stream = stream::open(front, id, params, session, resume).await?;
    Ok(Answer::Stream(framing, stream))
}

fn no_stream() -> Fault {
    let message = "Subscriptions are served over WebSocket, as server-sent events (Accept: text/event-stream) and as parts (Accept: \
        multipart/mixed;subscriptionSpec=1.0).";
    Fault::request(vec![codes::error(codes::BAD_REQUEST, message)])
}
