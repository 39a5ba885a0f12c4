//! What a server does beside answering: the scheduler, workflows, talking with other nodes, and forgetting what is too old.
//!
//! Watched while the server runs, told to stop with the server's own signal, and waited for with a bound. Decides nothing.

use std::time::{Duration, Instant};

use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::automation::Spelling;
use crate::service::Service;
use crate::{automation, events, scheduler};

/// How often what is too old is forgotten.
const HOUSEKEEPING: Duration = Duration::from_secs(3_600);
/// How long the scheduler and the workflows may take to finish the conversations they are at, once they were told to stop.
const LAST_STEP: Duration = Duration::from_secs(3);
/// How long it is waited for in any case, and then once more when it is interrupted; the requests may have taken all the time there is.
const LAST_MOMENT: Duration = Duration::from_millis(300);
/// How long the last announcement to other nodes may take; they look by themselves too.
const LAST_WORD: Duration = Duration::from_millis(100);

/// The tasks beside the requests.
pub struct Background {
    /// The clock and the workflows.
    scheduler: JoinHandle<()>,
    housekeeping: JoinHandle<()>,
    neighbours: JoinHandle<()>,
    stopping: CancellationToken,
    /// Cancelled after the last request: until then there are commits to announce.
    parting: CancellationToken,
    told: Option<Instant>,
    broken: bool,
}

impl Background {
    /// Starts them.
    pub fn start(service: &Service, spelling: Spelling) -> Self {
        let (stopping, parting) = (CancellationToken::new(), CancellationToken::new());
        let scheduler = tokio::spawn(act(service.clone(), spelling, stopping.clone()));
        let housekeeping = tokio::spawn(keep_house(service.clone()));
        let neighbours = tokio::spawn(events::neighbours::run(service.store.clone(), parting.clone()));
        Self { scheduler, housekeeping, neighbours, stopping, parting, told: None, broken: false }
    }

    /// Completes when the server is told to stop, or has to because a task broke down; the tasks have then been told.
    pub async fn until(&mut self, told_to_stop: impl Future<Output = ()>) {
        tokio::select! {
            () = told_to_stop => {}
            ended = &mut self.scheduler => {
                // It only ever ends when told to.
                tracing::error!(?ended, "the scheduler or the workflows broke down; stopping");
                self.broken = true;
            }
        }
        self.stopping.cancel();
        self.told = Some(Instant::now());
        self.housekeeping.abort();
    }

    /// Waits for what is under way, at most until three seconds after it was told to stop; false if a task broke down.
    pub async fn end(mut self) -> bool {
        let whole = !self.broken && self.end_scheduler().await;
        self.parting.cancel();
        if timeout(LAST_WORD, &mut self.neighbours).await.is_err() {
            self.neighbours.abort();
        }
        whole
    }

    async fn end_scheduler(&mut self) -> bool {
        self.stopping.cancel();
        let had = self.told.map_or(Duration::ZERO, |told| told.elapsed());
        match timeout(LAST_STEP.saturating_sub(had).max(LAST_MOMENT), &mut self.scheduler).await {
            Ok(Ok(())) => true,
            Ok(Err(fault)) => {
                tracing::error!(%fault, "the scheduler or the workflows broke down");
                false
            }
            Err(_) => {
                // What it is at is rolled back, and done by the next.
                tracing::warn!("the scheduler or the workflows are interrupted in a conversation");
                self.scheduler.abort();
                let _ = timeout(LAST_MOMENT, &mut self.scheduler).await;
                true
            }
        }
    }
}

/// The clock and the workflows, each in a task of its own: neither waits for the other, both end when told to, and where one breaks down
/// all do.
async fn act(service: Service, spelling: Spelling, stopping: CancellationToken) {
    let mut both = JoinSet::new();
    both.spawn(scheduler::run(service.clone(), stopping.clone()));
    both.spawn(automation::run(service, spelling, stopping.clone()));
    while let Some(ended) = both.join_next().await {
        if let Err(fault) = ended {
            tracing::error!(%fault, "a task broke down");
            return;
        }
    }
}

async fn keep_house(service: Service) {
    loop {
        let now = service.clock.now();
        if let Err(error) = service.store.forget_old_keys(now).await {
            tracing::warn!(?error, "old idempotency keys couldn't be forgotten");
        }
        tokio::time::sleep(HOUSEKEEPING).await;
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    fn beside(task: impl Future<Output = ()> + Send + 'static, stopping: &CancellationToken) -> Background {
        let (scheduler, housekeeping, neighbours) =
            (tokio::spawn(task), tokio::spawn(pending()), tokio::spawn(ready(())));
        let (stopping, parting) = (stopping.clone(), CancellationToken::new());
        Background { scheduler, housekeeping, neighbours, stopping, parting, told: None, broken: false }
    }

    #[tokio::test]
    async fn the_scheduler_is_told_with_the_server_and_waited_for() {
        let stopping = CancellationToken::new();
        let told = stopping.clone();
        let mut background = beside(async move { told.cancelled().await }, &stopping);
        background.until(ready(())).await;
        assert!(stopping.is_cancelled(), "before any request has been finished");
        assert!(background.end().await);
    }

    #[tokio::test]
    async fn a_scheduler_that_ends_by_itself_stops_the_server() {
        let mut background = beside(async { panic!("a bug") }, &CancellationToken::new());
        background.until(pending()).await;
        assert!(!background.end().await);
    }

    #[tokio::test]
    async fn a_scheduler_that_does_not_stop_is_interrupted() {
        let mut background = beside(pending(), &CancellationToken::new());
        background.until(ready(())).await;
        assert!(background.end().await);
    }

    #[tokio::test]
    async fn a_stuck_scheduler_takes_no_time_that_the_requests_have_taken() {
        let mut background = beside(pending(), &CancellationToken::new());
        background.until(ready(())).await;
        background.told = Instant::now().checked_sub(LAST_STEP);
        let ending = Instant::now();
        assert!(background.end().await);
        assert!(ending.elapsed() < LAST_STEP / 2, "{:?}", ending.elapsed());
    }
}
