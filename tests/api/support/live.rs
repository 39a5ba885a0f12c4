//! Followers of live streams: one client of each transport, written by the protocols' texts and not after the server, and strict about
//! them. What breaks a protocol fails the test.

mod body;
mod events;
mod parts;
mod socket;

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use switchboard::domain::cursor::Cursor;
use tokio::time::timeout;

pub use socket::Socket;

use super::{Client, World};

/// Everything in one conversation.
pub const CONVERSATION: &str = "subscription($id: ID!, $after: EventCursor) {
    conversationChanged(conversationId: $id, after: $after) {
        cursor conversation { id version state } entry { __typename id kind version } } }";

/// The feed.
pub const FEED: &str = "subscription($filter: ConversationFilter, $kinds: [TimelineKind!], $after: EventCursor) {
    conversationsChanged(filter: $filter, kinds: $kinds, after: $after) {
        cursor conversation { id version state } entry { __typename id kind version } } }";

/// What the viewer follows or has.
pub const FOLLOWED: &str = "subscription($after: EventCursor) { followedConversationsChanged(after: $after) {
    cursor conversation { id version state } entry { __typename id kind version } } }";

/// A view.
pub const VIEW: &str = "subscription($view: ConversationView!, $scope: InboxScope!, $filter: ConversationFilter, $after: EventCursor) {
    viewChanged(view: $view, scope: $scope, filter: $filter, after: $after) { cursor kind conversation { id version } } }";

/// The viewer's notifications.
pub const NOTIFICATIONS: &str = "subscription($after: EventCursor) { notificationReceived(after: $after) {
    cursor unreadCount notification { id reason readAt entry { id kind } conversation { id } } } }";

/// One ticket, or all.
pub const TICKETS: &str = "subscription($ticketId: ID, $after: EventCursor) { ticketChanged(ticketId: $ticketId, after: $after) {
    cursor kind at fromStatus toStatus actor { __typename displayName } ticket { id number title version } conversation { id } } }";

/// How long anything that must come may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// How a subscription is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// `graphql-transport-ws`, with a socket of its own.
    WebSocket,
    /// Server-sent events, by `graphql-sse`'s distinct connections.
    Events,
    /// Apollo's multipart subscriptions.
    Parts,
}

impl Transport {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::WebSocket, Self::Events, Self::Parts];
}

/// What a follower hears.
#[derive(Clone, Debug)]
pub enum Heard {
    /// A result: an object with `data`, perhaps with `errors`.
    Next(Value),
    /// The server ended the subscription, or refused it.
    Ended(Ended),
    /// The connection is gone, with the close code of a WebSocket.
    Gone(Option<u16>),
}

/// Why a subscription ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The error's code.
    pub code: String,
    /// From where to follow on.
    pub cursor: Option<String>,
    /// The error's sentence.
    pub message: String,
}

impl Ended {
    /// The one error of an ending.
    fn of(errors: &Value) -> Self {
        let [error] = errors.as_array().map_or(&[][..], Vec::as_slice) else { panic!("not one error: {errors}") };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let extensions = &error["extensions"];
        let code = text(&extensions["code"]).unwrap_or_else(|| panic!("no code: {error}"));
        let message = text(&error["message"]).unwrap_or_else(|| panic!("no message: {error}"));
        Self { code, cursor: text(&extensions["cursor"]), message }
    }
}

/// A subscription under way, as its client has it. Dropping it drops what carries it.
pub struct Follower {
    source: Source,
}

enum Source {
    Socket(socket::Line),
    Body(Box<body::Body>),
}

impl Follower {
    /// What comes next, however long it takes. Whoever waits may stop waiting without losing anything.
    pub async fn hear(&mut self) -> Heard {
        match &mut self.source {
            Source::Socket(line) => line.hear().await,
            Source::Body(body) => body.hear().await,
        }
    }

    /// What comes next, by the deadline.
    #[track_caller]
    pub fn heard(&mut self) -> impl Future<Output = Heard> {
        let place = std::panic::Location::caller();
        async move {
            let heard = timeout(DEADLINE, self.hear()).await;
            heard.unwrap_or_else(|_| panic!("nothing came for {DEADLINE:?}, at {place}"))
        }
    }

    /// The next result, whole.
    #[track_caller]
    pub fn result(&mut self) -> impl Future<Output = Value> {
        let (place, heard) = (std::panic::Location::caller(), self.heard());
        async move {
            match heard.await {
                Heard::Next(result) => result,
                other => panic!("not a result but {other:?}, at {place}"),
            }
        }
    }

    /// The value of the next result's only root field, which has no errors.
    #[track_caller]
    pub fn next(&mut self) -> impl Future<Output = Value> {
        let (place, result) = (std::panic::Location::caller(), self.result());
        async move {
            let mut result = result.await;
            assert!(result.get("errors").is_none(), "errors in {result:#}, at {place}");
            let data = result["data"].as_object_mut().unwrap_or_else(|| panic!("no data, at {place}"));
            assert_eq!(data.len(), 1, "one root field, at {place}");
            std::mem::take(data.values_mut().next().unwrap())
        }
    }

    /// The values of the next results.
    pub async fn take(&mut self, many: usize) -> Vec<Value> {
        let mut taken = Vec::with_capacity(many);
        for _ in 0..many {
            taken.push(self.next().await);
        }
        taken
    }

    /// The code and the cursor of the ending that comes next.
    #[track_caller]
    pub fn error(&mut self) -> impl Future<Output = (String, Option<String>)> {
        let (place, heard) = (std::panic::Location::caller(), self.heard());
        async move {
            match heard.await {
                Heard::Ended(ended) => (ended.code, ended.cursor),
                other => panic!("not an ending but {other:?}, at {place}"),
            }
        }
    }

    /// Makes sure that nothing comes for so long.
    #[track_caller]
    pub fn silent(&mut self, long: Duration) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            if let Ok(heard) = timeout(long, self.hear()).await {
                panic!("not silent: {heard:?}, at {place}");
            }
        }
    }

    /// Drops the connection where it stands, without a word; with it whatever else it carries.
    pub fn cut(self) {
        if let Source::Socket(line) = &self.source {
            line.cut();
        }
    }

    /// Says that no more is wanted. Without a WebSocket that is hanging up.
    pub async fn complete(self) {
        if let Source::Socket(line) = self.source {
            line.complete().await;
        }
    }
}

/// The row of the log that a position names.
pub fn seq(cursor: &Value) -> i64 {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor.as_str().unwrap()).unwrap();
    Cursor::from_bytes(&bytes).unwrap().seq
}

/// The kinds of the entries of results.
pub fn kinds(results: &[Value]) -> Vec<&str> {
    results.iter().map(|result| result["entry"]["kind"].as_str().unwrap()).collect()
}

impl Client {
    /// Subscribes.
    pub async fn follow(&self, transport: Transport, document: &str, variables: Value) -> Follower {
        let request = json!({ "query": document, "variables": variables });
        self.follow_from(transport, request, None).await
    }

    /// Sends a subscription as it is, from the position that the transport itself carries, which only events can.
    pub async fn follow_from(&self, transport: Transport, request: Value, last_event_id: Option<&str>) -> Follower {
        match transport {
            Transport::WebSocket => Socket::open(self).await.send(request).await,
            Transport::Events => Follower { source: Source::Body(body::events(self, &request, last_event_id).await) },
            Transport::Parts => Follower { source: Source::Body(body::parts(self, &request).await) },
        }
    }
}

impl World {
    /// The position behind this row of the log, as clients spell it; 0 is before the first.
    pub async fn cursor_at(&self, seq: i64) -> String {
        let epoch = self.app.service.store.head().await.unwrap().epoch;
        BASE64_URL_SAFE_NO_PAD.encode(Cursor { epoch, seq }.to_bytes())
    }

    /// Where the log stands, as a client is told.
    pub async fn cursor(&self) -> String {
        let answer = self.ada().query("{ eventCursor }", json!({})).await.ok();
        answer.at("eventCursor").as_str().unwrap().to_owned()
    }
}
