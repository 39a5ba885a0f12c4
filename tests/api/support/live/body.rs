//! A subscription in the body of an HTTP answer that doesn't end.

use reqwest::Response;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::Value;
use tokio::time::timeout;

use super::events::Events;
use super::parts::Parts;
use super::{DEADLINE, Ended, Heard};
use crate::support::Client;

/// One thing in a body.
pub(super) enum Frame {
    /// A result, with the position that the transport gives it.
    Next(Value, Option<String>),
    /// An ending: the errors, with the position that the transport gives it.
    Error(Value, Option<String>),
    /// The subscription is over.
    Complete,
    /// Nothing, so that the connection isn't taken for dead.
    Beat,
}

/// The body of an answer under way.
pub(super) struct Body {
    response: Option<Response>,
    buffer: Vec<u8>,
    format: Format,
    ended: Option<Ended>,
    over: bool,
}

enum Format {
    Events(Events),
    Parts(Parts),
    /// It was refused at once.
    Refusal,
}

/// Subscribes by server-sent events.
pub(super) async fn events(client: &Client, request: &Value, last_event_id: Option<&str>) -> Box<Body> {
    let response = post(client, request, "text/event-stream", last_event_id).await;
    Box::new(Body::of(response, |content_type| {
        assert!(content_type.starts_with("text/event-stream"), "{content_type}");
        Format::Events(Events::default())
    }))
}

/// Subscribes by parts.
pub(super) async fn parts(client: &Client, request: &Value) -> Box<Body> {
    let accept = "multipart/mixed;boundary=\"graphql\";subscriptionSpec=\"1.0\",application/json";
    let response = post(client, request, accept, None).await;
    Box::new(Body::of(response, |content_type| Format::Parts(Parts::new(content_type))))
}

async fn post(client: &Client, request: &Value, accept: &str, last_event_id: Option<&str>) -> Response {
    let mut post = client.http().post(client.url()).header(ACCEPT, accept).json(request);
    if !client.secret().is_empty() {
        post = post.bearer_auth(client.secret());
    }
    if let Some(id) = last_event_id {
        post = post.header("Last-Event-ID", id);
    }
    timeout(DEADLINE, post.send()).await.expect("the server answers").unwrap()
}

impl Body {
    fn of(response: Response, format: impl FnOnce(&str) -> Format) -> Self {
        let content_type = response.headers()[CONTENT_TYPE].to_str().unwrap();
        let refused = content_type.contains("json");
        assert!(refused || response.status() == 200, "{response:?}");
        let format = if refused { Format::Refusal } else { format(content_type) };
        Self { response: Some(response), buffer: Vec::new(), format, ended: None, over: false }
    }

    pub async fn hear(&mut self) -> Heard {
        loop {
            while let Some(frame) = self.frame() {
                assert!(!self.over, "nothing follows the end");
                if let Some(heard) = self.take(frame) {
                    return heard;
                }
            }
            let Some(response) = &mut self.response else { return Heard::Gone(None) };
            match response.chunk().await {
                Ok(Some(bytes)) => self.buffer.extend_from_slice(&bytes),
                end => {
                    let whole = end.is_ok();
                    self.response = None;
                    return self.ending(whole);
                }
            }
        }
    }

    fn frame(&mut self) -> Option<Frame> {
        match &mut self.format {
            Format::Events(events) => events.frame(&mut self.buffer),
            Format::Parts(parts) => parts.frame(&mut self.buffer),
            Format::Refusal => None,
        }
    }

    fn take(&mut self, frame: Frame) -> Option<Heard> {
        match frame {
            Frame::Beat => None,
            Frame::Complete => {
                self.over = true;
                None
            }
            Frame::Next(..) | Frame::Error(..) if self.ended.is_some() => panic!("something follows the ending"),
            Frame::Next(result, id) => {
                let root = result["data"].as_object().and_then(|data| data.values().next());
                if let (Some(id), Some(cursor)) = (&id, root.and_then(|root| root["cursor"].as_str())) {
                    assert_eq!(id, cursor, "an event's id is its cursor");
                }
                Some(Heard::Next(result))
            }
            Frame::Error(errors, id) => {
                let ended = Ended::of(&errors);
                assert!(id.is_none() || id == ended.cursor, "an event's id is its cursor: {id:?} {ended:?}");
                self.ended = Some(ended);
                None
            }
        }
    }

    /// The body has ended. An ending counts only when it is whole.
    fn ending(&mut self, whole: bool) -> Heard {
        if matches!(self.format, Format::Refusal) && whole {
            let refusal: Value = serde_json::from_slice(&self.buffer).unwrap();
            assert!(refusal.get("data").is_none(), "{refusal}");
            return Heard::Ended(Ended::of(&refusal["errors"]));
        }
        match self.ended.take() {
            Some(ended) if self.over && whole => Heard::Ended(ended),
            Some(ended) => panic!("an ending that isn't whole: {ended:?}"),
            None => Heard::Gone(None),
        }
    }
}
