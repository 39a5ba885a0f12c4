//! How soon an entry reaches who follows, and how soon it reaches a thousand. Run by hand:
//! `cargo test --release --test api -- --ignored --nocapture stream_benchmark`
//!
//! The servers are the real binary with durable settings and the machine's own clock. It prints what it measures and judges nothing.

mod raw;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use switchboard::clock::Clock;
use switchboard::store::Backend;

use crate::support::live::{Follower, Heard, Socket};
use crate::support::process::Process;
use crate::support::{Client, World, cluster, run};

/// Who follow while there is a steady stream of entries.
const FOLLOWERS: usize = 500;
/// Entries a second, and for how long.
const EVERY: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(if cfg!(debug_assertions) { 4 } else { 20 });
/// Who are told one entry.
const CROWD: usize = 1_000;
/// How often one entry is told.
const TIMES: usize = if cfg!(debug_assertions) { 3 } else { 20 };
/// Subscriptions of a socket.
const PER_SOCKET: usize = 50;

/// What a frontend shows of a change.
const DOCUMENT: &str = "subscription($id: ID!, $after: EventCursor) { conversationChanged(conversationId: $id, after: $after) {
    cursor entry { id kind version at actor { displayName } } conversation { id state version subject customer { id displayName }
        assignee { id name } tags { id name } lastMessage { id text } viewerUnread viewerFollow } } }";

#[test]
#[ignore = "a benchmark, run by hand"]
fn entries_reach_who_follows() {
    cluster::be_durable();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        run(backend, async |world| {
            world.clock.set(Clock::System.now());
            let here = Process::serve(&world.database.url());
            steady(world, &here.base, &here.base, "one node").await;
            crowd(world, &here.base).await;
            if backend == Backend::Postgres {
                let there = Process::serve(&world.database.url());
                steady(world, &here.base, &there.base, "two nodes").await;
            }
        });
    }
}

/// A conversation, and where the log then stands.
async fn start(world: &World, base: &str) -> (String, String) {
    let gateway = world.client_at(base, &world.organisation().gateway.token);
    let id = gateway.receive(world.mail("zoe@example.com", "Hello")).await.changed().conversation();
    (id, world.cursor().await)
}

async fn note(world: &World, base: &str, id: &str) {
    let input = json!({ "conversationId": id, "subject": format!("{:?}", Instant::now()) });
    world.client_at(base, &world.organisation().carl.token).mutate("updateConversation", input).await.changed();
}

async fn follow(client: &Client, many: usize, per_socket: usize, id: &str, after: &str) -> Vec<Follower> {
    let mut followers = Vec::new();
    let mut socket: Option<Arc<Socket>> = None;
    for at in 0..many {
        if at % per_socket == 0 {
            socket = Some(Socket::open(client).await);
        }
        followers.push(socket.as_ref().unwrap().follow(DOCUMENT, json!({ "id": id, "after": after })).await);
    }
    followers
}

/// From the instant that the entry carries, which lies before its commit, until its frame is read.
async fn steady(world: &World, here: &str, there: &str, what: &str) {
    let (id, after) = start(world, here).await;
    let bea = world.client_at(there, &world.organisation().bea.token);
    let followers = follow(&bea, FOLLOWERS, PER_SOCKET, &id, &after).await;
    let carl = world.client_at(here, &world.organisation().carl.token);
    let entries = LONG.div_duration_f64(EVERY) as usize;
    let write = async {
        let begun = Instant::now();
        for at in 0..entries {
            tokio::time::sleep_until((begun + EVERY * u32::try_from(at).unwrap()).into()).await;
            let input = json!({ "conversationId": id, "subject": format!("Subject {at}") });
            carl.mutate("updateConversation", input).await.changed();
        }
        begun.elapsed()
    };
    let hear = async |mut follower: Follower| {
        let mut took = Vec::with_capacity(entries);
        for _ in 0..entries {
            let Heard::Next(result) = follower.heard().await else { panic!("it ended") };
            let at = &result["data"]["conversationChanged"]["entry"]["at"];
            let at: chrono::DateTime<chrono::Utc> = at.as_str().unwrap().parse().unwrap();
            took.push((Clock::System.now() - at).to_std().unwrap_or_default());
        }
        took
    };
    let (wrote, heard) = join(write, join_all(followers.into_iter().map(hear))).await;
    let mut took: Vec<Duration> = heard.into_iter().flatten().collect();
    took.sort_unstable();
    let [p50, p99, max] = [50, 99, 100].map(|percent| took[(took.len() * percent / 100).min(took.len() - 1)]);
    println!(
        "{:?}, {what}: {entries} entries in {wrote:.1?} to {FOLLOWERS}: p50 {p50:.1?}, p99 {p99:.1?}, longest {max:.1?}",
        world.app.service.store.backend()
    );
}

/// One entry to all, against the same frame from a socket that does nothing else.
async fn crowd(world: &World, base: &str) {
    let (id, after) = start(world, base).await;
    let bea = world.client_at(base, &world.organisation().bea.token);
    let mut followers = follow(&bea, CROWD, PER_SOCKET, &id, &after).await;
    note(world, base, &id).await;
    let mut frame = Value::Null;
    for follower in &mut followers {
        frame = follower.result().await;
    }
    let mut took = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        note(world, base, &id).await;
        let acted = begun.elapsed();
        for follower in &mut followers {
            follower.next().await;
        }
        took.push((begun.elapsed(), acted));
    }
    took.sort_unstable();
    let (all, acted) = took[TIMES / 2];
    let raw = raw::tell(&frame, CROWD, PER_SOCKET, TIMES).await;
    println!(
        "{:?}: one entry to {CROWD}: {all:.1?}, of which the mutation took {acted:.1?}; the same frames from a bare socket {raw:.1?}",
        world.app.service.store.backend()
    );
}
