//! Use cases: the only place that opens a write transaction.
//!
//! Each says what is locked in which order, lets `domain` decide, and saves. The lock order is never taken backwards: idempotency
//! key, sweep, customer, conversations by id, set-up rows by kind and id, head.

pub mod agents;
pub mod authenticate;
pub mod change;
pub mod channels;
pub mod credential;
pub mod customers;
pub mod deactivate;
pub mod delete_team;
pub mod html;
pub mod idempotency;
pub mod links;
mod membership;
pub mod notes;
pub mod notifications;
pub mod notify;
pub mod read_marks;
pub mod receive;
pub mod report_delivery;
pub mod routing;
pub mod set_up;
pub mod start;
pub mod sweeps;
pub mod tags;
pub mod teams;
pub mod timers;
pub mod tokens;

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::Clock;
use crate::store::Store;

/// The longest the scheduler sleeps without being woken.
pub const LOOKS_EVERY: TimeDelta = TimeDelta::seconds(1);

/// The use cases over one database and one clock.
#[derive(Clone, Debug)]
pub struct Service {
    /// The database.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// Wakes the scheduler.
    pub nudge: sweeps::Nudge,
}

impl Service {
    /// The use cases over a migrated database.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, nudge: sweeps::Nudge::default() }
    }

    /// Wakes the scheduler for a timer that is due before it would look again by itself.
    fn poke(&self, timer: Option<DateTime<Utc>>) {
        if timer.is_some_and(|due| due <= self.clock.now() + LOOKS_EVERY) {
            self.nudge.give();
        }
    }
}
