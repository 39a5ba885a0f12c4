//! `graphql-transport-ws`, frame by frame, with its close codes.

pub mod raw;

use std::time::{Duration, Instant};

use serde_json::json;
use switchboard::app::App;
use switchboard::clock::Clock;
use switchboard::http::{self, Front, Limits, SocketTimes};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::world::serve;
use crate::support::{World, both};
use raw::{Message, Raw, Step, acknowledged, complete, init, pieces, says, subscribe, text};

both!(
    each_message_has_its_answer_or_close_code,
    only_one_protocol_is_spoken,
    origins_are_checked_before_the_handshake,
    a_handshake_that_is_none_is_refused,
    who_says_nothing_is_closed,
    who_answers_no_ping_is_closed,
    a_dead_token_ends_its_socket,
    a_socket_keeps_its_place_among_the_connections,
    the_server_leaving_closes_idle_sockets,
    what_ends_a_socket_is_counted,
);

/// What a subscription with a document that can't be executed is refused with.
const BAD: &str = "subscription { nonsense }";
const INIT: &str = r#"{"type":"connection_init"}"#;

pub fn short() -> Limits {
    let times = SocketTimes {
        init: Duration::from_millis(300),
        ping: Duration::from_millis(200),
        close: Duration::from_millis(500),
    };
    Limits { sockets: times, write_time: Duration::from_secs(1), ..Limits::default() }
}

async fn each_message_has_its_answer_or_close_code(world: &World) {
    for (name, steps) in rows(world) {
        Raw::open(&world.base).await.play(name, steps).await;
    }
}

fn rows(world: &World) -> Vec<(&'static str, Vec<Step>)> {
    let token = &*world.organisation().bea.token;
    let known = |more: Vec<Step>| [init(token), acknowledged()].into_iter().chain(more).collect();
    let pong = || Step::Hears(json!({ "type": "pong" }));
    let long = "x".repeat(64 * 1024 + 1);
    let fits = json!({ "type": "ping", "payload": { "a": "x".repeat(60_000) } });
    let mut rows = vec![
        ("init and ack", vec![init(token), acknowledged(), Step::Silence]),
        (
            "the key in lower case",
            vec![
                says(json!({ "type": "connection_init", "payload": { "authorization": format!("bearer {token}") } })),
                acknowledged(),
            ],
        ),
        ("no payload", vec![text(INIT), Step::Closed(4403, "Forbidden")]),
        ("no token", vec![says(json!({ "type": "connection_init", "payload": {} })), Step::Closed(4403, "Forbidden")]),
        ("a mistyped token", vec![init("swb_agent_nonsense"), Step::Closed(4403, "Forbidden")]),
        ("an unknown token", vec![init(&raw::unknown_token()), Step::Closed(4403, "Forbidden")]),
        (
            "init twice at once",
            vec![raw::together([init(token), init(token)]), Step::Closed(4429, "Too many initialisation requests")],
        ),
        ("init twice", known(vec![init(token), Step::Closed(4429, "Too many initialisation requests")])),
        ("subscribe first", vec![subscribe("1", BAD), Step::Closed(4401, "Unauthorized")]),
        (
            "subscribe before ack",
            vec![raw::together([init(token), subscribe("1", BAD)]), Step::Closed(4401, "Unauthorized")],
        ),
        ("ping before init", vec![says(json!({ "type": "ping" })), pong(), init(token), acknowledged()]),
        (
            "ping and pong",
            known(vec![
                says(json!({ "type": "ping" })),
                pong(),
                says(json!({ "type": "ping", "payload": { "n": 1 } })),
                Step::Hears(json!({ "type": "pong", "payload": { "n": 1 } })),
                says(json!({ "type": "pong", "payload": { "n": 1 } })),
                says(json!({ "type": "pong" })),
                Step::Silence,
            ]),
        ),
        ("complete of nothing", known(vec![complete("1"), Step::Silence])),
        ("complete before init", vec![complete("1"), init(token), acknowledged()]),
        ("not JSON", vec![text("hello"), Step::Closed(4400, "The message is not JSON")]),
        ("not an object", known(vec![text("[]"), Step::Closed(4400, "The message must be an object")])),
        ("an unknown type", known(vec![text(r#"{"type":"start"}"#), Step::Closed(4400, "Unknown type of message")])),
        ("a server's message", known(vec![text(r#"{"type":"next","id":"1"}"#), Step::Closed(4400, "Only servers")])),
        (
            "no id",
            known(vec![
                says(json!({ "type": "subscribe", "payload": { "query": BAD } })),
                Step::Closed(4400, "id must be a string"),
            ]),
        ),
        ("an empty id", known(vec![subscribe("", BAD), Step::Closed(4400, "id must not be empty")])),
        (
            "no query",
            known(vec![
                says(json!({ "type": "subscribe", "id": "1", "payload": {} })),
                Step::Closed(4400, "query must be a string"),
            ]),
        ),
        (
            "a binary frame",
            known(vec![Step::Sends(Message::binary(INIT.as_bytes().to_vec())), Step::Closed(4400, "Binary messages")]),
        ),
        (
            "text that isn't UTF-8",
            known(vec![Step::Sends(raw::not_utf8()), Step::Closed(1007, "The message is not UTF-8")]),
        ),
        ("a message over the limit", known(vec![text(&long), Step::Closed(1009, "The message is too big")])),
        (
            "the largest message",
            known(vec![says(fits.clone()), Step::Hears(json!({ "type": "pong", "payload": fits["payload"] }))]),
        ),
        ("a WebSocket ping", known(vec![Step::Sends(Message::Ping("x".into())), Step::Silence])),
        (
            "an operation refused",
            known(vec![
                subscribe("1", BAD),
                Step::Fails("1", "GRAPHQL_VALIDATION_FAILED"),
                subscribe("1", "subscription {"),
                Step::Fails("1", "GRAPHQL_PARSE_FAILED"),
                Step::Silence,
            ]),
        ),
        ("a query", known(vec![subscribe("q", "{ eventCursor }"), Step::Fails("q", "BAD_REQUEST"), Step::Silence])),
        (
            "a mutation",
            known(vec![
                subscribe("m", "mutation { closeConversation(input: { conversationId: \"x\" }) { changed } }"),
                Step::Fails("m", "BAD_REQUEST"),
                Step::Silence,
            ]),
        ),
        (
            "a client that closes",
            known(vec![Step::Sends(Message::Close(Some(raw::goodbye()))), Step::Closed(1000, "")]),
        ),
    ];
    let Step::Sends(Message::Text(whole)) = init(token) else { panic!() };
    rows.push(("a message in pieces", pieces(&whole, 7).into_iter().chain([acknowledged()]).collect()));
    rows.push(("too many pieces", pieces(&long, 30_000).into_iter().chain([Step::Closed(1009, "")]).collect()));
    rows
}

async fn only_one_protocol_is_spoken(world: &World) {
    for (protocols, agreed) in [
        (None, None),
        (Some("graphql-ws"), None),
        (Some("mqtt, graphql-ws"), None),
        (Some("graphql-transport-ws"), Some("graphql-transport-ws")),
        (Some("graphql-ws, graphql-transport-ws"), Some("graphql-transport-ws")),
    ] {
        // The client's library refuses an answer without the protocol that it asked for, as a browser does; past it, the frames show.
        let (answer, frames) = raw::by_hand(&world.base, protocols).await;
        assert!(answer.starts_with("HTTP/1.1 101 "), "{protocols:?}: {answer}");
        let named = answer.lines().find_map(|line| line.strip_prefix("sec-websocket-protocol: "));
        assert_eq!(named, agreed, "{answer}");
        match agreed {
            None => {
                assert_eq!(frames, [&[0x88, 28][..], &4406_u16.to_be_bytes(), b"Subprotocol not acceptable"].concat())
            }
            Some(_) => assert_eq!(frames, b""),
        }
    }
}

async fn origins_are_checked_before_the_handshake(world: &World) {
    let origins = vec!["https://desk.example.org".to_owned()];
    let app = App::new(world.database.open().await, Clock::from(world.clock.clone()), origins);
    let (base, serving) = serve(&app, Limits::default()).await;
    for (origin, status) in [
        (base.as_str(), None),
        ("https://desk.example.org", None),
        ("https://evil.example.org", Some(403)),
        ("null", Some(403)),
    ] {
        let shaken = Raw::shake(&base, Some("graphql-transport-ws"), Some(origin)).await;
        assert_eq!(shaken.err(), status, "{origin}");
    }
    serving.abort();
    app.service.store.close().await;
}

async fn a_handshake_that_is_none_is_refused(world: &World) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = |headers: &[(&'static str, &'static str)]| {
        let mut request = http.get(format!("{}/graphql", world.base)).header("upgrade", "websocket");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send()
    };
    let upgrade = ("connection", "Upgrade");
    for headers in [
        &[][..],
        &[upgrade],
        &[upgrade, ("sec-websocket-version", "13")],
        &[upgrade, ("sec-websocket-version", "8"), ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")],
    ] {
        let answer = get(headers).await.unwrap();
        assert_eq!(answer.status(), 400, "{headers:?}");
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{body}");
    }
}

async fn who_says_nothing_is_closed(world: &World) {
    assert_eq!(SocketTimes::default().init, Duration::from_secs(10));
    let (base, serving) = serve(&world.app, short()).await;
    let start = Instant::now();
    let mut silent = Raw::open(&base).await;
    silent.play("silence", vec![Step::Closed(4408, "Connection initialisation timeout")]).await;
    assert!(start.elapsed() >= short().sockets.init);
    serving.abort();
}

async fn who_answers_no_ping_is_closed(world: &World) {
    assert_eq!(SocketTimes::default().ping, Duration::from_secs(15));
    let (base, serving) = serve(&world.app, short()).await;
    let token = &*world.organisation().bea.token;
    let mut deaf = Raw::acknowledged(&base, token).await;
    // Reading frames is what lets the client's library answer pings; this one comes late.
    tokio::time::sleep(short().sockets.ping * 5).await;
    let mut frames = Vec::new();
    while let Some(frame) = deaf.any_frame().await {
        frames.push(frame);
    }
    let [Message::Ping(_), Message::Ping(_), Message::Close(Some(close))] = &frames[..] else { panic!("{frames:?}") };
    assert_eq!((u16::from(close.code), &*close.reason), (4408, "No pong received"));
    let mut listening = Raw::acknowledged(&base, token).await;
    for _ in 0..5 {
        let frame = listening.any_frame().await;
        assert!(matches!(frame, Some(Message::Ping(_))), "{frame:?}");
    }
    listening.play("still there", vec![text(r#"{"type":"ping"}"#), Step::Hears(json!({ "type": "pong" }))]).await;
    serving.abort();
}

/// A token that can be revoked, and how.
pub async fn mortal(world: &World) -> (String, serde_json::Value) {
    let owner = json!({ "newIntegrationName": "Bot" });
    let new = json!({ "name": "bot", "owner": owner, "scopes": ["CONVERSATIONS_READ"] });
    let made = world.ada().mutate("createApiToken", new).await.done();
    (made.text("secret"), json!({ "apiTokenId": made.text("apiToken.id") }))
}

async fn a_dead_token_ends_its_socket(world: &World) {
    let (token, revoke) = mortal(world).await;
    let mut idle = Raw::acknowledged(&world.base, &token).await;
    let mut subscriber = Raw::acknowledged(&world.base, &token).await;
    let start = Instant::now();
    world.ada().mutate("revokeApiToken", revoke).await.done();
    subscriber.play("subscribing", vec![subscribe("1", BAD), Step::Closed(4403, "Forbidden")]).await;
    idle.play("idle", vec![Step::Closed(4403, "Forbidden")]).await;
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    let mut late = Raw::open(&world.base).await;
    late.play("late", vec![init(&token), Step::Closed(4403, "Forbidden")]).await;
}

async fn a_socket_keeps_its_place_among_the_connections(world: &World) {
    assert_eq!(Limits::default().connections, 16_384);
    let (base, serving) = serve(&world.app, Limits { connections: 1, ..Limits::default() }).await;
    let socket = Raw::acknowledged(&base, &world.organisation().bea.token).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let health = http.get(format!("{base}/healthz"));
    let waiting = health.try_clone().unwrap().timeout(Duration::from_millis(300)).send().await;
    assert!(waiting.unwrap_err().is_timeout());
    drop(socket);
    assert_eq!(health.send().await.unwrap().status(), 200);
    serving.abort();
}

async fn the_server_leaving_closes_idle_sockets(world: &World) {
    let server = Leaving::serve(&world.app).await;
    let mut fresh = Raw::open(&server.base).await;
    let mut idle = Raw::acknowledged(&server.base, &world.organisation().bea.token).await;
    let start = Instant::now();
    let serving = server.leave();
    for socket in [&mut fresh, &mut idle] {
        socket.play("leaving", vec![Step::Closed(4503, "The server is shutting down")]).await;
        assert_eq!(socket.frame().await, None, "the goodbye is answered");
    }
    serving.await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

async fn what_ends_a_socket_is_counted(world: &World) {
    let (base, serving) = serve(&world.app, Limits::default()).await;
    let idle = Raw::acknowledged(&base, &world.organisation().bea.token).await;
    counted(&base, "open 1").await;
    let mut refused = Raw::open(&base).await;
    refused.play("refused", vec![text(INIT), Step::Closed(4403, "Forbidden")]).await;
    assert_eq!(refused.frame().await, None);
    drop(idle);
    for line in ["closed_total{code=\"4403\"} 1", "closed_total{code=\"gone\"} 1", "open 0"] {
        counted(&base, line).await;
    }
    serving.abort();
}

/// Waits until the page of metrics has this line of sockets.
pub async fn counted(base: &str, line: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    let line = format!("switchboard_sockets_{line}");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    loop {
        let page = http.get(format!("{base}/metrics")).send().await.unwrap().text().await.unwrap();
        if page.lines().any(|of| of == line) {
            return;
        }
        assert!(Instant::now() < deadline, "{line}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A server that can be told to leave.
pub struct Leaving {
    /// Where it listens.
    pub base: String,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Leaving {
    /// Serves an app.
    pub async fn serve(app: &App) -> Self {
        let front = Front::with_limits(app.clone(), Limits::default()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let router = http::router(front.clone(), http::Pages::default());
        let serving = tokio::spawn(http::serve(listener, front, router, async { drop(stopped.await) }));
        Self { base, stop, serving }
    }

    /// Tells it to leave.
    pub fn leave(self) -> JoinHandle<()> {
        self.stop.send(()).unwrap();
        self.serving
    }
}
