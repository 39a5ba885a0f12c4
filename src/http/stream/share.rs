//! One entry, one load: what was lately delivered, shared by all subscriptions of this node.
//!
//! Kept for a moment only, for the newest entries, and only so many bytes: nobody is sent what was true a while ago.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex as Turns, OnceCell};

use super::payload::Payload;
use crate::domain::cursor::Cursor;
use crate::domain::interest::Told;
use crate::domain::permission::AccessClass;
use crate::graphql::reader::Loads;

/// How long what was loaded is sent to others.
const FRESH: Duration = Duration::from_secs(1);
/// Entries kept at most.
const ENTRIES: usize = 128;
/// Bytes of results kept at most.
const BYTES: usize = 8_000_000;

/// What is kept of the entries that were lately delivered.
#[derive(Default)]
pub struct Shares(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    entries: HashMap<Cursor, Arc<Share>>,
    /// The same, by when they began to be kept.
    begun: VecDeque<(Cursor, Arc<Share>)>,
    bytes: usize,
}

/// What was made of one entry.
pub struct Share {
    since: Instant,
    bytes: AtomicUsize,
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
    pub fn of(&self, entry: Cursor) -> Arc<Share> {
        let mut kept = self.kept();
        while kept.begun.front().is_some_and(|(_, share)| share.since.elapsed() > FRESH) || kept.begun.len() >= ENTRIES
        {
            kept.forget_oldest();
        }
        if let Some(share) = kept.entries.get(&entry) {
            return Arc::clone(share);
        }
        let share = Arc::new(Share::new());
        kept.entries.insert(entry, Arc::clone(&share));
        kept.begun.push_back((entry, Arc::clone(&share)));
        share
    }

    /// Counts what was just made of an entry; those kept longest make room.
    pub fn count(&self, entry: Cursor, share: &Arc<Share>, bytes: usize) {
        let mut kept = self.kept();
        if !kept.entries.get(&entry).is_some_and(|known| Arc::ptr_eq(known, share)) {
            return;
        }
        share.bytes.fetch_add(bytes, Ordering::Relaxed);
        kept.bytes += bytes;
        while kept.bytes > BYTES && kept.begun.len() > 1 {
            kept.forget_oldest();
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn forget_oldest(&mut self) {
        if let Some((entry, share)) = self.begun.pop_front() {
            self.entries.remove(&entry);
            self.bytes = self.bytes.saturating_sub(share.bytes.load(Ordering::Relaxed));
        }
    }
}

impl Share {
    fn new() -> Self {
        let (made, loads) = (Mutex::default(), Mutex::default());
        Self { since: Instant::now(), bytes: AtomicUsize::new(0), made, loads }
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

    /// Forgets where they load: what was asked for there may never come.
    pub fn forget_turn(&self, class: &AccessClass) {
        self.loads.lock().unwrap_or_else(PoisonError::into_inner).remove(class);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seq: i64) -> Cursor {
        Cursor { epoch: 1, seq }
    }

    #[test]
    fn who_lags_behind_shares_too() {
        let shares = Shares::default();
        for seq in 1_000..2_000 {
            shares.of(at(seq));
        }
        let late = shares.of(at(1));
        assert!(Arc::ptr_eq(&late, &shares.of(at(1))), "whatever others are at");
        assert!(!Arc::ptr_eq(&shares.of(at(1_999)), &shares.of(Cursor { epoch: 2, seq: 1_999 })));
        assert!(shares.kept().entries.len() <= ENTRIES);
    }

    #[test]
    fn bytes_are_given_back_with_what_they_were_counted_for() {
        let shares = Shares::default();
        let first = shares.of(at(1));
        shares.count(at(1), &first, BYTES);
        for seq in 2..200 {
            let share = shares.of(at(seq));
            shares.count(at(seq), &share, BYTES / 4);
        }
        shares.count(at(1), &first, BYTES);
        let kept = shares.kept();
        assert!((BYTES / 2..=BYTES).contains(&kept.bytes), "{}", kept.bytes);
        let counted: usize = kept.entries.values().map(|share| share.bytes.load(Ordering::Relaxed)).sum();
        assert_eq!((kept.bytes, kept.begun.len()), (counted, kept.entries.len()));
    }
}
