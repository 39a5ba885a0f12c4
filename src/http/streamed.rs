//! The body of a response that carries a subscription: pulled a piece at a time, so that whoever reads slowly holds up only themselves.
//! It waits, frames and ends; how a frame is spelled is known to each transport. Dropping the body ends the subscription.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use async_graphql::ServerError;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream::{self, Stream as Steps, StreamExt as _};
use tokio::time::timeout;

use super::access::RequestId;
use super::codes;
use super::graphql_http::hide;
use super::stream::{Ending, Step, Stream};
use super::{graphql_multipart as multipart, graphql_sse as sse};

/// How a subscription is carried over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events.
    EventStream,
    /// Parts of `multipart/mixed`.
    Multipart,
}

impl Framing {
    /// The response's `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::EventStream => sse::CONTENT_TYPE,
            Self::Multipart => multipart::CONTENT_TYPE,
        }
    }

    fn silence(self) -> Duration {
        match self {
            Self::EventStream => sse::KEEP_ALIVE_EVERY,
            Self::Multipart => multipart::HEARTBEAT_EVERY,
        }
    }

    fn opening(self) -> Bytes {
        Bytes::from_static(match self {
            Self::EventStream => sse::KEEP_ALIVE.as_bytes(),
            Self::Multipart => multipart::OPENING.as_bytes(),
        })
    }

    fn heartbeat(self) -> Bytes {
        Bytes::from_static(match self {
            Self::EventStream => sse::KEEP_ALIVE.as_bytes(),
            Self::Multipart => multipart::HEARTBEAT.as_bytes(),
        })
    }

    fn next(self, cursor: &str, json: &str) -> Bytes {
        Bytes::from(match self {
            Self::EventStream => sse::next(Some(cursor), json),
            Self::Multipart => multipart::next(json),
        })
    }

    fn ended(self, cursor: &str, error: &ServerError) -> Bytes {
        // Nothing in an error can fail to be written; an empty list would still end the stream.
        let errors = serde_json::to_string(&[error]).unwrap_or_else(|_| "[]".to_owned());
        Bytes::from(match self {
            Self::EventStream => sse::next(Some(cursor), &format!("{{\"errors\":{errors}}}")) + sse::COMPLETE,
            Self::Multipart => multipart::failed(&errors) + multipart::CLOSING,
        })
    }
}

/// The response to a subscription that was opened.
pub fn response(framing: Framing, id: RequestId, subscription: Stream) -> Response {
    let steps = stream::unfold(subscription, async |mut subscription| Some((subscription.next().await, subscription)));
    with_headers(framing, Body::from_stream(pieces(framing, id, framing.silence(), steps)))
}

/// A response of this kind, which nobody on the way may keep, change or hold back.
pub fn with_headers(framing: Framing, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(framing.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store, no-transform"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// What is written: an opening, what comes, a sign of life after each silence, and the end.
fn pieces<S>(
    framing: Framing,
    id: RequestId,
    silence: Duration,
    steps: S,
) -> impl Steps<Item = Result<Bytes, Infallible>> + Send + 'static
where
    S: Steps<Item = Step> + Send + 'static,
{
    let writing = Writing { framing, id, silence, steps: Some(Box::pin(steps)) };
    let opening = stream::once(async move { framing.opening() });
    opening.chain(stream::unfold(writing, Writing::piece)).map(Ok)
}

struct Writing<S> {
    framing: Framing,
    id: RequestId,
    silence: Duration,
    /// None after the end.
    steps: Option<Pin<Box<S>>>,
}

impl<S: Steps<Item = Step>> Writing<S> {
    async fn piece(mut self) -> Option<(Bytes, Self)> {
        let steps = self.steps.as_mut()?;
        let piece = match timeout(self.silence, steps.next()).await {
            Err(_) => self.framing.heartbeat(),
            Ok(Some(Step::Next(payload))) => self.framing.next(&payload.cursor, &payload.json),
            Ok(Some(Step::Ended(ending))) => self.end(ending),
            Ok(None) => return None,
        };
        Some((piece, self))
    }

    fn end(&mut self, ending: Ending) -> Bytes {
        self.steps = None;
        let Ending { mut error, cursor } = ending;
        if codes::code_of(&error) == Some(codes::INTERNAL) {
            hide(&mut error, &self.id);
        }
        self.framing.ended(&cursor, &error)
    }
}

#[cfg(test)]
mod tests;
