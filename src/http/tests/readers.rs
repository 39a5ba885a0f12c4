//! Over real sockets: clients that stop reading, and clients that leave.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures_util::{Stream, StreamExt as _, stream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::front_with;
use crate::http::{Limits, serve};

const WRITE_TIME: Duration = Duration::from_millis(400);
const SOON: Duration = Duration::from_secs(10);

type Piece = Result<Bytes, Infallible>;

/// Serves this body, once; the receiver hears when it is dropped.
async fn serving(body: impl Stream<Item = Piece> + Send + 'static) -> (SocketAddr, mpsc::Receiver<Infallible>) {
    let (held, dropped) = mpsc::channel(1);
    let body = Body::from_stream(body.inspect(move |_| {
        let _held = &held;
    }));
    let body = Arc::new(Mutex::new(Some(body)));
    let taken = move || {
        let body = body.lock().unwrap().take();
        async { body.unwrap_or_default() }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let front = front_with(Limits { write_time: WRITE_TIME, ..Limits::default() });
    let router = Router::new().route("/", get(taken));
    tokio::spawn(serve(listener, front, router, std::future::pending()));
    (address, dropped)
}

async fn ask(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    stream
}

#[tokio::test]
async fn a_client_that_stops_reading_is_cut() {
    assert_eq!(Limits::default().write_time, Duration::from_secs(10));
    let endless = stream::repeat_with(|| Ok(Bytes::from_static(&[b'.'; 16_384])));
    let (address, mut dropped) = serving(endless).await;
    let start = Instant::now();
    let mut client = ask(address).await;
    assert_eq!(timeout(SOON, dropped.recv()).await.unwrap(), None);
    assert!(start.elapsed() >= WRITE_TIME);
    let mut rest = Vec::new();
    let _ = timeout(SOON, client.read_to_end(&mut rest)).await.unwrap();
}

#[tokio::test]
async fn a_silent_stream_is_not_cut_and_ends_when_its_client_leaves() {
    let silent = stream::iter([Ok(Bytes::from_static(b"first"))]).chain(stream::pending());
    let (address, mut dropped) = serving(silent).await;
    let mut client = ask(address).await;
    let mut read = [0; 1_024];
    let mut got = Vec::new();
    while !got.ends_with(b"first\r\n") {
        let n = client.read(&mut read).await.unwrap();
        got.extend_from_slice(&read[..n]);
    }
    assert!(timeout(2 * WRITE_TIME, dropped.recv()).await.is_err(), "nothing to write is no slow reader");
    drop(client);
    assert_eq!(timeout(SOON, dropped.recv()).await.unwrap(), None);
}
