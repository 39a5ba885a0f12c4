//! What happens without anybody asking: unfinished sweeps are carried out, also after a crash.
//!
//! Runs through the service like everybody else and decides nothing. Every node runs the loop; no leader is needed, because who is at
//! something holds its row.

use std::time::Duration;

use entity::ids::SweepId;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::error::Result;
use crate::service::Service;
use crate::store::sweeps::Taken;

/// The longest it sleeps while nothing goes wrong.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest it sleeps when something does.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Sweeps that are looked up at a time.
const CHUNK: u64 = 100;

/// Does everything that is due, and returns when nothing is left but what others are at.
///
/// # Errors
/// The first failure; what doesn't hang on it was done all the same.
pub async fn run_due(service: &Service) -> Result<()> {
    run_until(service, &CancellationToken::new()).await
}

/// Does what is due, again and again, until told to stop; then finishes the conversation it is at.
pub async fn run(service: Service, stop: CancellationToken) {
    let mut pause = PAUSE;
    while !stop.is_cancelled() {
        pause = match run_until(&service, &stop).await {
            Ok(()) => PAUSE,
            Err(error) => {
                let longer = (pause * 2).min(LONGEST_PAUSE);
                tracing::error!(?error, "what is due couldn't be done; trying again in {longer:?}");
                longer
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = service.nudge.wait() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn run_until(service: &Service, stop: &CancellationToken) -> Result<()> {
    let mut outcome = Ok(());
    let mut last = SweepId(Uuid::nil());
    loop {
        let due = service.store.sweeps_after(last, CHUNK).await?;
        let Some(newest) = due.last() else { return outcome };
        last = *newest;
        for id in due {
            // One that fails doesn't hold up the others.
            outcome = outcome.and(service.sweep(id, Taken::Leave, &|| stop.is_cancelled()).await.map(drop));
            if stop.is_cancelled() {
                return outcome;
            }
        }
    }
}
