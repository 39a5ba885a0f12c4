//! A subscription under way, whatever carries it: what a transport asks for and what it is given.
//!
//! Transports own frames, pings and closing; which entries are delivered and how they read is decided here and below. Nothing here
//! knows a transport.
//!
//! A stream's way: `open` (admit, price, execute to learn what to follow) → `pump` (read the log, judge, in a task of its own) →
//! `deliver` (execute, once for a `group`, with what is `share`d) → `queue` → the transport.

mod deliver;
mod ending;
mod group;
mod open;
mod payload;
mod pump;
mod queue;
mod root;
mod share;

use tokio::task::JoinHandle;

use super::codes;
use super::front::Front;

pub(super) use group::Groups;
pub use open::open;
pub use payload::{Ending, Payload, Step};
use queue::Queue;
pub(super) use share::Shares;

/// A subscription under way. Dropping it ends it.
pub struct Stream {
    front: Front,
    queue: Queue,
    pump: JoinHandle<()>,
}

impl Stream {
    fn of(front: Front, queue: Queue, pump: JoinHandle<()>) -> Self {
        front.metrics().streams().opened();
        Self { front, queue, pump }
    }

    /// The next thing to send, in order; after [`Step::Ended`] nothing follows, and it isn't asked again. Whoever waits for it may stop
    /// waiting at any time without losing anything.
    pub async fn next(&mut self) -> Step {
        let step = self.queue.take().await;
        let streams = self.front.metrics().streams();
        match &step {
            Step::Next(_) => streams.delivered(),
            Step::Ended(ending) => streams.ended(codes::code_of(&ending.error)),
        }
        step
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.front.metrics().streams().closed();
        self.pump.abort();
    }
}
