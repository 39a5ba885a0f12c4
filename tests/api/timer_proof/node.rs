//! Schedulers that are killed in the middle of their work and started again.

use std::time::{Duration, Instant};

use entity::enums::TimerKind;
use switchboard::clock::Clock;
use switchboard::scheduler;
use switchboard::service::Service;
use tokio::task::JoinHandle;

use crate::support::World;

/// One server's scheduler, with connections of its own.
pub struct Node(Service);

impl Node {
    /// A server starts.
    pub async fn start(world: &World) -> Self {
        Self(Service::new(world.database.open().await, Clock::from(world.clock.clone())))
    }

    /// It does what is due.
    pub fn run(&self) -> JoinHandle<()> {
        let service = self.0.clone();
        tokio::spawn(async move { scheduler::run_due(&service).await.unwrap() })
    }

    /// It is killed after so long; says whether that was in the middle of its work.
    pub async fn kill(self, running: JoinHandle<()>, after: Duration) -> bool {
        tokio::time::sleep(after).await;
        running.abort();
        let interrupted = running.await.is_err_and(|why| {
            assert!(why.is_cancelled(), "{why}");
            true
        });
        self.0.store.close().await;
        interrupted
    }

    /// Returns when nothing is left to do. A killed server's locks may outlive it for a moment.
    pub async fn finish(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            scheduler::run_due(&self.0).await.unwrap();
            let now = self.0.clock.now();
            let left = self.0.store.due_timers(now, &[TimerKind::Wake, TimerKind::AutoClose], None, 1).await.unwrap();
            if left.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "still due: {left:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// It stops.
    pub async fn stop(self) {
        self.0.store.close().await;
    }
}
