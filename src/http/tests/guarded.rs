//! Hostile documents over the whole way: each is refused, and fast.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{front, post};

async fn refused(query: &str) -> String {
    let front = front();
    let start = Instant::now();
    let answer = post(&front, query, json!({})).await;
    let took = start.elapsed();
    assert_eq!(answer.status.as_u16(), 400, "{}", answer.text);
    assert!(took < Duration::from_secs(2), "{took:?}");
    answer.code().to_owned()
}

#[tokio::test]
async fn nested_fragments_that_explode() {
    let mut bomb = "{...A0}".to_owned();
    for n in 0..25 {
        let _ = write!(bomb, "fragment A{n} on Query{{...A{0} ...A{0}}}", n + 1);
    }
    bomb.push_str("fragment A25 on Query{hello}");
    assert_eq!(refused(&bomb).await, "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn brackets_that_would_overflow_the_stack() {
    for (open, close) in [("{a", "}"), ("{a(b:[", "])}"), ("{...", "}")] {
        let query = format!("{}{}", open.repeat(20_000), close.repeat(20_000));
        assert_eq!(refused(&query).await, "QUERY_TOO_COMPLEX");
    }
    let query = format!("query($a: {}Int) {{ hello }}", "[".repeat(200_000));
    assert_eq!(refused(&query).await, "QUERY_TOO_COMPLEX");
    let hidden = format!("{{ a(b: \"\"\" \" {}", "[".repeat(200_000));
    assert_eq!(refused(&hidden).await, "GRAPHQL_PARSE_FAILED");
}

#[tokio::test]
async fn the_deepest_allowed_brackets_do_not_overflow_the_stack() {
    let query = format!("{{ echo(words: {}{}) }}", "[".repeat(60), "]".repeat(60));
    refused(&query).await;
    let query = format!("{}{}", "{ ... ".repeat(60), "{ hello }".to_owned() + &"}".repeat(60));
    refused(&query).await;
}

#[tokio::test]
async fn long_chains_of_fragments() {
    let mut chain = "{...A0}".to_owned();
    for n in 0..1_000 {
        let _ = write!(chain, "fragment A{n} on Query{{...A{}}}", n + 1);
    }
    assert_eq!(refused(&chain).await, "QUERY_TOO_COMPLEX");
    let unused = chain.replacen("{...A0}", "{hello}", 1);
    assert_eq!(refused(&unused).await, "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn many_operations_many_tokens_long_names() {
    let mut many = "fragment F on Query { a: hello b: hello c: hello d: hello } ".to_owned();
    for n in 0..1_000 {
        let _ = write!(many, "query Q{n} {{ ...F }} ");
    }
    assert_eq!(refused(&many).await, "QUERY_TOO_COMPLEX");
    assert_eq!(refused(&format!("{{ {} }}", "a ".repeat(16_000))).await, "QUERY_TOO_COMPLEX");
    assert_eq!(refused(&format!("{{ {} }}", "a".repeat(10_000))).await, "QUERY_TOO_COMPLEX");
    refused(&format!("{{ {} }}", "helo ".repeat(1_900))).await;
    let arguments = "a: 1 ".repeat(2_400);
    refused(&format!("{{ echo({arguments}) echo({arguments}) }}")).await;
}

#[tokio::test]
async fn introspection_that_would_answer_too_much() {
    let mut query = "__typename".to_owned();
    for _ in 0..9 {
        query = format!("fields {{ type {{ {query} }} }}");
    }
    let query = format!("{{ __schema {{ types {{ {query} }} }} }}");
    assert_eq!(refused(&query).await, "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn large_variables_used_everywhere() {
    let uses = "echo(filter: $f) ".repeat(1_500);
    let query = format!("query($f: Filter) {{ {uses} }}");
    let tags = vec!["t"; 20_000];
    let answer = post(&front(), &query, json!({"f": {"tags": tags}})).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "QUERY_TOO_COMPLEX"));
}
