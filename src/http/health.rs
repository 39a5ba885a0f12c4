//! `/healthz`, `/readyz` and `/metrics`: for balancers and monitoring, without a token.
//! Health says the process answers; readiness that it should get traffic. Neither tells anything of the data.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::front::Front;

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// 200 when requests can be served, 503 with the reason when they can't or the server is leaving.
pub async fn readyz(State(front): State<Front>) -> (StatusCode, String) {
    if front.is_leaving() {
        return (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n".to_owned());
    }
    match front.served().readiness().await {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

/// The counters in Prometheus' text format.
pub async fn metrics(State(front): State<Front>) -> impl IntoResponse {
    let in_flight = front.load().taken();
    let (sql, measures) = (front.served().sql_statements(), front.served().measures());
    let text = front.metrics().render(in_flight, sql, &measures);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
