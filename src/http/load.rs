//! How many requests are being executed, bounded.
//! A place is given back when its holder is dropped, wherever that happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::time::sleep;

/// How long is waited for a place.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often is looked for one meanwhile.
const LOOKS_EVERY: Duration = Duration::from_millis(50);

/// Counts places taken.
#[derive(Default)]
pub struct Load(Arc<AtomicUsize>);

/// One place; dropping it gives it back.
pub struct Place(Arc<AtomicUsize>);

impl Load {
    /// Takes a place, or nothing when `limit` places are taken.
    pub fn enter(&self, limit: usize) -> Option<Place> {
        let place = Place(Arc::clone(&self.0));
        let before = self.0.fetch_add(1, Ordering::Relaxed);
        // Dropping the place takes the count back.
        (before < limit).then_some(place)
    }

    /// The same, but waits for a place for some seconds. When a node is gone, all its streams come to the others at once.
    pub async fn enter_soon(&self, limit: usize) -> Option<Place> {
        let begun = Instant::now();
        loop {
            let place = self.enter(limit);
            if place.is_some() || begun.elapsed() >= PATIENCE {
                return place;
            }
            sleep(LOOKS_EVERY).await;
        }
    }

    /// How many places are taken.
    pub fn taken(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back() {
        let load = Load::default();
        let first = load.enter(1);
        assert!(first.is_some());
        assert!(load.enter(1).is_none());
        assert_eq!(load.taken(), 1);
        drop(first);
        assert_eq!(load.taken(), 0);
        assert!(load.enter(1).is_some());
    }
}
