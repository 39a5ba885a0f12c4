//! A WebSocket, frame by frame, and what is expected on it.

use std::time::Duration;

use entity::ids::TokenId;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use switchboard::service::credential::{Minted, TokenKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

pub use tokio_tungstenite::tungstenite::Message;

/// How long anything that must come may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long nothing must come where nothing may.
const QUIET: Duration = Duration::from_millis(150);

/// What is done and expected on a socket.
#[derive(Debug)]
pub enum Step {
    /// The client sends a frame.
    Sends(Message),
    /// The client sends frames that arrive together.
    SendsTogether(Vec<Message>),
    /// The client is told this message.
    Hears(Value),
    /// The client is told one error with this code for this subscription.
    Fails(&'static str, &'static str),
    /// Nothing comes for a while.
    Silence,
    /// The socket is closed with this code and a reason that begins like this.
    Closed(u16, &'static str),
}

/// A client's end of a socket.
pub struct Raw {
    ws: WebSocketStream<TcpStream>,
}

/// A message of the protocol.
pub fn says(message: Value) -> Step {
    Step::Sends(Message::text(message.to_string()))
}

/// Steps of sending, as one.
pub fn together(steps: impl IntoIterator<Item = Step>) -> Step {
    let message = |step| match step {
        Step::Sends(message) => message,
        other => panic!("{other:?}"),
    };
    Step::SendsTogether(steps.into_iter().map(message).collect())
}

/// Text as it is.
pub fn text(text: &str) -> Step {
    Step::Sends(Message::text(text))
}

/// Text in pieces.
pub fn pieces(text: &str, size: usize) -> Vec<Step> {
    let all: Vec<_> = text.as_bytes().chunks(size).collect();
    let frame = |(at, piece): (usize, &&[u8])| {
        let kind = if at == 0 { Data::Text } else { Data::Continue };
        let frame = Frame::message(piece.to_vec(), OpCode::Data(kind), at + 1 == all.len());
        Step::Sends(Message::Frame(frame))
    };
    all.iter().enumerate().map(frame).collect()
}

/// `connection_init` with this token.
pub fn init(token: &str) -> Step {
    says(json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {token}") } }))
}

/// `connection_ack`.
pub fn acknowledged() -> Step {
    Step::Hears(json!({ "type": "connection_ack" }))
}

/// `subscribe`.
pub fn subscribe(id: &str, query: &str) -> Step {
    says(json!({ "id": id, "type": "subscribe", "payload": { "query": query } }))
}

/// `subscribe` with variables.
pub fn follow(id: &str, query: &str, variables: Value) -> Step {
    says(json!({ "id": id, "type": "subscribe", "payload": { "query": query, "variables": variables } }))
}

/// `complete`.
pub fn complete(id: &str) -> Step {
    says(json!({ "id": id, "type": "complete" }))
}

impl Raw {
    /// Shakes hands for the protocol, without an origin.
    pub async fn open(base: &str) -> Self {
        Self::shake(base, Some("graphql-transport-ws"), None).await.unwrap()
    }

    /// Shakes hands and says who is there.
    pub async fn acknowledged(base: &str, token: &str) -> Self {
        let mut raw = Self::open(base).await;
        raw.play("init", vec![init(token), acknowledged()]).await;
        raw
    }

    /// Shakes hands; a refusal is answered with its status.
    pub async fn shake(base: &str, protocols: Option<&'static str>, origin: Option<&str>) -> Result<Self, u16> {
        Self::shake_over(TcpStream::connect(address(base)).await.unwrap(), base, protocols, origin).await
    }

    /// A client for which little fits between it and the server.
    pub async fn narrow(base: &str, token: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        let stream = socket.connect(address(base).parse().unwrap()).await.unwrap();
        let mut raw = Self::shake_over(stream, base, Some("graphql-transport-ws"), None).await.unwrap();
        raw.play("init", vec![init(token), acknowledged()]).await;
        raw
    }

    async fn shake_over(
        stream: TcpStream,
        base: &str,
        protocols: Option<&'static str>,
        origin: Option<&str>,
    ) -> Result<Self, u16> {
        stream.set_nodelay(true).unwrap();
        let address = address(base);
        let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
        if let Some(protocols) = protocols {
            request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(protocols));
        }
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", HeaderValue::from_str(origin).unwrap());
        }
        // Small, because some tests open thousands.
        let config = WebSocketConfig::default().read_buffer_size(4_096).write_buffer_size(4_096);
        match client_async_with_config(request, stream, Some(config)).await {
            Ok((ws, _)) => Ok(Self { ws }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// Does and expects one after the other.
    pub async fn play(&mut self, name: &str, steps: Vec<Step>) {
        for (at, step) in steps.into_iter().enumerate() {
            let place = format!("{name}, step {at}: {step:?}");
            match step {
                Step::Sends(message) => self.send(message).await,
                Step::SendsTogether(messages) => {
                    for message in messages {
                        self.ws.feed(message).await.unwrap();
                    }
                    self.ws.flush().await.unwrap();
                }
                Step::Hears(expected) => assert_eq!(self.hear().await, expected, "{place}"),
                Step::Fails(id, code) => {
                    let told = self.hear().await;
                    assert_eq!((&told["type"], &told["id"]), (&json!("error"), &json!(id)), "{place}: {told}");
                    assert_eq!(told["payload"][0]["extensions"]["code"], code, "{place}: {told}");
                    assert_eq!(told["payload"].as_array().unwrap().len(), 1, "{place}: {told}");
                }
                Step::Silence => {
                    let came = timeout(QUIET, self.frame()).await;
                    assert!(came.is_err(), "{place}: {came:?}");
                }
                Step::Closed(code, reason) => {
                    let (was, why) = self.closed().await;
                    assert_eq!(was, code, "{place}: {why}");
                    assert!(why.starts_with(reason), "{place}: {why}");
                }
            }
        }
    }

    /// Sends a frame. A server that has closed already hears nothing of it.
    pub async fn send(&mut self, message: Message) {
        let _ = self.ws.send(message).await;
    }

    /// The next message.
    pub async fn hear(&mut self) -> Value {
        match self.frame().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("not a message: {other:?}"),
        }
    }

    /// The next result, with the id of its subscription.
    pub async fn next(&mut self) -> (String, Value) {
        let mut told = self.hear().await;
        assert_eq!(told["type"], "next", "{told}");
        (told["id"].as_str().unwrap().to_owned(), told["payload"]["data"].take())
    }

    /// The code and the reason of the close frame, which must be the next one.
    pub async fn closed(&mut self) -> (u16, String) {
        match self.frame().await {
            Some(Message::Close(Some(frame))) => (frame.code.into(), frame.reason.to_string()),
            other => panic!("not closed: {other:?}"),
        }
    }

    /// The next frame that isn't a ping or a pong of WebSocket itself; none after the end.
    pub async fn frame(&mut self) -> Option<Message> {
        loop {
            match timeout(PATIENCE, self.ws.next()).await.expect("something comes") {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return Some(message),
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// The next frame of whatever kind.
    pub async fn any_frame(&mut self) -> Option<Message> {
        timeout(PATIENCE, self.ws.next()).await.expect("something comes").and_then(Result::ok)
    }
}

fn address(base: &str) -> &str {
    base.strip_prefix("http://").unwrap()
}

/// The close frame of a client that is done.
pub fn goodbye() -> CloseFrame {
    CloseFrame { code: CloseCode::Normal, reason: "done".into() }
}

/// A text frame whose bytes aren't UTF-8.
pub fn not_utf8() -> Message {
    Message::Frame(Frame::message(vec![b'"', 0xff, b'"'], OpCode::Data(Data::Text), true))
}

/// A token that is well made and known to nobody.
pub fn unknown_token() -> String {
    let id = TokenId::new(chrono::DateTime::UNIX_EPOCH);
    Minted::new(TokenKind::Agent, id).unwrap().text
}

/// The answer to a handshake and the bytes after it, until the server closes or nothing comes for a while.
pub async fn by_hand(base: &str, protocols: Option<&str>) -> (String, Vec<u8>) {
    let address = address(base);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut head = format!(
        "GET /graphql HTTP/1.1\r\nhost: {address}\r\nconnection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    );
    if let Some(protocols) = protocols {
        head += &format!("sec-websocket-protocol: {protocols}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    while let Ok(Ok(1..)) = timeout(QUIET * 2, stream.read_buf(&mut bytes)).await {}
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let frames = bytes.split_off(end + 4);
    (String::from_utf8(bytes).unwrap(), frames)
}
