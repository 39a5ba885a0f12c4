//! The HTTP response: status, media type, headers, body.

use async_graphql::{Response as GraphqlResponse, ServerError};
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::finish::hide;
use super::negotiate::Media;
use crate::http::access::{RequestId, Seen};
use crate::http::codes;
use crate::http::fault::Fault;

#[derive(Serialize)]
struct Errors<'a> {
    errors: &'a [ServerError],
}

/// Makes the response and attaches what was seen of the request.
pub fn respond(media: Media, id: &RequestId, mut seen: Seen, result: Result<GraphqlResponse, Fault>) -> Response {
    let errors = match &result {
        Ok(response) => &response.errors,
        Err(fault) => &fault.errors,
    };
    let code = errors.first().and_then(codes::code_of);
    seen.code = code.map(str::to_owned);
    let mut response = match result {
        Ok(response) => json(StatusCode::OK, serde_json::to_vec(&response)),
        Err(fault) => refused(media, id, fault),
    };
    let headers = response.headers_mut();
    let content_type = HeaderValue::from_static(media.content_type());
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("accept"));
    response.extensions_mut().insert(seen);
    response
}

fn refused(media: Media, id: &RequestId, mut fault: Fault) -> Response {
    for error in &mut fault.errors {
        if codes::code_of(error) == Some(codes::INTERNAL) {
            hide(error, id);
        }
    }
    let status = match media {
        Media::Json if fault.well_formed => StatusCode::OK,
        _ => fault.status,
    };
    let body = Errors { errors: &fault.errors };
    let mut response = json(status, serde_json::to_vec(&body));
    let headers = response.headers_mut();
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
    response
}

fn json(status: StatusCode, body: serde_json::Result<Vec<u8>>) -> Response {
    let (status, body) = match body {
        Ok(body) => (status, body),
        Err(error) => {
            tracing::error!(%error, "an answer can't be written as JSON");
            let fault = Fault::internal();
            let body = Errors { errors: &fault.errors };
            (fault.status, serde_json::to_vec(&body).unwrap_or_default())
        }
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
}
