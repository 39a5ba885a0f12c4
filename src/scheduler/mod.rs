//! What happens without anybody asking: timers that are due, and sweeps that their mutations left; also after a crash.
//!
//! Runs through the service like everybody else and decides nothing. Every node runs the loop; no leader is needed, because who is at
//! something holds its row.

mod sweeps;
mod timers;

use std::time::Duration;

use entity::enums::TimerKind;
use tokio_util::sync::CancellationToken;

use crate::error::Result;
use crate::service::Service;

/// The longest it sleeps while nothing goes wrong.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest it sleeps when something does.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Everything the clock does.
const ALL: &[TimerKind] = &[TimerKind::Wake, TimerKind::AutoClose];

/// Does everything that is due, and returns when nothing is left but what others are at.
///
/// # Errors
/// The first failure; what doesn't hang on it was done all the same.
pub async fn run_due(service: &Service) -> Result<()> {
    run_until(service, &CancellationToken::new()).await
}

/// Does what is due, again and again, until told to stop; then finishes what it is at.
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
    loop {
        // A sweep may move timers, and neither's failure holds up the other.
        let swept = sweeps::finish(service, stop).await;
        let fired = timers::drain(service, ALL, stop).await;
        swept?;
        if fired?.changed == 0 || stop.is_cancelled() {
            return Ok(());
        }
    }
}
