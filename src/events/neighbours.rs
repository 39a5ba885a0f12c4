//! Between the nodes of one PostgreSQL database: this node's commits are announced, and others' announcements wake this node.
//!
//! It makes others quicker, nothing more: an announcement can be lost, and whoever waits for news also looks by itself. An SQLite file
//! has one node, which needs neither.

use std::time::Duration;

use futures_util::future::join;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::error::Result;
use crate::store::neighbours::{Announcer, Listener};
use crate::store::signal::Waiter;
use crate::store::{Backend, Store};

/// The shortest time between two announcements; what is committed meanwhile is announced with the second.
const PACE: Duration = Duration::from_millis(10);
/// How long to wait after a failure, doubled with each up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Announces and listens until told to stop; what was committed by then is announced before it ends.
pub async fn run(store: Store, stop: CancellationToken) {
    join(announce(store.clone(), stop.clone()), listen(store, stop)).await;
}

/// Tells other nodes of each commit of this one: at once, yet at most once in ten milliseconds, and of the last in any case. Says
/// nothing while nothing is committed.
pub async fn announce(store: Store, stop: CancellationToken) {
    if store.backend() != Backend::Postgres {
        return;
    }
    let mut commits = store.commits();
    let mut failures = 0;
    while let Err(error) = announcing(&store, &mut commits, &mut failures, &stop).await {
        tracing::warn!(?error, "commits aren't announced to other nodes; trying again");
        rest(&mut failures, &stop).await;
        if stop.is_cancelled() {
            return;
        }
    }
}

/// Announces over one connection until told to stop and nothing is left to tell.
async fn announcing(store: &Store, commits: &mut Waiter, failures: &mut u32, stop: &CancellationToken) -> Result<()> {
    let mut announcer = Announcer::connect(store).await?;
    if *failures > 0 {
        // What failed to be told.
        announcer.announce(None).await?;
        *failures = 0;
        sleep(PACE).await;
    }
    loop {
        let newest = tokio::select! {
            biased;
            newest = commits.wait() => newest,
            () = stop.cancelled() => return Ok(()),
        };
        announcer.announce(newest).await?;
        sleep(PACE).await;
    }
}

/// Wakes whoever waits for this node's news at each announcement of another, and after each time that nothing could be heard.
pub async fn listen(store: Store, stop: CancellationToken) {
    if store.backend() != Backend::Postgres {
        return;
    }
    let mut failures = 0;
    while !stop.is_cancelled() {
        let hearing = async {
            let mut listener = Listener::connect(&store).await?;
            failures = 0;
            listener.pass_on().await
        };
        let heard = tokio::select! {
            heard = hearing => heard,
            () = stop.cancelled() => return,
        };
        if let Err(error) = heard {
            tracing::warn!(?error, "other nodes' commits are heard late; trying again");
        }
        rest(&mut failures, &stop).await;
    }
}

/// Waits longer after every failure; no longer than until told to stop.
async fn rest(failures: &mut u32, stop: &CancellationToken) {
    let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(*failures)).min(LONGEST_PAUSE);
    *failures = failures.saturating_add(1);
    tokio::select! {
        () = stop.cancelled() => {}
        () = sleep(pause) => {}
    }
}
