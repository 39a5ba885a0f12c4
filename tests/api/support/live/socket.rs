//! A client of `graphql-transport-ws`, with as many subscriptions on one socket as are asked for.
//!
//! It reads beside the test, so that it answers pings whatever the test does; [`Socket::stall`] is how it stops.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::{DEADLINE, Ended, Follower, Heard, Source};
use crate::support::Client;

const PROTOCOL: &str = "graphql-transport-ws";

type Wire = WebSocketStream<TcpStream>;
type Writer = Arc<tokio::sync::Mutex<Option<SplitSink<Wire, Message>>>>;

/// A socket that the server has accepted.
pub struct Socket {
    lines: Arc<Lines>,
    writer: Writer,
    reading: JoinHandle<()>,
    stalled: watch::Sender<bool>,
}

/// Who on the socket hears what.
#[derive(Default)]
struct Lines(Mutex<Table>);

#[derive(Default)]
struct Table {
    made: usize,
    open: HashMap<String, mpsc::UnboundedSender<Result<Heard, String>>>,
    /// Ids of which something may still be under way when the client completes them.
    left: Vec<String>,
}

/// One subscription of a socket.
pub(super) struct Line {
    id: String,
    socket: Arc<Socket>,
    heard: mpsc::UnboundedReceiver<Result<Heard, String>>,
}

impl Socket {
    /// Opens a socket with a client's token.
    pub async fn open(client: &Client) -> Arc<Self> {
        Self::try_open(client).await.unwrap_or_else(|code| panic!("the server closes it with {code}"))
    }

    /// The same, where the server may close it instead, with this code.
    pub async fn try_open(client: &Client) -> Result<Arc<Self>, u16> {
        timeout(DEADLINE, Self::opened(client)).await.expect("the server accepts a socket, or doesn't")
    }

    async fn opened(client: &Client) -> Result<Arc<Self>, u16> {
        let mut request = client.url().replacen("http", "ws", 1).into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", PROTOCOL.parse().unwrap());
        let address = request.uri().authority().unwrap().to_string();
        let stream = TcpStream::connect(&address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (mut wire, answer) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        assert_eq!(answer.headers()["Sec-WebSocket-Protocol"], PROTOCOL);
        let token = format!("Bearer {}", client.secret());
        let init = json!({ "type": "connection_init", "payload": { "Authorization": token } });
        wire.send(Message::text(init.to_string())).await.unwrap();
        let ack = match wire.next().await.unwrap().unwrap() {
            Message::Close(frame) => return Err(frame.map_or(1005, |frame| frame.code.into())),
            ack => ack,
        };
        let ack: Value = serde_json::from_str(ack.to_text().unwrap()).unwrap_or_else(|_| panic!("no ack but {ack:?}"));
        assert_eq!(ack["type"], "connection_ack", "{ack}");
        let (writer, reader) = wire.split();
        let (writer, lines) = (Arc::new(tokio::sync::Mutex::new(Some(writer))), Arc::<Lines>::default());
        let (stalled, gate) = watch::channel(false);
        let reading = tokio::spawn(read(reader, Arc::clone(&writer), Arc::clone(&lines), gate));
        Ok(Arc::new(Self { lines, writer, reading, stalled }))
    }

    /// Subscribes.
    pub async fn follow(self: &Arc<Self>, document: &str, variables: Value) -> Follower {
        Arc::clone(self).send(json!({ "query": document, "variables": variables })).await
    }

    /// Sends a subscription as it is.
    pub async fn send(self: Arc<Self>, request: Value) -> Follower {
        let (id, heard) = self.lines.add();
        let subscribe = json!({ "id": id, "type": "subscribe", "payload": request });
        write(&self.writer, &subscribe).await;
        Follower { source: Source::Socket(Line { id, socket: self, heard }) }
    }

    /// Reads nothing more, as a client that hangs, until it is told otherwise.
    pub fn stall(&self, stalled: bool) {
        self.stalled.send_replace(stalled);
    }

    /// Drops the connection where it stands.
    pub fn cut(&self) {
        self.reading.abort();
        if let Ok(mut writer) = self.writer.try_lock() {
            *writer = None;
        }
        for line in self.lines.table().open.values() {
            let _ = line.send(Ok(Heard::Gone(None)));
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Line {
    pub async fn hear(&mut self) -> Heard {
        match self.heard.recv().await {
            Some(Ok(heard)) => heard,
            Some(Err(broken)) => panic!("the protocol is broken: {broken}"),
            None => Heard::Gone(None),
        }
    }

    pub fn cut(&self) {
        self.socket.cut();
    }

    pub async fn complete(self) {
        self.socket.lines.leave(&self.id);
        write(&self.socket.writer, &json!({ "id": self.id, "type": "complete" })).await;
    }
}

impl Lines {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap()
    }

    fn add(&self) -> (String, mpsc::UnboundedReceiver<Result<Heard, String>>) {
        let (sender, heard) = mpsc::unbounded_channel();
        let mut table = self.table();
        table.made += 1;
        let id = format!("s{}", table.made);
        table.open.insert(id.clone(), sender);
        (id, heard)
    }

    fn leave(&self, id: &str) {
        let mut table = self.table();
        if table.open.remove(id).is_some() {
            table.left.push(id.to_owned());
        }
    }

    /// Hands a message to whom it is for.
    fn hand(&self, message: &Value) -> Result<(), String> {
        let id = message["id"].as_str().ok_or_else(|| format!("no id: {message}"))?;
        let (payload, mut table) = (&message["payload"], self.table());
        let (heard, ends) = match message["type"].as_str() {
            Some("next") if payload.get("data").is_some() => (Heard::Next(payload.clone()), false),
            Some("error") if payload.is_array() => (Heard::Ended(Ended::of(payload)), true),
            // Of six subscriptions none ends without a reason.
            _ => return Err(format!("what is {message}?")),
        };
        let Some(line) = table.open.get(id) else {
            let left = table.left.iter().any(|other| other == id);
            return if left { Ok(()) } else { Err(format!("nobody subscribed with {id}, or it has ended: {message}")) };
        };
        let _ = line.send(Ok(heard));
        if ends {
            table.open.remove(id);
        }
        Ok(())
    }

    /// Tells everybody the last they hear.
    fn end(&self, heard: &Result<Heard, String>) {
        for (_, line) in self.table().open.drain() {
            let _ = line.send(heard.clone());
        }
    }
}

async fn write(writer: &Writer, message: &Value) {
    if let Some(writer) = &mut *writer.lock().await {
        // A server that is gone is heard of by reading.
        let _ = writer.send(Message::text(message.to_string())).await;
    }
}

async fn read(mut wire: SplitStream<Wire>, writer: Writer, lines: Arc<Lines>, mut gate: watch::Receiver<bool>) {
    let last = loop {
        if gate.wait_for(|stalled| !stalled).await.is_err() {
            break Ok(Heard::Gone(None));
        }
        let next = tokio::select! {
            next = wire.next() => next,
            _ = gate.wait_for(|stalled| *stalled) => continue,
        };
        let text = match next {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Close(frame))) => break Ok(Heard::Gone(frame.map(|frame| frame.code.into()))),
            Some(Ok(other)) => break Err(format!("a frame {other:?}")),
            Some(Err(_)) | None => break Ok(Heard::Gone(None)),
        };
        let message: Value = match serde_json::from_str(&text) {
            Ok(message) => message,
            Err(fault) => break Err(format!("{fault} in {text}")),
        };
        match message["type"].as_str() {
            Some("ping") => write(&writer, &json!({ "type": "pong" })).await,
            Some("pong") => {}
            _ => {
                if let Err(broken) = lines.hand(&message) {
                    break Err(broken);
                }
            }
        }
    };
    lines.end(&last);
}
