//! Tells the scheduler that there is more to do than was done at once.

use std::sync::Arc;

use tokio::sync::Notify;

/// Wakes whoever waits, or spares the next who comes the waiting; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Nudge(Arc<Notify>);

impl Nudge {
    /// Wakes the one who waits.
    pub fn give(&self) {
        self.0.notify_one();
    }

    /// Completes at the next nudge, or at once if one was given since the last.
    pub async fn wait(&self) {
        self.0.notified().await;
    }
}
