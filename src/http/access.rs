//! Around every request: its id, its line in the log, its row in the metrics.
//! Neither bodies nor tokens nor query strings are ever logged.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use super::front::Front;
use super::metrics::Operation;

/// The header that carries a request's id back to the client.
pub const REQUEST_ID: &str = "x-request-id";

/// The id of one request, made here; what a client sends is ignored.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// What a handler learned about its request, for the log and the metrics.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What was executed.
    pub operation: Operation,
    /// Its cost in points.
    pub cost: u64,
    /// The code of the first error, if any.
    pub code: Option<String>,
}

/// Random, so that it tells nothing; should the system have no randomness, a worthless id beats a refused request.
fn new_id() -> String {
    let mut bytes = [0; 16];
    if let Err(error) = getrandom::fill(&mut bytes) {
        tracing::error!(%error, "no randomness for a request's id");
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// The outermost layer.
pub async fn record(State(front): State<Front>, mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = new_id();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", id = %id);
    let mut response = next.run(request).instrument(span).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let seen = response.extensions_mut().remove::<Seen>().unwrap_or_default();
    let (took, status) = (start.elapsed(), response.status().as_u16());
    front.metrics().answered(seen.operation, status, took);
    tracing::info!(
        target: "switchboard::access",
        %id,
        %method,
        path,
        status,
        operation = seen.operation.label(),
        cost = seen.cost,
        code = seen.code.as_deref(),
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}
