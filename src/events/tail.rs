//! The tail of the log: one reader per node, whatever the number of subscribers.
//!
//! Reads what was committed, in order and without a gap, into a ring that all subscribers read. It begins with the first subscriber. A
//! hole in the log means that somebody got past the head: then it stops there and says so, and skips nothing.

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::event::Model;
use entity::ids::{AgentId, TokenId};
use tokio::sync::{OnceCell, watch};
use tokio::time::timeout;

use super::committed::Committed;
use super::passes::{Pass, Passes, Standing};
use super::ring::{ROOM, Ring};
use crate::clock::Clock;
use crate::domain::cursor::Cursor;
use crate::domain::permission::Viewer;
use crate::error::Result;
use crate::store::Store;

/// How often it looks without being told of a commit.
const LOOKS_EVERY: Duration = Duration::from_secs(1);
/// Rows read at once.
const AT_ONCE: u64 = 500;
/// Stands for no hole.
const NO_HOLE: i64 = -1;

/// A node's tail of the log; clones share it.
#[derive(Clone, Debug)]
pub struct Tail(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    clock: Clock,
    ring: RwLock<Newest>,
    reached: watch::Sender<Reached>,
    passes: Passes,
    begun: OnceCell<()>,
    hole: AtomicI64,
}

/// The newest rows of one log.
#[derive(Debug)]
struct Newest {
    generation: u64,
    ring: Ring<Committed>,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// The log's epoch.
    pub epoch: i32,
    /// The newest row.
    pub seq: i64,
    /// Up to which row remembered display names must be right.
    pub setup_seq: i64,
    /// Raised when the log has become another: restored, or gone back.
    pub generation: u64,
}

/// Some rows after a position, or where they begin.
pub(super) enum Kept {
    /// The rows; none if there are none yet.
    Rows(Vec<Arc<Committed>>),
    /// The position lies before what is kept, which begins after this row.
    Older(i64),
    /// The log has become another.
    Other,
}

impl Tail {
    /// A tail that hasn't begun.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        Self(Arc::new(Shared {
            store,
            clock,
            ring: RwLock::new(Newest { generation: 0, ring: Ring::from(0, ROOM) }),
            reached: watch::Sender::new(Reached::default()),
            passes: Passes::default(),
            begun: OnceCell::new(),
            hole: AtomicI64::new(NO_HOLE),
        }))
    }

    /// Holds a token that was just read, for a stream; begins reading the log with the first.
    ///
    /// # Errors
    /// The database's.
    pub async fn hold(&self, viewer: Viewer, expires_at: Option<DateTime<Utc>>, as_of: Cursor) -> Result<Pass> {
        self.started().await?;
        let token = viewer.token;
        let (pass, stale) = self.0.passes.hold(token, Standing::of(viewer, expires_at, as_of));
        if stale {
            self.0.read_again(&[token]).await?;
        }
        Ok(pass)
    }

    /// The row of the log that is missing, while one is.
    #[must_use]
    pub fn hole(&self) -> Option<i64> {
        Some(self.0.hole.load(Ordering::Relaxed)).filter(|seq| *seq != NO_HOLE)
    }

    /// Where the tail has come to, now and from now on.
    pub(super) fn reached(&self) -> watch::Receiver<Reached> {
        self.0.reached.subscribe()
    }

    /// The database it reads.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The agents whose streams this node carries.
    #[must_use]
    pub fn listening(&self) -> HashSet<AgentId> {
        self.0.passes.agents()
    }

    /// Rows after a position of the log of that generation.
    pub(super) fn after(&self, generation: u64, seq: i64, most: usize) -> Kept {
        let newest = self.0.ring.read().unwrap_or_else(PoisonError::into_inner);
        if newest.generation != generation {
            return Kept::Other;
        }
        newest.ring.after(seq, most).map_or(Kept::Older(newest.ring.start()), Kept::Rows)
    }

    async fn started(&self) -> Result<()> {
        let begin = async || {
            self.0.begin_anew().await?;
            tokio::spawn(run(Arc::downgrade(&self.0)));
            Ok(())
        };
        self.0.begun.get_or_try_init(begin).await.copied()
    }
}

/// Reads on, as long as anybody has the tail.
async fn run(tail: Weak<Shared>) {
    let Some(mut told) = tail.upgrade().map(|tail| tail.store.news()) else { return };
    while let Some(tail) = tail.upgrade() {
        tail.passes.expire(tail.clock.now());
        let more = tail.step().await.unwrap_or_else(|error| {
            tracing::warn!(?error, "the log couldn't be read; trying again");
            false
        });
        drop(tail);
        if !more {
            let _ = timeout(LOOKS_EVERY, told.wait()).await;
        }
    }
}

impl Shared {
    /// Takes the head as where everything begins.
    async fn begin_anew(&self) -> Result<()> {
        let head = self.store.head().await?;
        let at = Cursor { epoch: head.epoch, seq: head.last_seq };
        self.passes.begin_anew();
        self.store.forget_what_was_remembered();
        // Whose access was read before may have missed a change.
        let held = self.passes.change(at);
        self.read_again(&held).await?;
        let generation = self.reached.borrow().generation + 1;
        let ring = Ring::from(head.last_seq, ROOM);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Newest { generation, ring };
        let reached = Reached { epoch: head.epoch, seq: head.last_seq, setup_seq: head.setup_seq, generation };
        self.reached.send_replace(reached);
        Ok(())
    }

    /// Reads what is new; tells whether there may be more.
    async fn step(&self) -> Result<bool> {
        let head = self.store.head().await?;
        let reached = *self.reached.borrow();
        if head.epoch != reached.epoch || head.last_seq < reached.seq {
            tracing::warn!(epoch = head.epoch, "the log is another; every stream ends");
            self.begin_anew().await?;
            return Ok(false);
        }
        if head.last_seq == reached.seq {
            return Ok(false);
        }
        let mut rows = self.store.log(reached.seq, AT_ONCE).await?;
        self.renew_passes(head.epoch, &rows).await?;
        let more = rows.len() as u64 == AT_ONCE;
        let whole = self.without_a_hole(&mut rows, reached.seq, (!more).then_some(head.last_seq));
        let Some(seq) = rows.last().map(|row| row.seq) else { return Ok(false) };
        let setup = rows.iter().filter(|row| row.kind.is_setup()).map(|row| row.seq).max();
        let setup_seq = reached.setup_seq.max(head.setup_seq).max(setup.unwrap_or_default());
        let rows = Committed::read(&self.store, setup_seq, rows).await?;
        self.publish(rows, Reached { seq, setup_seq, ..reached });
        Ok(more && whole)
    }

    /// Cuts the rows off where one is missing; up to a row that must be there, if it is known.
    fn without_a_hole(&self, rows: &mut Vec<Model>, after: i64, until: Option<i64>) -> bool {
        let dense = rows.iter().zip(after + 1..).take_while(|(row, seq)| row.seq == *seq).count();
        let cut = rows.len() > dense;
        rows.truncate(dense);
        let end = rows.last().map_or(after, |row| row.seq);
        let whole = !cut && until.is_none_or(|until| end >= until);
        let hole = if whole { NO_HOLE } else { end + 1 };
        if self.hole.swap(hole, Ordering::Relaxed) != hole && !whole {
            tracing::error!(seq = hole, "this row of the log is missing; streams wait for it");
        }
        whole
    }

    /// Before the rows are given out, the access that they changed is read; also of those that wait behind a hole.
    async fn renew_passes(&self, epoch: i32, rows: &[Model]) -> Result<()> {
        let changed = rows.iter().filter(|row| row.kind.changes_access()).map(|row| row.seq).max();
        match changed.map(|seq| self.passes.change(Cursor { epoch, seq })) {
            Some(held) => self.read_again(&held).await,
            None => Ok(()),
        }
    }

    async fn read_again(&self, tokens: &[TokenId]) -> Result<()> {
        if tokens.is_empty() {
            return Ok(());
        }
        let read = self.store.present_again(tokens).await?;
        self.passes.renew(tokens, read, self.clock.now());
        Ok(())
    }

    fn publish(&self, rows: Vec<Arc<Committed>>, reached: Reached) {
        let mut newest = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        for row in rows {
            newest.ring.push(row);
        }
        drop(newest);
        self.reached.send_replace(reached);
    }
}
