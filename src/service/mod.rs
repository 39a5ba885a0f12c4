//! Use cases: the only place that opens a write transaction.
//!
//! Each says what is locked in which order, lets `domain` decide, and saves. The lock order is never taken backwards: idempotency
//! key, customer, conversations by id, set-up rows by kind and id, head.

pub mod agents;
pub mod authenticate;
pub mod change;
pub mod channels;
pub mod credential;
pub mod customers;
pub mod html;
pub mod idempotency;
pub mod notify;
pub mod receive;
pub mod report_delivery;
pub mod routing;
pub mod set_up;
pub mod start;
pub mod tags;
pub mod teams;
pub mod tokens;

use crate::clock::Clock;
use crate::store::Store;

/// The use cases over one database and one clock.
#[derive(Clone, Debug)]
pub struct Service {
    /// The database.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
}
