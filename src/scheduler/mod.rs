//! What happens without anybody asking: timers that are due, and sweeps that their mutations left; also after a crash.
//!
//! Runs through the service like everybody else and decides nothing. Every node runs the loops; no leader is needed, because who is at
//! something holds its row.

mod drain;
pub mod jump;
mod pace;
mod sweeps;
mod timers;

use futures_util::future::join;
use tokio_util::sync::CancellationToken;

pub use pace::Pace;

use crate::error::Result;
use crate::service::Service;

/// Does everything that is due, and returns when nothing is left but what others are at, or what has to wait after a failure.
///
/// # Errors
/// The first failure; what doesn't hang on it was done all the same.
pub async fn run_due(service: &Service) -> Result<()> {
    let stop = CancellationToken::new();
    loop {
        // A sweep may move timers, and neither's failure holds up the other.
        let swept = sweeps::finish(service, &mut sweeps::Failing::default(), &stop).await;
        let fired = timers::fire_due(service, &stop).await;
        if let Some(error) = swept? {
            return Err(error);
        }
        if fired?.changed() == 0 {
            return Ok(());
        }
    }
}

/// Does what is due, again and again, until told to stop; then finishes what it is at.
pub async fn run(service: Service, stop: CancellationToken) {
    run_at(service, stop, Pace::default()).await;
}

/// The same at another pace.
pub async fn run_at(service: Service, stop: CancellationToken, pace: Pace) {
    // Side by side: a long sweep makes no timer late.
    join(timers::run(&service, &stop, pace), sweeps::run(&service, &stop, pace)).await;
}
