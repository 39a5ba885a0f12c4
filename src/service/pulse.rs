//! What the scheduler tells of itself: numbers for metrics and readiness, read while it works and also while it is stuck.
//!
//! Atomics of fixed number. Nothing is decided by them, and nothing waits for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use entity::enums::TimerKind;

/// How long a loop may get through nothing before it counts as stuck.
const STUCK: Duration = Duration::from_secs(60);
/// Stands for a loop that was never started.
const NEVER: i64 = i64::MIN;
/// Stands for no timer.
const NO_TIMER: i64 = i64::MAX;

/// The scheduler's numbers; clones share them.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Numbers>);

#[derive(Debug)]
struct Numbers {
    origin: Instant,
    /// When each loop last got through something, in microseconds from the origin.
    through: [AtomicI64; PARTS],
    /// When the next timer is to be tried, in microseconds since 1970; also one that is long due.
    next_timer: AtomicI64,
    counts: [AtomicU64; COUNTS],
    auto_close_paused: AtomicBool,
}

/// The scheduler's loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Fires timers.
    Timers,
    /// Finishes sweeps.
    Sweeps,
    /// Runs workflows.
    Workflows,
}

const PARTS: usize = 3;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Conversations that the clock woke.
    Woken,
    /// Conversations that the clock closed.
    AutoClosed,
    /// Tries of a timer that failed.
    TimerFailures,
    /// Timers that are parked, when they were last counted.
    TimersParked,
    /// Tries of a sweep that failed.
    SweepFailures,
    /// Sweeps that were unfinished at the last look.
    SweepsUnfinished,
    /// Jumps of the wall clock forward.
    JumpsForward,
    /// Jumps of the wall clock back.
    JumpsBack,
    /// Runs of workflows without a refused action.
    WorkflowRuns,
    /// Runs of workflows with a refused action.
    WorkflowRunsRefused,
    /// Tries to run workflows that failed, and runs that were stepped over.
    WorkflowFailures,
    /// Workflows in force that can't be read.
    WorkflowsUnreadable,
    /// Rows of the log that are still to be gone through for workflows, at the last look.
    WorkflowLag,
}

const COUNTS: usize = 13;

/// The numbers at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// How long the next timer has been due; nothing while it isn't.
    pub lag: Duration,
    /// For how long the loop of timers got through nothing; none where it was never started.
    pub timers_still: Option<Duration>,
    /// The same of the loop of sweeps.
    pub sweeps_still: Option<Duration>,
    /// The same of the loop of workflows.
    pub workflows_still: Option<Duration>,
    /// Whether a loop that was started is stuck.
    pub stuck: bool,
    /// Whether closing by the clock is paused.
    pub auto_close_paused: bool,
    /// [`Count::Woken`].
    pub woken: u64,
    /// [`Count::AutoClosed`].
    pub auto_closed: u64,
    /// [`Count::TimerFailures`].
    pub timer_failures: u64,
    /// [`Count::TimersParked`].
    pub timers_parked: u64,
    /// [`Count::SweepFailures`].
    pub sweep_failures: u64,
    /// [`Count::SweepsUnfinished`].
    pub sweeps_unfinished: u64,
    /// [`Count::JumpsForward`].
    pub jumps_forward: u64,
    /// [`Count::JumpsBack`].
    pub jumps_back: u64,
    /// [`Count::WorkflowRuns`].
    pub workflow_runs: u64,
    /// [`Count::WorkflowRunsRefused`].
    pub workflow_runs_refused: u64,
    /// [`Count::WorkflowFailures`].
    pub workflow_failures: u64,
    /// [`Count::WorkflowsUnreadable`].
    pub workflows_unreadable: u64,
    /// [`Count::WorkflowLag`].
    pub workflow_lag: u64,
}

impl Default for Pulse {
    fn default() -> Self {
        Self(Arc::new(Numbers {
            origin: Instant::now(),
            through: [const { AtomicI64::new(NEVER) }; PARTS],
            next_timer: AtomicI64::new(NO_TIMER),
            counts: Default::default(),
            auto_close_paused: AtomicBool::new(false),
        }))
    }
}

impl Pulse {
    /// A loop was started, or got through something: a look that succeeded, or a step that is done.
    pub fn got_through(&self, part: Part, at: Instant) {
        self.0.through[part as usize].store(self.after_origin(at), Relaxed);
    }

    /// The earliest timer that is left, as far as the loop knows; none = there is none.
    pub fn next_timer_is(&self, next: Option<DateTime<Utc>>) {
        self.0.next_timer.store(next.map_or(NO_TIMER, |at| at.timestamp_micros()), Relaxed);
    }

    /// A timer was set, which may be the earliest.
    pub fn timer_was_set(&self, due: DateTime<Utc>) {
        self.0.next_timer.fetch_min(due.timestamp_micros(), Relaxed);
    }

    /// Closing by the clock is paused, or goes on.
    pub fn pause_auto_close(&self, paused: bool) {
        self.0.auto_close_paused.store(paused, Relaxed);
    }

    /// Timers of a kind did what they were due for.
    pub fn fired(&self, kind: TimerKind, many: usize) {
        let count = match kind {
            TimerKind::Wake => Count::Woken,
            TimerKind::AutoClose => Count::AutoClosed,
        };
        self.add(count, u64::try_from(many).unwrap_or(u64::MAX));
    }

    /// Counts so many more.
    pub fn add(&self, count: Count, many: u64) {
        self.0.counts[count as usize].fetch_add(many, Relaxed);
    }

    /// There are so many.
    pub fn set(&self, count: Count, many: u64) {
        self.0.counts[count as usize].store(many, Relaxed);
    }

    /// How many there are.
    #[must_use]
    pub fn get(&self, count: Count) -> u64 {
        self.0.counts[count as usize].load(Relaxed)
    }

    /// The numbers at this instant, by the wall clock and by the machine's own.
    #[must_use]
    pub fn read(&self, wall: DateTime<Utc>, at: Instant) -> Reading {
        let late = wall.timestamp_micros().saturating_sub(self.0.next_timer.load(Relaxed));
        let still = [Part::Timers, Part::Sweeps, Part::Workflows].map(|part| self.still(part, at));
        Reading {
            lag: Duration::from_micros(u64::try_from(late).unwrap_or(0)),
            timers_still: still[0],
            sweeps_still: still[1],
            workflows_still: still[2],
            stuck: still.into_iter().flatten().any(|still| still > STUCK),
            auto_close_paused: self.0.auto_close_paused.load(Relaxed),
            woken: self.get(Count::Woken),
            auto_closed: self.get(Count::AutoClosed),
            timer_failures: self.get(Count::TimerFailures),
            timers_parked: self.get(Count::TimersParked),
            sweep_failures: self.get(Count::SweepFailures),
            sweeps_unfinished: self.get(Count::SweepsUnfinished),
            jumps_forward: self.get(Count::JumpsForward),
            jumps_back: self.get(Count::JumpsBack),
            workflow_runs: self.get(Count::WorkflowRuns),
            workflow_runs_refused: self.get(Count::WorkflowRunsRefused),
            workflow_failures: self.get(Count::WorkflowFailures),
            workflows_unreadable: self.get(Count::WorkflowsUnreadable),
            workflow_lag: self.get(Count::WorkflowLag),
        }
    }

    fn still(&self, part: Part, at: Instant) -> Option<Duration> {
        let through = Some(self.0.through[part as usize].load(Relaxed)).filter(|through| *through != NEVER)?;
        Some(Duration::from_micros(u64::try_from(self.after_origin(at).saturating_sub(through)).unwrap_or(0)))
    }

    /// Also of instants before the origin.
    fn after_origin(&self, at: Instant) -> i64 {
        let micros = |span: Duration| i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        match at.checked_duration_since(self.0.origin) {
            Some(after) => micros(after),
            None => -micros(self.0.origin.duration_since(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_lag_grows_while_nobody_looks() {
        let (pulse, at) = (Pulse::default(), Instant::now());
        let wall = DateTime::UNIX_EPOCH;
        assert_eq!(pulse.read(wall, at).lag, Duration::ZERO, "there is no timer");
        pulse.next_timer_is(Some(wall + TimeDelta::seconds(5)));
        assert_eq!(pulse.read(wall, at).lag, Duration::ZERO, "it isn't due yet");
        assert_eq!(pulse.read(wall + TimeDelta::seconds(8), at).lag, Duration::from_secs(3));
        pulse.timer_was_set(wall + TimeDelta::seconds(6));
        assert_eq!(pulse.read(wall + TimeDelta::seconds(8), at).lag, Duration::from_secs(3), "the other is earlier");
        pulse.timer_was_set(wall + TimeDelta::seconds(1));
        assert_eq!(pulse.read(wall + TimeDelta::seconds(8), at).lag, Duration::from_secs(7));
        pulse.next_timer_is(None);
        assert_eq!(pulse.read(wall + TimeDelta::days(8), at).lag, Duration::ZERO);
    }

    #[test]
    fn a_started_loop_that_gets_through_nothing_for_a_minute_is_stuck() {
        let (pulse, at) = (Pulse::default(), Instant::now());
        let after = |seconds| pulse.read(DateTime::UNIX_EPOCH, at + Duration::from_secs(seconds));
        assert!(!after(1_000).stuck, "it was never started");
        assert_eq!(after(1_000).timers_still, None);
        pulse.got_through(Part::Timers, at);
        pulse.got_through(Part::Sweeps, at);
        assert!(!after(60).stuck);
        assert!(after(61).stuck);
        pulse.got_through(Part::Timers, at + Duration::from_secs(50));
        assert_eq!(after(61).timers_still, Some(Duration::from_secs(11)));
        assert!(after(61).stuck, "the other loop doesn't hide it");
        pulse.got_through(Part::Sweeps, at + Duration::from_secs(50));
        assert!(!after(61).stuck);
    }

    #[test]
    fn clones_count_together() {
        let pulse = Pulse::default();
        pulse.clone().fired(TimerKind::Wake, 2);
        pulse.fired(TimerKind::AutoClose, 3);
        pulse.set(Count::TimersParked, 4);
        let read = pulse.read(DateTime::UNIX_EPOCH, Instant::now());
        assert_eq!((read.woken, read.auto_closed, read.timers_parked), (2, 3, 4));
    }
}
