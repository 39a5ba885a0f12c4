//! Schedulers that are killed in the middle of their work and started again.

use std::time::{Duration, Instant};

use entity::enums::TimerKind;
use futures_util::future::join_all;
use switchboard::clock::Clock;
use switchboard::scheduler;
use switchboard::service::Service;
use tokio::task::JoinHandle;

use crate::support::World;
use crate::support::dice::Dice;

/// Several servers' schedulers on one database. Each time one of them is killed.
pub struct Schedulers<'a> {
    world: &'a World,
    nodes: Vec<Node>,
    /// How long they worked last time.
    took: Duration,
    /// How many were killed at work.
    killed: usize,
}

impl<'a> Schedulers<'a> {
    /// So many servers start.
    pub async fn start(world: &'a World, many: usize) -> Self {
        let mut nodes = Vec::new();
        for _ in 0..many {
            nodes.push(Node::start(world).await);
        }
        Self { world, nodes, took: Duration::from_millis(20), killed: 0 }
    }

    /// All do what is due at the same time; one is killed at some moment and starts again. Returns when everything is done.
    pub async fn work(&mut self, dice: &mut Dice) {
        let begun = Instant::now();
        let mut running: Vec<JoinHandle<()>> = self.nodes.iter().map(Node::run).collect();
        let victim = dice.below(self.nodes.len());
        let after = self.took.mul_f64(f64::from(u32::try_from(dice.below(100)).unwrap()) / 100.0);
        let (node, at_work) = (self.nodes.remove(victim), running.remove(victim));
        self.killed += usize::from(node.kill(at_work, after).await);
        let again = Node::start(self.world).await;
        running.push(again.run());
        join_all(running).await.into_iter().for_each(Result::unwrap);
        again.finish().await;
        self.nodes.push(again);
        self.took = begun.elapsed();
    }

    /// All stop; answers how many were killed at work.
    pub async fn stop(self) -> usize {
        for node in self.nodes {
            node.0.store.close().await;
        }
        self.killed
    }
}

/// One server's scheduler, with connections of its own.
struct Node(Service);

impl Node {
    /// A server starts.
    async fn start(world: &World) -> Self {
        Self(Service::new(world.database.open().await, Clock::from(world.clock.clone())))
    }

    /// It does what is due.
    fn run(&self) -> JoinHandle<()> {
        let service = self.0.clone();
        tokio::spawn(async move { scheduler::run_due(&service).await.unwrap() })
    }

    /// It is killed after so long; says whether that was in the middle of its work.
    async fn kill(self, running: JoinHandle<()>, after: Duration) -> bool {
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
    async fn finish(&self) {
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
}
