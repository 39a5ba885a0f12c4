//! What clients may say, and what they are told when they may not.

use serde_json::json;

use super::*;

fn read(message: &Value) -> Result<Message, &'static str> {
    parse(&message.to_string())
}

fn token_of(payload: Value) -> Option<Box<str>> {
    match read(&json!({ "type": "connection_init", "payload": payload })) {
        Ok(Message::Init { token }) => token,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_token_is_found_under_any_case_of_its_key() {
    for key in ["Authorization", "authorization", "AUTHORIZATION"] {
        assert_eq!(token_of(json!({ key: "Bearer swb_a" })).as_deref(), Some("swb_a"), "{key}");
    }
    assert_eq!(token_of(json!({ "Authorization": "bearer  swb_a " })).as_deref(), Some("swb_a"));
    for payload in [
        json!(null),
        json!({}),
        json!({ "Authorization": "swb_a" }),
        json!({ "Authorization": "Basic swb_a" }),
        json!({ "Authorization": null }),
        json!({ "Authorization": ["Bearer swb_a"] }),
        json!({ "token": "Bearer swb_a" }),
    ] {
        assert_eq!(token_of(payload.clone()), None, "{payload}");
    }
    assert!(matches!(parse(r#"{"type":"connection_init"}"#), Ok(Message::Init { token: None })));
}

#[test]
fn pings_keep_their_payload() {
    assert!(matches!(read(&json!({ "type": "ping" })), Ok(Message::Ping(None))));
    assert!(matches!(read(&json!({ "type": "ping", "payload": null })), Ok(Message::Ping(None))));
    let Ok(Message::Ping(Some(payload))) = read(&json!({ "type": "ping", "payload": { "a": 1 } })) else { panic!() };
    assert_eq!(Value::Object(payload), json!({ "a": 1 }));
    assert!(matches!(read(&json!({ "type": "pong", "payload": {} })), Ok(Message::Pong)));
}

#[test]
fn subscriptions_are_read_with_all_their_parameters() {
    let payload =
        json!({ "query": "subscription A { a }", "operationName": "A", "variables": { "x": 1 }, "extensions": {} });
    let message = read(&json!({ "id": "7", "type": "subscribe", "payload": payload }));
    let Ok(Message::Subscribe { id, params }) = message else { panic!("{message:?}") };
    assert_eq!((&*id, &*params.query, params.operation_name.as_deref()), ("7", "subscription A { a }", Some("A")));
    assert_eq!(params.variables.len(), 1);
    let payload = json!({ "query": "", "operationName": null, "variables": null, "extensions": null, "else": 1 });
    let message = read(&json!({ "id": "7", "type": "subscribe", "payload": payload }));
    assert!(matches!(message, Ok(Message::Subscribe { .. })), "{message:?}");
    assert!(matches!(read(&json!({ "id": "7", "type": "complete" })), Ok(Message::Complete { .. })));
}

#[test]
fn what_the_protocol_does_not_know_is_refused() {
    let subscribe = |payload: Value| json!({ "id": "7", "type": "subscribe", "payload": payload }).to_string();
    let long = json!({ "id": "7".repeat(257), "type": "complete" }).to_string();
    for (text, reason) in [
        ("", "The message is not JSON"),
        ("{\"type\":\"ping\"", "The message is not JSON"),
        ("{\"type\":\"ping\"} x", "The message is not JSON"),
        ("null", "The message must be an object"),
        ("[]", "The message must be an object"),
        ("\"ping\"", "The message must be an object"),
        ("{}", "type must be a string"),
        (r#"{"type":1}"#, "type must be a string"),
        (r#"{"type":""}"#, "Unknown type of message"),
        (r#"{"type":"start","id":"1"}"#, "Unknown type of message"),
        (r#"{"type":"Ping"}"#, "Unknown type of message"),
        (r#"{"type":"connection_ack"}"#, "Only servers send messages of this type"),
        (r#"{"type":"next","id":"1","payload":{}}"#, "Only servers send messages of this type"),
        (r#"{"type":"error","id":"1","payload":[]}"#, "Only servers send messages of this type"),
        (r#"{"type":"connection_init","payload":"x"}"#, "payload must be an object"),
        (r#"{"type":"ping","payload":[]}"#, "payload must be an object"),
        (r#"{"type":"pong","payload":0}"#, "payload must be an object"),
        (r#"{"type":"complete"}"#, "id must be a string"),
        (r#"{"type":"complete","id":1}"#, "id must be a string"),
        (r#"{"type":"complete","id":""}"#, "id must not be empty"),
        (&long, "id is too long"),
        (r#"{"type":"subscribe","payload":{"query":"{a}"}}"#, "id must be a string"),
        (r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#, "id must not be empty"),
        (r#"{"type":"subscribe","id":"1"}"#, "payload must be an object"),
        (&subscribe(json!("{a}")), "payload must be an object"),
        (&subscribe(json!([])), "payload must be an object"),
        (&subscribe(json!({})), "query must be a string"),
        (&subscribe(json!({ "query": null })), "query must be a string"),
        (&subscribe(json!({ "query": 1 })), "query must be a string"),
        (&subscribe(json!({ "query": "{a}", "operationName": 1 })), "operationName must be a string"),
        (&subscribe(json!({ "query": "{a}", "variables": [] })), "variables must be an object"),
        (&subscribe(json!({ "query": "{a}", "variables": "x" })), "variables must be an object"),
        (&subscribe(json!({ "query": "{a}", "extensions": true })), "extensions must be an object"),
    ] {
        assert_eq!(parse(text).err(), Some(reason), "{text}");
        assert!(reason.len() <= 123, "it fits a close frame");
    }
}
