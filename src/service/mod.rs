//! Use cases: the only place that opens a write transaction.
//!
//! Each says what is locked in which order, lets `domain` decide, and saves. The lock order is never taken backwards: idempotency
//! key, sweep, the workflows' position, guard, customer, tickets by id, conversations by id, set-up rows by kind and id, head. A run
//! locks its workflow's row right behind the conversation: who locks workflows for changing them locks nothing after them but the head.

pub mod agents;
pub mod authenticate;
pub mod bulk;
pub mod change;
pub mod channels;
pub mod credential;
pub mod customers;
pub mod deactivate;
pub mod delete_team;
pub mod html;
pub mod idempotency;
pub mod links;
pub mod macros;
mod membership;
pub mod notes;
pub mod notifications;
pub mod notify;
pub mod pulse;
pub mod read_marks;
pub mod receive;
pub mod report_delivery;
pub mod routing;
pub mod set_up;
pub mod start;
pub mod sweeps;
pub mod tags;
pub mod teams;
pub mod tickets;
pub mod timers;
pub mod tokens;
pub mod workflows;

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::store::Store;

/// The longest the scheduler sleeps without being woken.
pub const LOOKS_EVERY: Duration = Duration::from_secs(1);

/// The use cases over one database and one clock.
#[derive(Clone, Debug)]
pub struct Service {
    /// The database.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// Tells the scheduler of sweeps.
    pub nudge: sweeps::Nudge,
    /// Tells the scheduler of timers.
    pub timer_set: sweeps::Nudge,
    /// What the scheduler tells of itself.
    pub pulse: pulse::Pulse,
}

impl Service {
    /// The use cases over a migrated database.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            nudge: sweeps::Nudge::default(),
            timer_set: sweeps::Nudge::default(),
            pulse: pulse::Pulse::default(),
        }
    }

    /// Tells of the earliest timer that a commit set. Wakes the scheduler if that is due before it would look by itself.
    fn poke(&self, timer: Option<DateTime<Utc>>) {
        let Some(due) = timer else { return };
        self.pulse.timer_was_set(due);
        if due <= self.clock.now() + LOOKS_EVERY {
            self.timer_set.give();
        }
    }
}
