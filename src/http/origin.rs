//! Which browser origins may call: those of `--allow-origin`, the server's own, and callers without one.
//! Governs CORS here and the WebSocket handshake alike.

use std::collections::HashSet;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::access::REQUEST_ID;
use super::front::Front;
use super::graphql_sse::LAST_EVENT_ID;

/// The allowed origins, as the command line named them.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    allowed: HashSet<String>,
}

impl Origins {
    /// Origins such as `https://desk.example.org`; case and a slash at the end don't matter.
    pub fn new(allowed: impl IntoIterator<Item = impl ToString>) -> Self {
        let allowed = allowed.into_iter();
        Self { allowed: allowed.map(|origin| folded(&origin.to_string())).collect() }
    }

    /// Whether a request with these headers may call: it has no origin, the server's own, or an allowed one.
    pub fn allow(&self, headers: &HeaderMap) -> bool {
        match headers.get(header::ORIGIN) {
            None => true,
            Some(origin) => self.knows(origin) || is_own(origin, headers),
        }
    }

    fn knows(&self, origin: &HeaderValue) -> bool {
        let origin = origin.to_str().map(folded);
        origin.is_ok_and(|origin| self.allowed.contains(&origin))
    }
}

/// Answers preflights and marks the answers that allowed origins may read. No cookies are ever involved.
pub fn cors(front: &Front) -> CorsLayer {
    let front = front.clone();
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, request| {
            front.origins().knows(origin) || is_own(origin, &request.headers)
        }))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, HeaderName::from_static(LAST_EVENT_ID)])
        .expose_headers([HeaderName::from_static(REQUEST_ID), header::RETRY_AFTER])
        .max_age(Duration::from_secs(3_600))
}

/// An origin is the server's own when its host and port are those the request was sent to. Its scheme is unknown here
/// because a proxy may end TLS.
fn is_own(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let origin = origin.to_str().map(folded).unwrap_or_default();
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    match (origin.split_once("://"), host) {
        (Some(("http" | "https", authority)), Some(host)) => authority == host.to_ascii_lowercase(),
        _ => false,
    }
}

fn folded(origin: &str) -> String {
    origin.trim_end_matches('/').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("desk.example.org:8080"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        headers
    }

    #[test]
    fn own_absent_and_listed_origins_may_call() {
        let origins = Origins::new(["https://App.example.org/"]);
        assert!(origins.allow(&headers(None)));
        assert!(origins.allow(&headers(Some("http://desk.example.org:8080"))));
        assert!(origins.allow(&headers(Some("https://app.example.org"))));
    }

    #[test]
    fn other_origins_may_not() {
        let origins = Origins::new(["https://app.example.org"]);
        for origin in [
            "https://app.example.org.evil.example",
            "http://app.example.org",
            "http://desk.example.org",
            "null",
            "desk.example.org:8080",
        ] {
            assert!(!origins.allow(&headers(Some(origin))), "{origin}");
        }
    }
}
