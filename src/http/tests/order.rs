//! Answers have their fields in the order in which they were asked for, whichever is answered first.

use serde_json::json;

use super::{front, post};

/// The answer begins like this, letter for letter.
async fn begins(query: &str, beginning: &str) {
    let text = post(&front(), query, json!({})).await.text;
    assert!(text.starts_with(&format!("{{\"data\":{beginning}")), "{text}");
}

#[tokio::test]
async fn a_slow_field_keeps_its_place() {
    let query = "{ last: slow(millis: 30) hello middle: slow(millis: 10) item { n may } }";
    begins(query, r#"{"last":30,"hello":"world","middle":10,"item":{"n":1,"may":1}}"#).await;
}

#[tokio::test]
async fn fields_of_fragments_stand_where_the_fragment_stands() {
    let query = "{ ...Slow hello ... { again: hello } } fragment Slow on Query { slow(millis: 20) first: hello }";
    begins(query, r#"{"slow":20,"first":"world","hello":"world","again":"world"}"#).await;
}

#[tokio::test]
async fn a_field_that_is_named_twice_stands_where_it_was_named_first() {
    let query = "{ a: slow(millis: 20) item { n } hello item { may n } a: slow(millis: 20) }";
    begins(query, r#"{"a":20,"item":{"n":1,"may":1},"hello":"world"}"#).await;
}

#[tokio::test]
async fn a_failed_field_stands_where_it_was_asked_for() {
    let query = "{ mayFail hello list { may n } }";
    begins(query, r#"{"mayFail":null,"hello":"world","list":[{"may":0,"n":0},{"may":null,"n":1},{"may":2,"n":2}]}"#)
        .await;
}

#[tokio::test]
async fn what_is_left_out_moves_nothing() {
    let query =
        "{ skipped: hello @skip(if: true) slow(millis: 10) hello item { n @skip(if: true) may @include(if: true) } }";
    begins(query, r#"{"slow":10,"hello":"world","item":{"may":1}}"#).await;
    let query = "{ item { n @skip(if: true) may n } ... @include(if: false) { hello } slow(millis: 10) hello }";
    begins(query, r#"{"item":{"may":1,"n":1},"slow":10,"hello":"world"}"#).await;
}
