//! What an idle socket with one subscription costs the server in memory. Run by hand:
//! `cargo test --release --test api -- --ignored --nocapture socket_memory`
//!
//! The server is the real binary on SQLite. Both ends need a descriptor for each socket (`ulimit -n`). It prints what it measures and
//! judges nothing.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use switchboard::store::Backend;

use crate::socket_protocol::raw::{Raw, Step, subscribe};
use crate::support::process::Process;
use crate::support::{World, run};

/// How many sockets. Without optimisation it only shows that it works.
const SOCKETS: usize = if cfg!(debug_assertions) { 500 } else { 5_000 };
/// Handshakes at the same time.
const BATCH: usize = 50;
/// What each of them follows.
const FOLLOWED: &str = "subscription { conversationsChanged { cursor entry { id kind version at actor { displayName } }
    conversation { id state version subject customer { id displayName email } assignee { id name } team { id name }
        tags { id name } followers { id } lastMessage { id text } viewerUnread viewerFollow availableActions } } }";

#[test]
#[ignore = "a benchmark, run by hand"]
fn an_idle_socket_is_small() {
    run(Backend::Sqlite, measure);
}

async fn measure(world: &World) {
    let token = world.organisation().bea.token.clone();
    let process = Process::serve(&world.database.url());
    let mut sockets = open(&process.base, &token, BATCH).await;
    let before = resident(&process);
    let start = Instant::now();
    while sockets.len() < SOCKETS + BATCH {
        sockets.extend(open(&process.base, &token, BATCH).await);
    }
    let took = start.elapsed();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = resident(&process);
    let each = (after - before) as f64 / SOCKETS as f64;
    println!(
        "{SOCKETS} sockets with one subscription each, opened in {took:?}: {before} kB, then {after} kB: {each:.1} kB each"
    );
}

async fn open(base: &str, token: &str, count: usize) -> Vec<Raw> {
    let open = async || {
        let mut socket = Raw::acknowledged(base, token).await;
        socket.play("subscribe", vec![subscribe("1", FOLLOWED), Step::Silence]).await;
        socket
    };
    join_all((0..count).map(|_| open())).await
}

/// Its resident memory in kB.
fn resident(process: &Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
