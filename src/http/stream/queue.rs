//! What a stream has produced and its transport hasn't sent yet, bounded.
//!
//! One side puts in, the other takes out. What is still in it can be taken back, so that nothing is sent to who may no longer see it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::payload::{Ending, Payload, Step};

/// Results kept at most.
const MOST: usize = 256;
/// Bytes kept at most, unless it is a single result.
const MOST_BYTES: usize = 1_000_000;

/// A bounded queue; clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    filled: Notify,
    emptied: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Each with its row of the log.
    waiting: VecDeque<(i64, Arc<Payload>)>,
    bytes: usize,
    ending: Option<Ending>,
}

impl Queue {
    /// Puts a result behind the others; false if there is no room.
    pub(super) fn put(&self, seq: i64, payload: &Arc<Payload>) -> bool {
        let mut state = self.state();
        let size = payload.json.len();
        if state.waiting.len() >= MOST || (state.bytes + size > MOST_BYTES && !state.waiting.is_empty()) {
            return false;
        }
        state.bytes += size;
        state.waiting.push_back((seq, Arc::clone(payload)));
        drop(state);
        self.0.filled.notify_one();
        true
    }

    /// Completes when something was taken out since the last time.
    pub(super) async fn emptied(&self) {
        self.0.emptied.notified().await;
    }

    /// Takes back what wasn't sent; the row of the first of it.
    pub(super) fn take_back(&self) -> Option<i64> {
        let mut state = self.state();
        let first = state.waiting.front().map(|(seq, _)| *seq);
        state.waiting.clear();
        state.bytes = 0;
        first
    }

    /// Puts the end behind all results.
    pub(super) fn end(&self, ending: Ending) {
        self.state().ending = Some(ending);
        self.0.filled.notify_one();
    }

    /// What comes next; waits for it. To be waited for by one at a time, who may give up at any time.
    pub(super) async fn take(&self) -> Step {
        loop {
            if let Some(step) = self.try_take() {
                return step;
            }
            self.0.filled.notified().await;
        }
    }

    fn try_take(&self) -> Option<Step> {
        let mut state = self.state();
        if let Some((_, payload)) = state.waiting.pop_front() {
            state.bytes -= payload.json.len();
            drop(state);
            self.0.emptied.notify_one();
            return Some(Step::Next(payload));
        }
        state.ending.take().map(Step::Ended)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::codes;
    use futures_util::FutureExt;

    fn payload(bytes: usize) -> Arc<Payload> {
        Arc::new(Payload { json: "x".repeat(bytes).into(), cursor: "".into() })
    }

    fn ending() -> Ending {
        Ending { error: codes::error("SLOW_CONSUMER", "slow"), cursor: "".into() }
    }

    #[tokio::test]
    async fn it_is_bounded_in_number_and_in_bytes() {
        let queue = Queue::default();
        let fitted = (0..1_000).take_while(|seq| queue.put(*seq, &payload(10))).count();
        assert_eq!(fitted, 256);
        assert_eq!(queue.take_back(), Some(0));
        assert!(queue.put(1, &payload(5_000_000)), "alone, however large");
        assert!(!queue.put(2, &payload(1)));
        assert!(matches!(queue.take().await, Step::Next(_)));
        let fitted = (0..1_000).take_while(|seq| queue.put(*seq, &payload(100_000))).count();
        assert_eq!(fitted, 10);
    }

    #[tokio::test]
    async fn the_end_comes_after_what_was_there() {
        let queue = Queue::default();
        assert!(queue.take().now_or_never().is_none());
        assert!(queue.put(7, &payload(1)));
        queue.end(ending());
        assert!(matches!(queue.take().await, Step::Next(_)));
        assert!(matches!(queue.take().await, Step::Ended(_)));
    }

    #[tokio::test]
    async fn who_waits_is_woken_on_either_side() {
        let queue = Queue::default();
        let taker = tokio::spawn({
            let queue = queue.clone();
            async move { queue.take().await }
        });
        tokio::task::yield_now().await;
        assert!(queue.put(1, &payload(1)));
        assert!(matches!(taker.await.unwrap(), Step::Next(_)));
        queue.emptied().await;
    }
}
