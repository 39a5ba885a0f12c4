//! Operations for clients that take streams: which of them get one, and how they are refused.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use super::{Answer, JSON, front, post, router, send};

const EVENTS: &str = "text/event-stream";
const PARTS: &str = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0";
const APOLLO: &str = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,\
    application/json;q=0.9";

async fn ask(accept: &str, query: &str) -> Answer {
    let request = Request::post("/graphql").header(header::ACCEPT, accept).header(header::CONTENT_TYPE, JSON);
    let request = request.header(header::AUTHORIZATION, "Bearer swb_a");
    send(router(front()), request.body(Body::from(json!({"query": query}).to_string())).unwrap()).await
}

async fn get(accept: &str, query: &str) -> Answer {
    let request = Request::get(format!("/graphql?query={query}")).header(header::ACCEPT, accept);
    send(router(front()), request.header(header::AUTHORIZATION, "Bearer swb_a").body(Body::empty()).unwrap()).await
}

/// The one result of a response that consists of one event and the end.
fn told(answer: &Answer) -> Value {
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, Some("text/event-stream; charset=utf-8"))
    );
    assert_eq!(answer.header("cache-control"), Some("no-cache, no-store, no-transform"));
    assert_eq!(answer.header("x-accel-buffering"), Some("no"));
    let data = answer.text.strip_prefix("event: next\ndata: ").expect("an event");
    let data = data.strip_suffix("\n\nevent: complete\ndata: \n\n").expect("the end");
    serde_json::from_str(data).unwrap()
}

#[tokio::test]
async fn queries_and_mutations_are_told_in_one_event() {
    assert_eq!(told(&ask(EVENTS, "{ hello }").await), json!({"data": {"hello": "world"}}));
    assert_eq!(told(&get(EVENTS, "%7Bhello%7D").await), json!({"data": {"hello": "world"}}));
    assert_eq!(told(&ask(EVENTS, "mutation { bump(millis: 0) }").await), json!({"data": {"bump": 1}}));
    let refused = get(EVENTS, "mutation%7Brefuse%7D").await;
    assert_eq!((refused.status.as_u16(), refused.header("allow")), (405, Some("POST")));
    assert_eq!(refused.header("content-type"), Some("application/json; charset=utf-8"));
}

#[tokio::test]
async fn what_is_wrong_with_an_operation_is_told_in_an_event() {
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "BAD_REQUEST"),
        ("{ inbox(first: 101) { totalCount } }", "BAD_REQUEST"),
    ] {
        let told = told(&ask(EVENTS, query).await);
        assert_eq!(told["errors"][0]["extensions"]["code"], code, "{told}");
        assert!(told.get("data").is_none());
    }
}

#[tokio::test]
async fn what_trying_again_may_mend_has_a_status() {
    let request = |authorization: &str, body: &'static str| {
        let request = Request::post("/graphql").header(header::ACCEPT, EVENTS).header(header::CONTENT_TYPE, JSON);
        request.header(header::AUTHORIZATION, authorization).body(Body::from(body)).unwrap()
    };
    for (status, authorization, body) in [
        (401, "Bearer no", "{\"query\":\"{hello}\"}"),
        (400, "Bearer swb_a", "{"),
        (500, "Bearer swb_a", "{\"query\":\"{panic}\"}"),
    ] {
        let answer = send(router(front()), request(authorization, body)).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
        assert_ne!(answer.code(), "none", "{}", answer.text);
    }
}

#[tokio::test]
async fn who_takes_parts_and_json_gets_results_as_json() {
    let answer = ask(APOLLO, "{ hello }").await;
    assert_eq!(answer.header("content-type"), Some("application/graphql-response+json; charset=utf-8"));
    assert_eq!(answer.json, json!({"data": {"hello": "world"}}));
    let refused = ask(APOLLO, "{ nothing }").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, "GRAPHQL_VALIDATION_FAILED"));
    let refused = ask(PARTS, "mutation { bump(millis: 0) }").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (406, "BAD_REQUEST"));
    assert_eq!(post(&front(), "{ count }", json!({})).await.json["data"]["count"], 0);
}
