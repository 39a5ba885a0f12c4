//! Health, metrics, budgets, load, origins.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use super::{front, front_with, post, request, router, send};
use crate::http::Limits;

fn get(uri: &str) -> Request<Body> {
    Request::get(uri).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn health_and_readiness() {
    let front = front();
    assert_eq!(send(router(front.clone()), get("/healthz")).await.status, 200);
    assert_eq!(send(router(front.clone()), get("/readyz")).await.status, 200);
    front.leave();
    assert_eq!(send(router(front.clone()), get("/readyz")).await.status, 503);
    assert_eq!(send(router(front.clone()), get("/healthz")).await.status, 200);
    let answer = post(&front, "{ hello }", json!({})).await;
    assert_eq!(answer.status, 200, "still answered while leaving");
}

#[tokio::test]
async fn requests_and_refusals_are_counted() {
    let front = front();
    post(&front, "{ hello }", json!({})).await;
    post(&front, "mutation { refuse }", json!({})).await;
    post(&front, "{ inbox(first: 101) { totalCount } }", json!({})).await;
    let page = send(router(front), get("/metrics")).await.text;
    for line in [
        "switchboard_http_requests_total{operation=\"query\",status=\"200\"} 1",
        "switchboard_http_requests_total{operation=\"mutation\",status=\"200\"} 1",
        "switchboard_http_requests_total{operation=\"query\",status=\"400\"} 1",
        "switchboard_guard_refusals_total{limit=\"page\"} 1",
        "switchboard_cost_points_total 2",
        "switchboard_requests_in_flight 0",
    ] {
        assert!(page.lines().any(|l| l == line), "{line} in\n{page}");
    }
}

#[tokio::test]
async fn a_spent_budget_is_429_with_a_time() {
    let front = front_with(Limits { points_per_minute: 3, ..Limits::default() });
    assert_eq!(post(&front, "{ a: hello hello }", json!({})).await.status, 200);
    let answer = post(&front, "{ a: hello hello }", json!({})).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"));
    assert_eq!(answer.header("retry-after"), Some("20"));
    let mut other = request(json!({"query": "{ hello }"}));
    other.headers_mut().insert(header::AUTHORIZATION, "Bearer swb_b".parse().unwrap());
    assert_eq!(send(router(front), other).await.status, 200);
}

#[tokio::test]
async fn above_the_limit_requests_are_refused_at_once() {
    let front = front_with(Limits { in_flight: 1, ..Limits::default() });
    let slow = post(&front, "{ slow(millis: 200) }", json!({}));
    let (slow, fast) = tokio::join!(slow, async {
        while front.load().taken() == 0 {
            tokio::task::yield_now().await;
        }
        post(&front, "{ hello }", json!({})).await
    });
    assert_eq!(slow.status, 200);
    assert_eq!((fast.status.as_u16(), fast.code()), (503, "OVERLOADED"));
    assert_eq!(fast.header("retry-after"), Some("1"));
    assert_eq!(front.load().taken(), 0);
}

#[tokio::test]
async fn a_mutation_outlives_its_client() {
    let front = front();
    let mutation = post(&front, "mutation { bump(millis: 50) }", json!({}));
    let gone = tokio::time::timeout(std::time::Duration::from_millis(10), mutation).await;
    assert!(gone.is_err());
    assert_eq!(front.load().taken(), 1, "its place is still taken");
    front.writes().close();
    front.writes().wait().await;
    assert_eq!(post(&front, "{ count }", json!({})).await.json["data"]["count"], 1);
    assert_eq!(front.load().taken(), 0);
}

#[tokio::test]
async fn allowed_origins_may_read_answers() {
    let preflight = |origin: &str| {
        Request::options("/graphql")
            .header(header::HOST, "desk.example.org")
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,content-type,last-event-id")
            .body(Body::empty())
            .unwrap()
    };
    for origin in ["https://app.example.org", "https://desk.example.org"] {
        let answer = send(router(front()), preflight(origin)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-headers"), Some("authorization,content-type,last-event-id"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
    let answer = send(router(front()), preflight("https://evil.example")).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    let mut request = request(json!({"query": "{ hello }"}));
    request.headers_mut().insert(header::ORIGIN, "https://app.example.org".parse().unwrap());
    let answer = send(router(front()), request).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example.org"));
}
