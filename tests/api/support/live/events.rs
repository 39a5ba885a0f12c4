//! Server-sent events as HTML's standard reads them, with the two kinds of events of `graphql-sse`.

use serde_json::Value;

use super::body::Frame;

/// The event being read.
#[derive(Default)]
pub(super) struct Events {
    name: Option<String>,
    data: Vec<String>,
    id: Option<String>,
}

impl Events {
    /// The next event that is whole.
    pub fn frame(&mut self, buffer: &mut Vec<u8>) -> Option<Frame> {
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            let line = String::from_utf8(line).unwrap();
            let line = line.trim_end_matches('\n').trim_end_matches('\r').to_owned();
            if line.is_empty() {
                if let Some(frame) = self.dispatch() {
                    return Some(frame);
                }
            } else if line.starts_with(':') {
                return Some(Frame::Beat);
            } else {
                self.field(&line);
            }
        }
        None
    }

    fn field(&mut self, line: &str) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match name {
            "event" => self.name = Some(value),
            "data" => self.data.push(value),
            "id" => self.id = Some(value),
            "retry" => {}
            other => panic!("events have no field {other}: {line}"),
        }
    }

    fn dispatch(&mut self) -> Option<Frame> {
        let event = std::mem::take(self);
        let Some(name) = event.name else {
            assert!(event.data.is_empty(), "an event without a name: {:?}", event.data);
            return None;
        };
        match name.as_str() {
            // EventSource dispatches no event without the field, so it is there, if empty.
            "complete" => {
                assert!(!event.data.is_empty(), "data is there, if empty");
                Some(Frame::Complete)
            }
            "next" => {
                let result: Value = serde_json::from_str(&event.data.join("\n")).unwrap();
                match result.get("data") {
                    Some(_) => Some(Frame::Next(result, event.id)),
                    None => Some(Frame::Error(result["errors"].clone(), event.id)),
                }
            }
            other => panic!("no event is called {other}"),
        }
    }
}

#[test]
fn events_are_read_however_they_are_cut() {
    let body = "\n:\n\nevent: next\nid: c1\ndata: {\"data\":\ndata: {\"a\":1}}\n\r\nevent: next\r\ndata: {\"errors\":[]}\n\nevent: complete\ndata:\n\n";
    for size in 1..body.len() {
        let (mut events, mut buffer, mut told) = (Events::default(), Vec::new(), Vec::new());
        for bytes in body.as_bytes().chunks(size) {
            buffer.extend_from_slice(bytes);
            while let Some(frame) = events.frame(&mut buffer) {
                told.push(frame);
            }
        }
        let [Frame::Beat, Frame::Next(result, id), Frame::Error(errors, None), Frame::Complete] = &told[..] else {
            panic!("{} frames in pieces of {size}", told.len())
        };
        assert_eq!((result.to_string(), id.as_deref()), (r#"{"data":{"a":1}}"#.to_owned(), Some("c1")));
        assert!(errors.is_array() && buffer.is_empty());
    }
}
