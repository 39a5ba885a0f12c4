//! The front over its router and, where sockets matter, over TCP, with a toy schema.

mod answers;
mod guarded;
mod nulls;
mod operations;
mod order;
mod readers;
mod served;
mod streams;
mod toy;
mod variables;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{Front, Limits, Pages};
use toy::Toy;

const JSON: &str = "application/json";
const RESPONSE_JSON: &str = "application/graphql-response+json";

fn router(front: Front) -> Router {
    super::router(front, Pages::default())
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    json: Value,
    text: String,
}

impl Answer {
    fn code(&self) -> &str {
        self.json["errors"][0]["extensions"]["code"].as_str().unwrap_or("none")
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

fn front() -> Front {
    front_with(Limits::default())
}

fn front_with(limits: Limits) -> Front {
    let toy = Toy::new(vec!["https://app.example.org".to_owned()]);
    Front::with_limits(toy, limits).unwrap()
}

async fn send(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Answer {
        status,
        headers,
        json: serde_json::from_slice(&body).unwrap_or_default(),
        text: String::from_utf8(body.to_vec()).unwrap(),
    }
}

fn request(body: Value) -> Request<Body> {
    Request::post("/graphql")
        .header(header::ACCEPT, RESPONSE_JSON)
        .header(header::CONTENT_TYPE, JSON)
        .header(header::AUTHORIZATION, "Bearer swb_a")
        .body(Body::from(body.to_string()))
        .unwrap()
}

async fn post(front: &Front, query: &str, variables: Value) -> Answer {
    let body = json!({"query": query, "variables": variables});
    send(router(front.clone()), request(body)).await
}

/// The data of a query that must succeed.
async fn data(query: &str, variables: Value) -> Value {
    let answer = post(&front(), query, variables).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.json.get("errors").is_none(), "{}", answer.text);
    answer.json["data"].clone()
}
