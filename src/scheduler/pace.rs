//! How fast the scheduler's loops go round, and how they wait.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::service::LOOKS_EVERY;
use crate::service::sweeps::Nudge;

/// How long the loops wait. Tests wait less.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The longest between two looks while nothing goes wrong.
    pub look: Duration,
    /// The shortest where what is due was left to somebody else.
    pub left: Duration,
    /// The longest after failures.
    pub failing: Duration,
    /// How long closing by the clock pauses after a jump of the clock.
    pub jumped: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            look: LOOKS_EVERY,
            left: Duration::from_millis(100),
            failing: Duration::from_secs(30),
            jumped: Duration::from_secs(60),
        }
    }
}

/// A pause that doubles with every failure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    next: Duration,
    first: Duration,
    longest: Duration,
}

impl Backoff {
    pub(super) fn new(first: Duration, longest: Duration) -> Self {
        Self { next: first, first, longest }
    }

    /// The pause after one more failure.
    pub(super) fn longer(&mut self) -> Duration {
        let pause = self.next.min(self.longest);
        self.next = pause.saturating_mul(2);
        pause
    }

    /// Something went well.
    pub(super) fn reset(&mut self) {
        self.next = self.first;
    }
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rest {
    /// In any case, so that nobody goes round and round.
    pub(super) least: Duration,
    /// Unless nudged.
    pub(super) most: Duration,
}

impl Rest {
    /// Waits; no longer than until told to stop.
    pub(super) async fn wait(self, nudge: &Nudge, stop: &CancellationToken) {
        let rest = async {
            tokio::time::sleep(self.least).await;
            tokio::select! {
                () = nudge.wait() => {}
                () = tokio::time::sleep(self.most.saturating_sub(self.least)) => {}
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = rest => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_doubles_up_to_the_longest_and_begins_again() {
        let second = Duration::from_secs(1);
        let mut backoff = Backoff::new(second, 30 * second);
        let pauses: Vec<u64> = (0..7).map(|_| backoff.longer().as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
        backoff.reset();
        assert_eq!(backoff.longer(), second);
    }
}
