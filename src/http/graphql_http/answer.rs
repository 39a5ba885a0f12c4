//! The HTTP response: status, media type, headers, body.

use async_graphql::{Response as GraphqlResponse, ServerError};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::finish::hide;
use super::negotiate::{Accepted, Media};
use crate::http::access::{RequestId, Seen};
use crate::http::fault::Fault;
use crate::http::stream::Stream;
use crate::http::streamed::{self, Framing};
use crate::http::{codes, graphql_sse};

/// What a request that isn't refused is answered with.
pub enum Answer {
    /// One result.
    Result(Box<GraphqlResponse>),
    /// A subscription, and how it is carried.
    Stream(Framing, Stream),
}

#[derive(Serialize)]
struct Errors<'a> {
    errors: &'a [ServerError],
}

/// Makes the response and attaches what was seen of the request.
pub fn respond(accepted: Accepted, id: &RequestId, mut seen: Seen, result: Result<Answer, Fault>) -> Response {
    let errors = match &result {
        Ok(Answer::Result(response)) => response.errors.as_slice(),
        Ok(Answer::Stream(..)) => &[],
        Err(fault) => &fault.errors,
    };
    seen.code = errors.first().and_then(codes::code_of).map(str::to_owned);
    let mut response = match result {
        Ok(Answer::Result(response)) if accepted.result_as_events() => events(&response),
        Ok(Answer::Result(response)) => json(accepted.media(), StatusCode::OK, &response),
        Ok(Answer::Stream(framing, stream)) => streamed::response(framing, id.clone(), stream),
        Err(fault) => refused(accepted, id, fault),
    };
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    response.extensions_mut().insert(seen);
    response
}

fn refused(accepted: Accepted, id: &RequestId, mut fault: Fault) -> Response {
    for error in &mut fault.errors {
        if codes::code_of(error) == Some(codes::INTERNAL) {
            hide(error, id);
        }
    }
    let body = Errors { errors: &fault.errors };
    if accepted.result_as_events() && is_told_in_events(&fault) {
        return events(&body);
    }
    let media = accepted.media();
    let status = match media {
        Media::Json if fault.well_formed => StatusCode::OK,
        _ => fault.status,
    };
    let mut response = json(media, status, &body);
    advise(response.headers_mut(), status, &fault);
    response
}

/// Clients of events take any other status than 200 for a connection that failed: they tell nobody why, and try again. So a status is
/// only for what trying again can mend, and for what isn't a request of theirs.
fn is_told_in_events(fault: &Fault) -> bool {
    fault.well_formed || fault.status == StatusCode::FORBIDDEN
}

fn advise(headers: &mut HeaderMap, status: StatusCode, fault: &Fault) {
    if let Some(seconds) = fault.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(allow) = fault.allow {
        headers.insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if status == StatusCode::REQUEST_TIMEOUT || status == StatusCode::PAYLOAD_TOO_LARGE {
        // The rest of the body is not worth reading.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
}

fn json(media: Media, status: StatusCode, body: &impl Serialize) -> Response {
    let (status, body) = written(status, body);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn events(body: &impl Serialize) -> Response {
    let (_, body) = written(StatusCode::OK, body);
    streamed::with_headers(Framing::EventStream, Body::from(graphql_sse::only(&body)))
}

fn written(status: StatusCode, body: &impl Serialize) -> (StatusCode, String) {
    match serde_json::to_string(body) {
        Ok(body) => (status, body),
        Err(error) => {
            tracing::error!(%error, "an answer can't be written as JSON");
            let fault = Fault::internal();
            let body = Errors { errors: &fault.errors };
            (fault.status, serde_json::to_string(&body).unwrap_or_default())
        }
    }
}
