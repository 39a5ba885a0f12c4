//! What the server says, as text. Results are put in as they are: they were written once for everybody who reads them.

use async_graphql::ServerError;
use axum::extract::ws::{Message, Utf8Bytes};
use serde_json::{Map, Value, json};

/// The connection is acknowledged.
pub fn ack() -> Message {
    Message::Text(Utf8Bytes::from_static(r#"{"type":"connection_ack"}"#))
}

/// The answer to a client's `ping`, with the payload that it sent.
pub fn pong(payload: Option<Map<String, Value>>) -> Message {
    let Some(payload) = payload else {
        return Message::Text(Utf8Bytes::from_static(r#"{"type":"pong"}"#));
    };
    text(json!({ "type": "pong", "payload": payload }).to_string())
}

/// One result of a subscription.
pub fn next(id: &str, result: &str) -> Message {
    let id = quoted(id);
    text(["{\"id\":", &id, ",\"type\":\"next\",\"payload\":", result, "}"].concat())
}

/// The end of a subscription.
pub fn error(id: &str, errors: &[ServerError]) -> Message {
    text(json!({ "id": id, "type": "error", "payload": errors }).to_string())
}

fn quoted(id: &str) -> String {
    Value::from(id).to_string()
}

fn text(text: String) -> Message {
    Message::Text(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::codes;

    fn read(message: Message) -> String {
        let Message::Text(text) = message else { panic!("{message:?}") };
        text.to_string()
    }

    #[test]
    fn results_are_put_in_as_they_are() {
        let result = r#"{"data": {"z":1,"a" :2}}"#;
        assert_eq!(read(next("1", result)), format!(r#"{{"id":"1","type":"next","payload":{result}}}"#));
        let odd: Value = serde_json::from_str(&read(next("a\"\\\n\u{1f600}", result))).unwrap();
        assert_eq!(odd["id"], "a\"\\\n\u{1f600}");
        assert_eq!(odd["payload"]["data"]["z"], 1);
    }

    #[test]
    fn errors_are_a_list_with_codes() {
        let message: Value = serde_json::from_str(&read(error("1", &[codes::error("NOT_FOUND", "No.")]))).unwrap();
        assert_eq!(message["type"], "error");
        assert_eq!(message["payload"][0]["extensions"]["code"], "NOT_FOUND");
    }

    #[test]
    fn a_pong_has_the_payload_of_its_ping() {
        assert_eq!(read(pong(None)), r#"{"type":"pong"}"#);
        let payload = json!({ "at": [1, null] });
        let message: Value = serde_json::from_str(&read(pong(payload.as_object().cloned()))).unwrap();
        assert_eq!(message["payload"], payload);
    }
}
