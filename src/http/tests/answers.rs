//! Methods, media types, statuses, codes: what the wire looks like.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use super::{JSON, RESPONSE_JSON, front, front_with, post, request, router, send};
use crate::http::Limits;

fn get(uri: &str) -> Request<Body> {
    let builder = Request::get(uri).header(header::AUTHORIZATION, "Bearer swb_a");
    builder.header(header::ACCEPT, RESPONSE_JSON).body(Body::empty()).unwrap()
}

async fn sent(request: Request<Body>) -> super::Answer {
    send(router(front()), request).await
}

#[tokio::test]
async fn queries_are_answered_over_post_and_get() {
    let answer = sent(request(json!({"query": "{ hello }"}))).await;
    assert_eq!((answer.status, &answer.json), (StatusCode::OK, &json!({"data": {"hello": "world"}})));
    assert_eq!(answer.header("content-type"), Some("application/graphql-response+json; charset=utf-8"));
    assert!(answer.header("x-request-id").is_some());
    let answer =
        sent(get("/graphql?query=query(%24t:String)%7Becho(team:%24t)%7D&variables=%7B%22t%22:%22x%22%7D")).await;
    assert!(answer.text.contains("team=x"), "{}", answer.text);
}

#[tokio::test]
async fn only_queries_over_get_also_when_named() {
    for query in ["mutation%7Brefuse%7D", "mutation%20M%7Brefuse%7D"] {
        let answer = sent(get(&format!("/graphql?query={query}"))).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (405, "BAD_REQUEST"), "{}", answer.text);
        assert_eq!(answer.header("allow"), Some("POST"));
    }
    let two = "query%20Q%7Bhello%7D%20mutation%20M%7Brefuse%7D";
    assert_eq!(sent(get(&format!("/graphql?query={two}&operationName=Q"))).await.status, 200);
    assert_eq!(sent(get(&format!("/graphql?query={two}&operationName=M"))).await.status, 405);
}

#[tokio::test]
async fn other_methods_are_refused() {
    for method in ["PUT", "DELETE", "PATCH"] {
        let request = Request::builder().method(method).uri("/graphql");
        let answer = sent(request.body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("GET, POST")));
    }
}

#[tokio::test]
async fn transport_faults_come_before_authentication() {
    let post = || Request::post("/graphql");
    let json_post = || post().header(header::CONTENT_TYPE, JSON);
    let cases = [
        (415, post().body(Body::from("{}"))),
        (415, post().header("content-type", "text/plain").body(Body::from("{}"))),
        (415, post().header("content-type", "application/json; charset=latin1").body(Body::from("{}"))),
        (400, json_post().body(Body::from("{"))),
        (400, json_post().body(Body::empty())),
        (400, json_post().body(Body::from("[{\"query\":\"{hello}\"}]"))),
        (400, json_post().body(Body::from("{\"query\":1}"))),
        (413, json_post().body(Body::from(" ".repeat(256 * 1024 + 1)))),
        (413, json_post().header("content-length", "999999").body(Body::empty())),
        (406, json_post().header("accept", "text/plain").body(Body::from("{\"query\":\"{hello}\"}"))),
        (401, json_post().body(Body::from("{\"query\":\"{hello}\"}"))),
        (401, json_post().body(Body::from("{\"query\":\"{\"}"))),
    ];
    for (status, request) in cases {
        let answer = sent(request.unwrap()).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        let code = if status == 401 { "UNAUTHENTICATED" } else { "BAD_REQUEST" };
        assert_eq!(answer.code(), code);
        assert!(answer.json.get("data").is_none());
    }
}

#[tokio::test]
async fn a_slow_body_is_cut() {
    let limits = Limits { body_time: std::time::Duration::from_millis(20), ..Limits::default() };
    let body = Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, JSON).body(body).unwrap();
    let answer = send(router(front_with(limits)), request).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (408, "BAD_REQUEST"));
}

#[tokio::test]
async fn request_errors_have_no_data_and_a_code() {
    let cases = [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ a(b: \"\"\" ) }", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...F } fragment F on Query { ...F }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "BAD_REQUEST"),
        ("subscription { hello }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ inbox(first: 101) { totalCount } }", "BAD_REQUEST"),
    ];
    for (query, code) in cases {
        let answer = post(&front(), query, json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, code), "{query}: {}", answer.text);
        assert!(answer.json.get("data").is_none());
        let mut request = request(json!({"query": query}));
        request.headers_mut().insert(header::ACCEPT, JSON.parse().unwrap());
        let answer = sent(request).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (200, code), "{query}: {}", answer.text);
        assert!(answer.json.get("data").is_none());
    }
}

#[tokio::test]
async fn syntax_errors_are_short_and_placed() {
    let answer = post(&front(), &format!("{{ hello{} ) }}", " ".repeat(9_000)), json!({})).await;
    assert!(answer.text.len() < 500, "{}", answer.text);
    assert_eq!(answer.json["errors"][0]["locations"][0]["line"], 1);
}

#[tokio::test]
async fn faults_of_the_server_are_hidden_and_carry_the_request_id() {
    for query in ["{ panic }", "mutation { panic }", "{ leak }"] {
        let answer = post(&front(), query, json!({})).await;
        let error = &answer.json["errors"][0];
        assert_eq!(answer.code(), "INTERNAL", "{}", answer.text);
        assert_eq!(error["message"], "internal error");
        assert_eq!(error["extensions"]["requestId"].as_str(), answer.header("x-request-id"));
        let panics = query.contains("panic");
        assert_eq!(answer.status.as_u16(), if panics { 500 } else { 200 });
        assert_eq!(answer.json.get("data").is_none(), panics);
    }
}

#[tokio::test]
async fn a_browser_is_sent_to_the_explorer() {
    let html = "text/html,application/xhtml+xml,*/*;q=0.8";
    let visit = |uri: &str| Request::get(uri).header(header::ACCEPT, html).body(Body::empty()).unwrap();
    let answer = sent(visit("/graphql")).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some("/explorer")));
    assert_eq!(sent(visit("/graphql?query=%7Bhello%7D")).await.status.as_u16(), 401);
    assert_eq!(sent(visit("/explorer")).await.status, 200);
}
