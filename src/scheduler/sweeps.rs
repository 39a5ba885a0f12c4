//! Finishing sweeps: what their mutations left, also after a crash.
//!
//! One that fails is tried again after a pause of its own, and holds up neither the others nor timers.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use entity::ids::SweepId;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::pace::{Backoff, Pace, Rest};
use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::pulse::{Count, Part};
use crate::store::sweeps::Taken;

/// Sweeps that are looked up at a time.
const CHUNK: u64 = 100;
/// The first pause of one that failed, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(300)];

/// Finishes sweeps, again and again, until told to stop; then finishes the conversation it is at.
pub(super) async fn run(service: &Service, stop: &CancellationToken, pace: Pace) {
    let mut failing = Failing::default();
    let mut backoff = Backoff::new(pace.look, pace.failing);
    service.pulse.got_through(Part::Sweeps, Instant::now());
    while !stop.is_cancelled() {
        let most = match finish(service, &mut failing, stop).await {
            // What failed was told, and waits by itself.
            Ok(_) => {
                backoff.reset();
                pace.look
            }
            Err(error) => {
                let most = backoff.longer();
                tracing::error!(?error, "sweeps can't be looked up; trying again in {most:?}");
                most
            }
        };
        Rest { least: Duration::ZERO, most }.wait(&service.nudge, stop).await;
    }
}

/// Goes on with every sweep that doesn't rest until nothing is left but what others are at, or until told to stop. Answers the first
/// failure of one; what doesn't hang on it was done all the same.
///
/// # Errors
/// The database's, when sweeps can't be looked up.
pub(super) async fn finish(
    service: &Service,
    failing: &mut Failing,
    stop: &CancellationToken,
) -> Result<Option<Error>> {
    let (mut first, mut last, mut found, mut ailing) = (None, SweepId(Uuid::nil()), 0, Vec::new());
    loop {
        let due = service.store.sweeps_after(last, CHUNK).await?;
        service.pulse.got_through(Part::Sweeps, Instant::now());
        found += due.len();
        service.pulse.set(Count::SweepsUnfinished, u64::try_from(found).unwrap_or(u64::MAX));
        let Some(newest) = due.last() else {
            failing.forget_all_but(&ailing);
            return Ok(first);
        };
        last = *newest;
        for id in due {
            if !failing.rests(id, Instant::now()) {
                let failed = go_on(service, id, failing, stop).await;
                first = first.or(failed);
            }
            if failing.has(id) {
                ailing.push(id);
            }
            if stop.is_cancelled() {
                return Ok(first);
            }
        }
    }
}

/// Goes on with one; answers how it failed.
async fn go_on(service: &Service, id: SweepId, failing: &mut Failing, stop: &CancellationToken) -> Option<Error> {
    let enough = || {
        // Asked after each step.
        service.pulse.got_through(Part::Sweeps, Instant::now());
        stop.is_cancelled()
    };
    let Err(error) = service.sweep(id, Taken::Leave, &enough).await else {
        failing.recovered(id);
        return None;
    };
    let pause = failing.failed(id, Instant::now());
    service.pulse.add(Count::SweepFailures, 1);
    tracing::error!(?error, sweep = %id, "a sweep failed; trying again in {pause:?}");
    Some(error)
}

/// The sweeps that failed last time, and until when each rests. As many as are unfinished at most.
#[derive(Debug, Default)]
pub(super) struct Failing(HashMap<SweepId, (Backoff, Instant)>);

impl Failing {
    fn rests(&self, id: SweepId, now: Instant) -> bool {
        self.0.get(&id).is_some_and(|(_, until)| now < *until)
    }

    fn failed(&mut self, id: SweepId, now: Instant) -> Duration {
        let entry = self.0.entry(id).or_insert_with(|| (Backoff::new(PAUSES[0], PAUSES[1]), now));
        let pause = entry.0.longer();
        entry.1 = now + pause;
        pause
    }

    fn has(&self, id: SweepId) -> bool {
        self.0.contains_key(&id)
    }

    fn recovered(&mut self, id: SweepId) {
        self.0.remove(&id);
    }

    fn forget_all_but(&mut self, unfinished: &[SweepId]) {
        self.0.retain(|id, _| unfinished.contains(id));
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn one_that_fails_rests_longer_each_time_and_alone() {
        let (mut failing, now) = (Failing::default(), Instant::now());
        let [bad, other] = [0, 1].map(|_| SweepId::new(DateTime::UNIX_EPOCH));
        let pauses: Vec<u64> = (0..11).map(|_| failing.failed(bad, now).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert!(failing.rests(bad, now + Duration::from_secs(299)));
        assert!(!failing.rests(bad, now + Duration::from_secs(300)) && !failing.rests(other, now));
    }

    #[test]
    fn what_is_finished_is_forgotten() {
        let (mut failing, now) = (Failing::default(), Instant::now());
        let ids = [0, 1].map(|_| SweepId::new(DateTime::UNIX_EPOCH));
        for id in ids {
            failing.failed(id, now);
        }
        failing.forget_all_but(&ids[1..]);
        assert!(!failing.has(ids[0]) && failing.rests(ids[1], now));
        failing.recovered(ids[1]);
        assert!(!failing.has(ids[1]));
    }
}
