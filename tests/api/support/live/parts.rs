//! The parts of Apollo's multipart subscriptions. A part is read as soon as its closing boundary is there, without waiting for what
//! follows.

use serde_json::{Value, json};

use super::body::Frame;

/// Where in the body one reads.
pub(super) struct Parts {
    boundary: Vec<u8>,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first boundary.
    Start,
    /// Just behind a boundary.
    Boundary,
    /// In a part.
    Part,
    /// Behind the last boundary.
    End,
}

impl Parts {
    /// What the answer's `Content-Type` says of its parts.
    pub fn new(content_type: &str) -> Self {
        let mut parameters = content_type.split(';').map(str::trim);
        assert_eq!(parameters.next(), Some("multipart/mixed"), "{content_type}");
        let (mut boundary, mut version) = (None, None);
        for parameter in parameters {
            let (name, value) = parameter.split_once('=').unwrap();
            let value = value.trim_matches('"').to_owned();
            match name {
                "boundary" => boundary = Some(value),
                "subscriptionSpec" => version = Some(value),
                other => panic!("a parameter {other} in {content_type}"),
            }
        }
        assert_eq!(version.as_deref(), Some("1.0"), "{content_type}");
        let boundary = format!("--{}", boundary.unwrap_or_else(|| "-".to_owned()));
        Self { boundary: boundary.into_bytes(), place: Place::Start }
    }

    /// The next part that is whole.
    pub fn frame(&mut self, buffer: &mut Vec<u8>) -> Option<Frame> {
        loop {
            match self.place {
                Place::Start => {
                    let lead = if buffer.starts_with(b"\r\n") { 2 } else { 0 };
                    if buffer.len() < lead + self.boundary.len() {
                        return None;
                    }
                    assert!(buffer[lead..].starts_with(&self.boundary), "the body begins with its boundary");
                    buffer.drain(..lead + self.boundary.len());
                    self.place = Place::Boundary;
                }
                Place::Boundary if buffer.len() < 2 => return None,
                Place::Boundary => {
                    let next: Vec<u8> = buffer.drain(..2).collect();
                    self.place = match &next[..] {
                        b"\r\n" => Place::Part,
                        b"--" => Place::End,
                        other => panic!("{other:?} behind a boundary"),
                    };
                    if self.place == Place::End {
                        return Some(Frame::Complete);
                    }
                }
                Place::Part => return self.part(buffer),
                Place::End => {
                    assert!(b"\r\n".starts_with(buffer), "{buffer:?} behind the last boundary");
                    return None;
                }
            }
        }
    }

    fn part(&mut self, buffer: &mut Vec<u8>) -> Option<Frame> {
        let closing = [b"\r\n", &self.boundary[..]].concat();
        let end = buffer.windows(closing.len()).position(|bytes| bytes == closing)?;
        let part: Vec<u8> = buffer.drain(..end + closing.len()).take(end).collect();
        self.place = Place::Boundary;
        let part = String::from_utf8(part).unwrap();
        let (head, content) = part.split_once("\r\n\r\n").unwrap_or_else(|| panic!("a part without a head: {part}"));
        assert!(head.to_ascii_lowercase().starts_with("content-type: application/json"), "{head}");
        let content: Value = serde_json::from_str(content).unwrap();
        if content == json!({}) {
            return Some(Frame::Beat);
        }
        let payload = content.get("payload").unwrap_or_else(|| panic!("a part without payload: {content}"));
        match (payload, content.get("errors")) {
            (Value::Object(result), None) if result.contains_key("data") => Some(Frame::Next(payload.clone(), None)),
            (Value::Null, Some(errors)) => Some(Frame::Error(errors.clone(), None)),
            _ => panic!("what is {content}?"),
        }
    }
}

#[test]
fn parts_are_read_however_they_are_cut_and_as_soon_as_they_end() {
    let part = |content: &str| format!("\r\nContent-Type: application/json\r\n\r\n{content}\r\n--graphql");
    let next = part(r#"{"payload":{"data":{"a":1}}}"#);
    let body = ["--graphql", &part("{}"), &next, &part(r#"{"payload":null,"errors":[]}"#), "--\r\n"].concat();
    for size in 1..body.len() {
        let mut parts = Parts::new("multipart/mixed; boundary=\"graphql\"; subscriptionSpec=1.0");
        let (mut buffer, mut told) = (Vec::new(), Vec::new());
        for bytes in body.as_bytes().chunks(size) {
            buffer.extend_from_slice(bytes);
            while let Some(frame) = parts.frame(&mut buffer) {
                told.push(frame);
            }
        }
        let [Frame::Beat, Frame::Next(result, None), Frame::Error(errors, None), Frame::Complete] = &told[..] else {
            panic!("{} frames in pieces of {size}", told.len())
        };
        assert_eq!(result.to_string(), r#"{"data":{"a":1}}"#);
        assert!(errors.is_array());
    }
    let mut parts = Parts::new("multipart/mixed;boundary=graphql;subscriptionSpec=\"1.0\"");
    let mut buffer = format!("--graphql{next}").into_bytes();
    assert!(matches!(parts.frame(&mut buffer), Some(Frame::Next(..))), "without what follows its boundary");
}
