//! Mutations at a steady rate from several clients, each on a conversation of its own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use serde_json::json;

use crate::support::{Client, World};

/// How many clients there are.
const CLIENTS: u32 = 16;
/// Between two mutations of one client.
const EVERY: Duration = Duration::from_millis(100);

/// The clients, each with its conversation.
pub struct Load(Vec<(Client, String)>);

impl Load {
    /// Clients of this server.
    pub async fn of(world: &World, base: &str) -> Self {
        let mut clients = Vec::new();
        for at in 0..CLIENTS {
            let client = world.client_at(base, &world.organisation().robot.token);
            let mail = world.mail(&format!("customer-{at}@example.com"), "Hello");
            let id = client.receive(mail).await.changed().conversation();
            clients.push((client, id));
        }
        Self(clients)
    }

    /// Goes on until something is over; answers how long each mutation took, from the instant at which it was to begin, so that one
    /// that holds up the next counts for both.
    pub async fn run(&self, over: impl Future<Output = ()>) -> Vec<Duration> {
        let stop = AtomicBool::new(false);
        let start = Instant::now();
        let clients = (0..CLIENTS).zip(&self.0).map(|(at, (client, id))| {
            // One after another, not all at once.
            mutate(client, id, start + EVERY / CLIENTS * at, &stop)
        });
        let ending = async {
            over.await;
            stop.store(true, Ordering::Relaxed);
        };
        let (took, ()) = join(join_all(clients), ending).await;
        took.into_iter().flatten().collect()
    }
}

async fn mutate(client: &Client, id: &str, first: Instant, stop: &AtomicBool) -> Vec<Duration> {
    let mut took = Vec::new();
    let mut next = first;
    for at in 0.. {
        tokio::time::sleep_until(next.into()).await;
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let (mutation, input) = match at % 4 {
            0 => ("reply", json!({ "conversationId": id, "text": "We look into it.", "then": { "open": true } })),
            1 => ("setPriority", json!({ "conversationId": id, "priority": "HIGH" })),
            2 => ("closeConversation", json!({ "conversationId": id })),
            _ => ("setPriority", json!({ "conversationId": id, "priority": null })),
        };
        client.mutate(mutation, input).await.done();
        took.push(next.elapsed());
        next += EVERY;
    }
    took
}
