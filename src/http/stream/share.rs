//! One entry, one load: what was lately delivered, shared by all subscriptions of this node.
//!
//! Kept for a moment only, for the newest entries, and only so many bytes: nobody is sent what was true a while ago.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex as Turns, OnceCell};

use super::payload::Payload;
use crate::domain::interest::Told;
use crate::domain::permission::AccessClass;
use crate::graphql::reader::Loads;

/// How long what was loaded is sent to others.
const FRESH: Duration = Duration::from_secs(1);
/// Entries kept at most.
const ENTRIES: usize = 256;
/// Bytes of results kept at most.
const BYTES: usize = 8_000_000;

/// What is kept of the newest entries.
#[derive(Default)]
pub struct Shares(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    entries: BTreeMap<i64, Arc<Share>>,
    bytes: usize,
}

/// What was made of one entry.
pub struct Share {
    since: Instant,
    made: Mutex<HashMap<(u64, Told), Arc<Made>>>,
    loads: Mutex<HashMap<AccessClass, Arc<Turn>>>,
}

/// What a group is sent; nothing if it no longer exists for them.
pub type Made = OnceCell<Option<Arc<Payload>>>;

/// What those who see the same load. Executions take turns, so that each finds what the one before it has read.
pub struct Turn {
    /// The loads.
    pub loads: Arc<Loads>,
    /// Whose turn it is.
    pub turn: Turns<()>,
}

impl Shares {
    /// What is kept of an entry, if that is still fresh.
    pub fn of(&self, seq: i64) -> Arc<Share> {
        let mut kept = self.kept();
        if let Some(stale) =
            kept.entries.get(&seq).filter(|share| share.since.elapsed() > FRESH).map(|share| share.bytes())
        {
            kept.entries.remove(&seq);
            kept.bytes = kept.bytes.saturating_sub(stale);
        }
        let share = Arc::clone(kept.entries.entry(seq).or_insert_with(|| Arc::new(Share::new())));
        while kept.entries.len() > ENTRIES {
            kept.forget_oldest();
        }
        share
    }

    /// Counts what was just made; the oldest entries make room.
    pub fn count(&self, bytes: usize) {
        let mut kept = self.kept();
        kept.bytes += bytes;
        while kept.bytes > BYTES && !kept.entries.is_empty() {
            kept.forget_oldest();
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn forget_oldest(&mut self) {
        if let Some((_, share)) = self.entries.pop_first() {
            self.bytes = self.bytes.saturating_sub(share.bytes());
        }
    }
}

impl Share {
    fn new() -> Self {
        Self { since: Instant::now(), made: Mutex::default(), loads: Mutex::default() }
    }

    /// What a group is sent of it.
    pub fn made(&self, group: u64, told: Told) -> Arc<Made> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(made.entry((group, told)).or_default())
    }

    /// Where those who see the same load.
    pub fn turn(&self, class: &AccessClass, loads: impl FnOnce() -> Arc<Loads>) -> Arc<Turn> {
        let mut kept = self.loads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = kept.get(class) {
            return Arc::clone(turn);
        }
        let turn = Arc::new(Turn { loads: loads(), turn: Turns::default() });
        kept.insert(class.clone(), Arc::clone(&turn));
        turn
    }

    fn bytes(&self) -> usize {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.values().filter_map(|made| Some(made.get()?.as_ref()?.json.len())).sum()
    }
}
