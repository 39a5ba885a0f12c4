//! The same frames from a server that does nothing but send them.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{accept_async, client_async};

/// How long it takes until all have read a frame each, the median of some times.
pub async fn tell(result: &Value, many: usize, per_socket: usize, times: usize) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (go, _) = broadcast::channel::<String>(16);
    let mut readers = Vec::new();
    for _ in 0..many / per_socket {
        let (client, server) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (client, server) = (client.unwrap(), server.unwrap().0);
        let url = format!("ws://{address}/");
        let (client, server) = tokio::join!(client_async(url, client), accept_async(server));
        let (mut wire, mut told) = (server.unwrap(), go.subscribe());
        tokio::spawn(async move {
            while let Ok(frame) = told.recv().await {
                for _ in 0..per_socket {
                    wire.feed(Message::text(frame.clone())).await.unwrap();
                }
                wire.flush().await.unwrap();
            }
        });
        readers.push(client.unwrap().0);
    }
    let frame = json!({ "id": "s1", "type": "next", "payload": result }).to_string();
    let mut took = Vec::new();
    for _ in 0..times {
        let begun = Instant::now();
        go.send(frame.clone()).unwrap();
        for reader in &mut readers {
            for _ in 0..per_socket {
                let read: Value =
                    serde_json::from_str(reader.next().await.unwrap().unwrap().to_text().unwrap()).unwrap();
                assert!(read.is_object());
            }
        }
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    took[times / 2]
}
