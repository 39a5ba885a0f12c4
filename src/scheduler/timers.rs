//! The loop of timers: looks when the next is due, drains what is, and sleeps until then.
//!
//! Owns when closing by the clock pauses. What a timer leads to is the service's.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use entity::enums::TimerKind;
use tokio_util::sync::CancellationToken;

use super::drain::drain;
use super::jump::{Jump, JumpWatch};
use super::pace::{Backoff, Pace, Rest};
use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::pulse::{Count, Part};
use crate::service::timers::Fired;
use crate::store::timers::KINDS;

/// What the clock does after it jumped.
const HARMLESS: &[TimerKind] = &[TimerKind::Wake];

/// How often the parked ones are counted, beside whenever one is parked.
const COUNTS_EVERY: Duration = Duration::from_secs(10);

/// Fires what is due, again and again, until told to stop; then finishes what it is at.
pub(super) async fn run(service: &Service, stop: &CancellationToken, pace: Pace) {
    let mut round = Round::new(pace);
    let mut backoff = Backoff::new(pace.look, pace.failing);
    service.pulse.got_through(Part::Timers, Instant::now());
    while !stop.is_cancelled() {
        let rest = match round.go(service, stop).await {
            Ok(rest) => {
                backoff.reset();
                rest
            }
            Err(error) => {
                let most = backoff.longer();
                tracing::error!(?error, "timers can't be fired; trying again in {most:?}");
                // A nudge means that something was committed, so the database is there again.
                Rest { least: pace.left, most }
            }
        };
        rest.wait(&service.timer_set, stop).await;
    }
}

/// Fires what is due once, whatever the clock did before.
///
/// # Errors
/// The database's.
pub(super) async fn fire_due(service: &Service, stop: &CancellationToken) -> Result<Fired> {
    drain(service, &KINDS, service.clock.now(), stop).await
}

/// What the loop remembers from look to look.
struct Round {
    pace: Pace,
    watch: JumpWatch,
    /// Parked timers are to be tried again.
    unpark: bool,
    /// Timers that are put off too far are to be called back.
    recall: bool,
    counted: Option<Instant>,
}

impl Round {
    fn new(pace: Pace) -> Self {
        Self { pace, watch: JumpWatch::new(pace.jumped), unpark: true, recall: true, counted: None }
    }

    /// Looks once, and fires what is due.
    async fn go(&mut self, service: &Service, stop: &CancellationToken) -> Result<Rest> {
        // Nothing is fired by a later time than the one that was judged.
        let now = service.clock.now();
        let kinds = self.kinds(service, now);
        self.call_back(service).await;
        let mut next = self.next(service, kinds).await?;
        let mut changed = 0;
        if next.is_some_and(|next| next <= now) {
            changed = drain(service, kinds, now, stop).await?.changed();
            next = self.next(service, kinds).await?;
        }
        self.count(service).await?;
        Ok(self.rest(next.map(|next| next - service.clock.now()), changed))
    }

    /// What failed is tried again at the start, with whatever was mended; and when the clock is set back, what waits for a time that it
    /// showed by mistake.
    async fn call_back(&mut self, service: &Service) {
        let called = async {
            let unparked = if self.unpark { service.unpark_timers().await? } else { 0 };
            let recalled = if self.recall { service.recall_timers().await? } else { 0 };
            Ok::<_, Error>(unparked + recalled)
        };
        match called.await {
            Ok(many) => {
                (self.unpark, self.recall) = (false, false);
                if many > 0 {
                    tracing::warn!(many, "timers that failed before are tried again");
                }
            }
            // The others don't wait for it.
            Err(error) => tracing::error!(?error, "timers that failed before can't be called back"),
        }
    }

    /// What may be fired now.
    fn kinds(&mut self, service: &Service, now: DateTime<Utc>) -> &'static [TimerKind] {
        let at = Instant::now();
        match self.watch.look(now, at) {
            Some(Jump::Forward(by)) => {
                service.pulse.add(Count::JumpsForward, 1);
                let pause = self.pace.jumped;
                tracing::error!(%by, "the clock jumped forward; nothing is closed by it for {pause:?}");
            }
            Some(Jump::Back(by)) => {
                service.pulse.add(Count::JumpsBack, 1);
                self.recall = true;
                tracing::warn!(%by, "the clock jumped back; timers wait until it comes there again");
            }
            None => {}
        }
        let pausing = self.watch.is_pausing(at);
        service.pulse.pause_auto_close(pausing);
        if pausing { HARMLESS } else { &KINDS }
    }

    async fn next(&self, service: &Service, kinds: &[TimerKind]) -> Result<Option<DateTime<Utc>>> {
        let next = service.store.next_timer(kinds).await?;
        service.pulse.next_timer_is(next);
        service.pulse.got_through(Part::Timers, Instant::now());
        Ok(next)
    }

    /// Counts the parked ones now and then: other nodes park too, and changes of conversations set parked ones anew.
    async fn count(&mut self, service: &Service) -> Result<()> {
        let at = Instant::now();
        if self.counted.is_none_or(|counted| at - counted >= COUNTS_EVERY) {
            service.pulse.set(Count::TimersParked, service.store.parked_timers().await?);
            self.counted = Some(at);
        }
        Ok(())
    }

    /// Until the next is due. If that is already, it came meanwhile, or it was left to somebody else.
    fn rest(&self, until: Option<chrono::TimeDelta>, changed: usize) -> Rest {
        let until = until.map_or(self.pace.look, |until| until.to_std().unwrap_or_default());
        let least = if until.is_zero() && changed == 0 { self.pace.left } else { Duration::ZERO };
        Rest { least, most: until.min(self.pace.look).max(least) }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn it_sleeps_until_the_next_is_due_and_never_goes_round_and_round() {
        let round = Round::new(Pace::default());
        let rest = |until: Option<i64>, changed| {
            let rest = round.rest(until.map(TimeDelta::milliseconds), changed);
            (rest.least.as_millis(), rest.most.as_millis())
        };
        assert_eq!(rest(None, 0), (0, 1_000), "there is none");
        assert_eq!(rest(Some(60_000), 0), (0, 1_000));
        assert_eq!(rest(Some(250), 0), (0, 250));
        assert_eq!(rest(Some(-1), 5), (0, 0), "it came due meanwhile");
        assert_eq!(rest(Some(-1), 0), (100, 100), "it was left to somebody else");
        assert_eq!(rest(Some(0), 0), (100, 100));
    }
}
