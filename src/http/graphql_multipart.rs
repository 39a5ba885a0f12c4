//! Parts of one response, as Apollo's multipart protocol for subscriptions wants them.
//! How parts are spelled; what is sent in them is decided elsewhere.

use std::time::Duration;

/// The response's `Content-Type`.
pub const CONTENT_TYPE: &str = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0";
/// The first boundary. Each part ends with the next one, so that no client waits for it before it reads the part.
pub const OPENING: &str = "\r\n--graphql";
/// A part that clients skip.
pub const HEARTBEAT: &str = "\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql";
/// How long a stream is silent at most.
pub const HEARTBEAT_EVERY: Duration = Duration::from_secs(5);
/// What makes the boundary before it the last one.
pub const CLOSING: &str = "--\r\n";

/// A result.
pub fn next(json: &str) -> String {
    part(&["{\"payload\":", json, "}"])
}

/// Errors of the transport, which end the stream.
pub fn failed(errors: &str) -> String {
    part(&["{\"payload\":null,\"errors\":", errors, "}"])
}

fn part(json: &[&str]) -> String {
    let mut part = String::with_capacity(json.iter().map(|piece| piece.len()).sum::<usize>() + 64);
    part.push_str("\r\ncontent-type: application/json\r\n\r\n");
    part.extend(json.iter().copied());
    part.push_str(OPENING);
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_ends_with_a_boundary() {
        assert_eq!(HEARTBEAT, part(&["{}"]));
        assert_eq!(
            [OPENING, &next("{\"data\":1}"), &failed("[]"), CLOSING].concat(),
            "\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{\"payload\":{\"data\":1}}\
             \r\n--graphql\r\ncontent-type: application/json\r\n\r\n{\"payload\":null,\"errors\":[]}\r\n--graphql--\r\n"
        );
    }
}
