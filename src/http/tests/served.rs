//! The accept loop over real sockets: keep-alive, large bodies, draining.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{front, front_with};
use crate::http::{Front, Limits, serve};

struct Served {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn served(front: Front) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let router = super::router(front.clone());
    let shutdown = async {
        let _ = stopped.await;
    };
    let ended = tokio::spawn(serve(listener, front, router, shutdown));
    Served { address, stop, ended }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn ask(served: &Served, query: &str) -> reqwest::Result<Value> {
    let request = client().post(format!("http://{}/graphql", served.address));
    let request = request.bearer_auth("swb_a").json(&json!({"query": query}));
    request.send().await?.json().await
}

/// Returns when the server says that it isn't ready; it must say so before it takes no more connections.
async fn not_ready(address: std::net::SocketAddr) {
    let client = client();
    loop {
        let ready = client.get(format!("http://{address}/readyz")).send().await.expect("readiness goes first");
        match ready.status().as_u16() {
            503 => return,
            status => assert_eq!(status, 200),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn requests_in_flight_finish_before_it_ends() {
    let server = served(front()).await;
    let address = server.address;
    let slow = async { ask(&server, "mutation { bump(millis: 1000) }").await };
    let slow = tokio::join!(slow, async {
        tokio::time::sleep(Duration::from_millis(200)).await;
    });
    assert_eq!(slow.0.unwrap()["data"]["bump"], 1);

    let request = client().post(format!("http://{address}/graphql")).bearer_auth("swb_a");
    let request = request.json(&json!({"query": "{ slow(millis: 1500) }"}));
    let slow = tokio::spawn(request.send());
    // Asks from before the stop on, over and over: new connections are taken for half a second only.
    let noticed = tokio::spawn(not_ready(address));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!noticed.is_finished(), "ready as long as nobody says stop");
    server.stop.send(()).unwrap();
    noticed.await.unwrap();
    let answer: Value = slow.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(answer["data"]["slow"], 1500);
    server.ended.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn idle_connections_do_not_hold_it_up() {
    let server = served(front()).await;
    let idle = TcpStream::connect(server.address).await.unwrap();
    assert!(ask(&server, "{ hello }").await.is_ok());
    let start = Instant::now();
    server.stop.send(()).unwrap();
    server.ended.await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(5));
    drop(idle);
}

#[tokio::test]
async fn large_bodies_are_refused_without_reading_them() {
    let server = served(front()).await;
    let request = client().post(format!("http://{}/graphql", server.address));
    let body = json!({"query": "a".repeat(300 * 1024)}).to_string();
    let request = request.header("content-type", "application/json").body(body);
    assert_eq!(request.send().await.unwrap().status(), 413);
}

#[tokio::test]
async fn slow_headers_are_cut() {
    assert_eq!(Limits::default().header_time, Duration::from_secs(10));
    let header_time = Duration::from_millis(300);
    let limits = Limits { header_time, ..Limits::default() };
    let server = served(front_with(limits)).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let start = Instant::now();
    let head = b"POST /graphql HTTP/1.1\r\nhost: ";
    stream.write_all(head).await.unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    let took = start.elapsed();
    assert!(took >= header_time && took < 10 * header_time, "{took:?}");
}

#[tokio::test]
async fn long_headers_are_refused() {
    let server = served(front()).await;
    let request = client().get(format!("http://{}/healthz", server.address));
    let request = request.header("x-long", "a".repeat(100_000));
    assert_eq!(request.send().await.unwrap().status(), 431);
}
