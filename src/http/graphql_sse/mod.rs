//! Server-sent events, in the distinct connections mode of the graphql-sse protocol: one request, one operation, one response.
//! How events are spelled and where a client goes on from; what is sent in them is decided elsewhere.

mod resume;

use std::time::Duration;

pub use resume::{LAST_EVENT_ID, last_event_id};

/// The response's `Content-Type`.
pub const CONTENT_TYPE: &str = "text/event-stream; charset=utf-8";
/// A comment, which clients skip. Sent at once too: some browsers and proxies take no response for begun without a byte of it.
pub const KEEP_ALIVE: &str = ":\n\n";
/// How long a stream is silent at most.
pub const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(12);
/// The end. Its empty data makes browsers' `EventSource` tell of it.
pub const COMPLETE: &str = "event: complete\ndata: \n\n";

/// A result, with the position after which the client goes on when it comes back.
pub fn next(cursor: Option<&str>, json: &str) -> String {
    debug_assert!(!json.contains('\n'), "data of several lines would need several fields");
    let mut event = String::with_capacity(json.len() + 64);
    if let Some(cursor) = cursor {
        event.extend(["id: ", cursor, "\n"]);
    }
    event.extend(["event: next\ndata: ", json, "\n\n"]);
    event
}

/// A single result or refusal: the whole response.
pub fn only(json: &str) -> String {
    let mut events = next(None, json);
    events.push_str(COMPLETE);
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_spelled_as_clients_read_them() {
        assert_eq!(next(Some("AQ"), "{\"data\":1}"), "id: AQ\nevent: next\ndata: {\"data\":1}\n\n");
        assert_eq!(only("{}"), "event: next\ndata: {}\n\nevent: complete\ndata: \n\n");
    }
}
