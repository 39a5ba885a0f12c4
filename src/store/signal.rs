//! Tells those who wait that the log may have grown, without asking the database. Says that, never what: the log tells.

use tokio::sync::watch;

/// Wakes all who wait for it; clones share it.
#[derive(Clone, Debug)]
pub struct Signal(watch::Sender<Option<i64>>);

impl Default for Signal {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Signal {
    /// Wakes everybody, with the newest row that the log is known to have; costs next to nothing.
    pub(in crate::store) fn give(&self, newest: Option<i64>) {
        // Of two commits at the same time the first may come last.
        self.0.send_modify(|told| *told = newest.map(|newest| told.map_or(newest, |told| told.max(newest))));
    }

    /// Somebody who waits, and is told of whatever happens from now on.
    #[must_use]
    pub fn waiter(&self) -> Waiter {
        Waiter { told: self.0.subscribe(), _kept: self.clone() }
    }
}

/// Waits for a [`Signal`].
#[derive(Debug)]
pub struct Waiter {
    told: watch::Receiver<Option<i64>>,
    _kept: Signal,
}

impl Waiter {
    /// Completes at the next signal, or at once if there was one since the last wait; several count as one. Waiting may be given up at
    /// any time without missing one. Gives a row that the log has by now, if the signal told one: a hint.
    pub async fn wait(&mut self) -> Option<i64> {
        // Fails when the signal is gone, which it can't be while it is kept.
        let _ = self.told.changed().await;
        *self.told.borrow_and_update()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::{join, join_all};
    use futures_util::{FutureExt, pin_mut};

    use super::*;

    #[tokio::test]
    async fn a_signal_between_two_waits_is_not_lost_and_several_count_as_one() {
        let signal = Signal::default();
        let mut waiter = signal.waiter();
        for newest in 1..=3 {
            signal.give(Some(newest));
        }
        assert_eq!(waiter.wait().await, Some(3));
        assert_eq!(waiter.wait().now_or_never(), None);
        signal.give(None);
        assert_eq!(waiter.wait().await, None);
    }

    #[tokio::test]
    async fn all_who_wait_wake() {
        let signal = Signal::default();
        let mut waiters: Vec<Waiter> = (0..5).map(|_| signal.waiter()).collect();
        let all = join_all(waiters.iter_mut().map(Waiter::wait));
        let give = async { signal.clone().give(Some(7)) };
        assert_eq!(join(all, give).await.0, [Some(7); 5]);
    }

    #[tokio::test]
    async fn who_gives_up_waiting_misses_nothing() {
        let signal = Signal::default();
        let mut waiter = signal.waiter();
        {
            let given_up = waiter.wait();
            pin_mut!(given_up);
            assert!(given_up.as_mut().now_or_never().is_none());
            signal.give(Some(1));
        }
        assert_eq!(waiter.wait().now_or_never(), Some(Some(1)));
    }

    #[tokio::test]
    async fn what_was_before_is_nothing_to_who_comes_later() {
        let signal = Signal::default();
        signal.give(Some(1));
        assert_eq!(signal.waiter().wait().now_or_never(), None);
    }
}
