//! What one stream reads of the log: the table as long as it is behind, then the ring, without gap or repetition at the seam.
//!
//! Reads rows that may concern an interest; whether they do is the interest's to say.

use std::sync::Arc;

use entity::enums::EventKind;
use entity::notification;
use tokio::sync::watch;

use super::committed::Committed;
use super::tail::{Kept, Reached, Tail};
use crate::domain::cursor::Cursor;
use crate::domain::interest::Interest;
use crate::domain::permission::Viewer;
use crate::error::{Error, Result};
use crate::store::events::Stretch;

/// Rows taken from the ring at once.
const FROM_RING: usize = 256;
/// Rows read from the table at once.
const FROM_TABLE: u64 = 500;
/// Rows of the log that one statement walks at most.
const LENGTH: i64 = 20_000;

/// A stream's place in the log.
#[derive(Debug)]
pub struct Feed {
    tail: Tail,
    told: watch::Receiver<Reached>,
    epoch: i32,
    position: i64,
    /// The log that it reads, once the tail reads it too.
    generation: Option<u64>,
    live: bool,
}

/// What follows a place in the log.
#[derive(Debug)]
pub enum Chunk {
    /// Rows that were just committed, which all live streams of this node read now.
    Live(Vec<Arc<Committed>>),
    /// Rows that this stream alone reads now, up to a row; there may be none.
    Replayed(Vec<Arc<Committed>>, i64),
    /// The viewer's notifications, read from their table, up to a row of the log.
    Notified(Vec<Arc<notification::Model>>, i64),
}

impl Feed {
    /// Follows on from a position.
    #[must_use]
    pub fn after(tail: Tail, position: Cursor) -> Self {
        let told = tail.reached();
        Self { tail, told, epoch: position.epoch, position: position.seq, generation: None, live: false }
    }

    /// Everything up to here was gone through.
    pub fn gone_through(&mut self, seq: i64) {
        self.position = self.position.max(seq);
    }

    /// Goes back to an earlier place.
    pub fn back_to(&mut self, seq: i64) {
        self.position = self.position.min(seq);
    }

    /// The place, as a cursor.
    #[must_use]
    pub fn position(&self) -> Cursor {
        Cursor { epoch: self.epoch, seq: self.position }
    }

    /// Whether it has once had all there was.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.live
    }

    /// Up to which row remembered display names must be right.
    #[must_use]
    pub fn setup_seq(&self) -> i64 {
        self.told.borrow().setup_seq
    }

    /// What follows, as far as it may concern the interest; waits while there is nothing. The place moves only when it is said that it
    /// was gone through, so that waiting may be given up at any time.
    ///
    /// # Errors
    /// [`Error::EpochChanged`]; the database's.
    pub async fn next(&mut self, interest: &Interest, viewer: &Viewer) -> Result<Chunk> {
        loop {
            let reached = *self.told.borrow_and_update();
            if reached.epoch < self.epoch {
                // The token was read of a log that the tail hasn't come to.
                self.moved().await?;
                continue;
            }
            let generation = *self.generation.get_or_insert(reached.generation);
            if reached.epoch != self.epoch {
                return Err(Error::EpochChanged);
            }
            match self.tail.after(generation, self.position, FROM_RING) {
                Kept::Other => return Err(Error::EpochChanged),
                Kept::Rows(rows) if rows.is_empty() => {
                    self.live = true;
                    self.moved().await?;
                }
                Kept::Rows(rows) if self.live => return Ok(Chunk::Live(rows)),
                // Catching up, it reads what is now: what others were told a while ago may have been erased since.
                Kept::Rows(_) if *interest == Interest::Notifications => {
                    return self.replay(interest, viewer, reached.seq).await;
                }
                Kept::Rows(rows) => {
                    let end = rows.last().map_or(self.position, |entry| entry.row.seq);
                    return Ok(Chunk::Replayed(rows, end));
                }
                Kept::Older(until) => return self.replay(interest, viewer, until).await,
            }
        }
    }

    async fn moved(&mut self) -> Result<()> {
        self.told.changed().await.map_err(|_| Error::internal("the tail of the log is gone"))
    }

    async fn replay(&self, interest: &Interest, viewer: &Viewer, until: i64) -> Result<Chunk> {
        let store = self.tail.store();
        // An index leads to the rows of one conversation, of tickets and of an agent's notifications.
        let until = match interest {
            Interest::Conversation { .. } | Interest::Tickets(_) | Interest::Notifications => until,
            _ => until.min(self.position.saturating_add(LENGTH)),
        };
        let mut stretch = Stretch { after: self.position, until, kinds: Vec::new(), limit: FROM_TABLE };
        let rows = match interest {
            Interest::Notifications => {
                let rows = store.notifications_between(viewer, self.position, until, FROM_TABLE).await?;
                let end = end_of(rows.len(), rows.last().map(|row| row.seq), until);
                return Ok(Chunk::Notified(rows.into_iter().map(Arc::new).collect(), end));
            }
            Interest::Tickets(ticket) => store.ticket_rows(*ticket, &stretch).await?,
            Interest::Conversation { id, .. } => {
                stretch.kinds = EventKind::of_timelines();
                store.stretch_of(viewer, *id, &stretch).await?
            }
            Interest::Conversations { kinds, .. } => {
                stretch.kinds.clone_from(kinds);
                store.stretch(viewer, &stretch).await?
            }
            Interest::Followed => {
                stretch.kinds = EventKind::of_timelines();
                store.stretch(viewer, &stretch).await?
            }
            Interest::View { .. } => {
                stretch.kinds = EventKind::of_timelines();
                store.movements_and_access(viewer, &stretch).await?
            }
        };
        let end = end_of(rows.len(), rows.last().map(|row| row.seq), until);
        Ok(Chunk::Replayed(Committed::read(store, self.setup_seq(), rows).await?, end))
    }
}

/// Up to where a statement has read: to the end of what it walked, unless it stopped at its limit.
fn end_of(rows: usize, last: Option<i64>, until: i64) -> i64 {
    match last {
        Some(seq) if rows as u64 == FROM_TABLE => seq,
        _ => until,
    }
}
