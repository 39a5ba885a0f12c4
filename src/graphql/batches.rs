//! Where batched loads run: beside the request that asks for them, in its own task.
//!
//! A batch must not start before every resolver that can go on has asked. Spawned on a runtime of several threads it would start at
//! once, and what is nested in fifty rows would be read in fifteen statements instead of one.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::task::AtomicWaker;

/// How often an execution may pause before it has to give way to others.
const MOST_PAUSES: usize = 10_000;

/// The batches of one request; clones share them.
#[derive(Clone, Default)]
pub struct Batches(Arc<Shared>);

#[derive(Default)]
struct Shared {
    asked_for: Mutex<Vec<BoxFuture<'static, ()>>>,
    driven: AtomicBool,
    waker: AtomicWaker,
}

impl Batches {
    /// Takes a batch to run; where nobody drives the request's batches it runs as a task of its own.
    pub fn put(&self, batch: BoxFuture<'static, ()>) {
        if !self.0.driven.load(Ordering::Acquire) {
            tokio::spawn(batch);
            return;
        }
        self.0.asked_for.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        self.0.waker.wake();
    }

    /// Runs an execution; each time it can't go on, the batches it has asked for. Dropping it drops them.
    pub async fn drive<T>(&self, execution: impl Future<Output = T>) -> T {
        self.0.driven.store(true, Ordering::Release);
        let mut execution = pin!(execution);
        let mut running = FuturesUnordered::new();
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        poll_fn(|cx| {
            self.0.waker.register(cx.waker());
            woken.outer.register(cx.waker());
            loop {
                if let Poll::Ready(answer) = woken.exhaust(&waker, execution.as_mut()) {
                    return Poll::Ready(answer);
                }
                running.extend(self.take());
                match running.poll_next_unpin(cx) {
                    // What it has read lets the execution go on.
                    Poll::Ready(Some(())) => {}
                    Poll::Ready(None) | Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }

    fn take(&self) -> Vec<BoxFuture<'static, ()>> {
        std::mem::take(&mut self.0.asked_for.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Tells whether an execution was woken while it was polled.
#[derive(Default)]
struct Woken {
    flag: AtomicBool,
    outer: AtomicWaker,
}

impl Woken {
    /// Polls until it really waits. Lists of more than thirty wake themselves and pause after two elements that wait; were batches run
    /// at each pause, they would hold two keys.
    fn exhaust<T>(&self, waker: &Waker, mut execution: Pin<&mut impl Future<Output = T>>) -> Poll<T> {
        for _ in 0..MOST_PAUSES {
            self.flag.store(false, Ordering::Release);
            let polled = execution.as_mut().poll(&mut Context::from_waker(waker));
            let paused = self.flag.load(Ordering::Acquire) && tokio::task::coop::has_budget_remaining();
            if polled.is_ready() || !paused {
                return polled;
            }
        }
        Poll::Pending
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.flag.store(true, Ordering::Release);
        self.outer.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
    use futures_util::future::join_all;
    use std::collections::HashMap;
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    struct Counted(AtomicUsize);

    impl Loader<u32> for Counted {
        type Value = u32;
        type Error = ();

        async fn load(&self, keys: &[u32]) -> Result<HashMap<u32, u32>, ()> {
            self.0.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(keys.iter().map(|key| (*key, key + 1)).collect())
        }
    }

    fn loader(batches: &Batches) -> DataLoader<Counted, HashMapCache> {
        let batches = batches.clone();
        let spawn = move |batch| batches.put(batch);
        DataLoader::with_cache(Counted(AtomicUsize::new(0)), spawn, HashMapCache::default()).delay(Duration::ZERO)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn what_is_asked_for_at_once_is_read_at_once() {
        for _ in 0..100 {
            let batches = Batches::default();
            let loader = loader(&batches);
            let nested = async |key| {
                let next = loader.load_one(key).await.unwrap().unwrap();
                loader.load_one(next + 1_000).await.unwrap().unwrap()
            };
            // As the library does it: each element waits in a set of its fields, which wakes itself when all of them wait.
            let fields = async |key| FuturesUnordered::from_iter([nested(key)]).next().await;
            let read = batches.drive(join_all((0..100).map(fields))).await;
            assert_eq!(read, (0..100).map(|key| Some(key + 1_002)).collect::<Vec<_>>());
            assert_eq!(loader.loader().0.load(Ordering::SeqCst), 2, "one batch a level");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn batches_run_without_a_driver_and_from_other_tasks() {
        let batches = Batches::default();
        let loader = Arc::new(loader(&batches));
        assert_eq!(loader.load_one(1).await, Ok(Some(2)));
        let elsewhere = Arc::clone(&loader);
        let other = async move { tokio::spawn(async move { elsewhere.load_one(2).await }).await.unwrap() };
        assert_eq!(batches.drive(other).await, Ok(Some(3)));
    }
}
