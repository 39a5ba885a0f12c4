//! Workflows run: the log is gone through in order, and what an entry triggers is run on its conversation (architecture §4).
//!
//! Owns what is looked at when, and how it waits. Whether a workflow matches is `domain/workflow`'s; a run is the service's, in one
//! transaction with the position. Every node does this; no leader is needed, because whoever holds the position is alone with it, and
//! what two look at runs once.

mod book;
mod candidates;
mod done;
mod faults;
mod judging;
mod round;
mod runs;
pub mod spelling;

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

pub use spelling::Spelling;

use self::round::{Round, Went};
use crate::error::Result;
use crate::service::pulse::{Count, Part};
use crate::service::workflows::position::Saved;
use crate::service::{LOOKS_EVERY, Service};

/// The shortest between two looks: what comes faster is looked at together, so that it costs those who write little.
const BREATH: Duration = Duration::from_millis(20);
/// The shortest after what was left to somebody else.
const LEFT: Duration = Duration::from_millis(200);
/// The longest pause after failures.
const FAILING: Duration = Duration::from_secs(30);

/// Runs everything that was triggered and not yet run, and what that triggers in turn.
///
/// # Errors
/// The database's.
pub async fn run_due(service: &Service, spelling: Spelling) -> Result<()> {
    let mut round = Round::new(service.clone(), spelling);
    loop {
        match round.go(&CancellationToken::new()).await? {
            // What ran has made the log grow.
            Went::Through if round.is_through(&service.store.head().await?) => {
                if round.save().await? == Saved::Done {
                    return Ok(());
                }
            }
            Went::Through | Went::On => {}
            Went::Left => sleep(BREATH).await,
        }
    }
}

/// Runs what is triggered, again and again, until told to stop; then finishes the run it is at.
pub async fn run(service: Service, spelling: Spelling, stop: CancellationToken) {
    let mut told = service.store.news();
    let mut round = Round::new(service.clone(), spelling);
    let mut failing = LOOKS_EVERY;
    service.pulse.got_through(Part::Workflows, Instant::now());
    while !stop.is_cancelled() {
        let (least, most) = match round.go(&stop).await {
            Ok(went) => {
                failing = LOOKS_EVERY;
                match went {
                    Went::On => (Duration::ZERO, Duration::ZERO),
                    Went::Through => (BREATH, LOOKS_EVERY),
                    Went::Left => (LEFT, LOOKS_EVERY),
                }
            }
            Err(error) => {
                tracing::error!(?error, "workflows can't be run; trying again in {failing:?}");
                service.pulse.add(Count::WorkflowFailures, 1);
                // What was remembered may be why it failed, and what was begun of an entry is found by its runs.
                round.begin_anew();
                let pause = failing;
                failing = failing.saturating_mul(2).min(FAILING);
                (pause, pause)
            }
        };
        let rest = async {
            sleep(least).await;
            let _ = timeout(most.saturating_sub(least), told.wait()).await;
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = rest => {}
        }
    }
    // What follows is looked at again by the next: nothing runs twice.
    if let Err(error) = round.save().await {
        tracing::warn!(?error, "how far workflows have come wasn't saved");
    }
}
