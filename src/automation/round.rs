//! One stretch of the log after another: looked at together, run one by one.
//!
//! What is read without locks says what is worth a transaction; the transaction judges again. The position in memory runs ahead of the
//! stored one, which a run moves along, and a save once a second.

use std::time::{Duration, Instant};

use entity::event_head::Model as Head;
use tokio_util::sync::CancellationToken;

use super::book::Book;
use super::candidates::{Candidate, among};
use super::done::Done;
use super::faults::Faults;
use super::judging::Judging;
use super::spelling::Spelling;
use crate::error::Result;
use crate::service::Service;
use crate::service::pulse::{Count, Part};
use crate::service::workflows::position::Saved;

/// Entries that are looked at together.
const CHUNK: u64 = 100;
/// How often the position is saved when nothing runs.
const SAVES_EVERY: Duration = Duration::from_secs(1);

/// How a round went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Went {
    /// Nothing is left.
    Through,
    /// There is more to look at.
    On,
    /// Somebody else is at it.
    Left,
}

/// How far this node has come, and what it remembers.
pub(super) struct Round {
    pub(super) service: Service,
    spelling: Spelling,
    book: Book,
    /// The log's epoch and the row up to which nothing is left, once they are known.
    reached: Option<(i32, i64)>,
    /// The first stretch since the position was read may have been begun by another.
    resuming: bool,
    /// All that ran before it is known.
    pub(super) turn: i64,
    pub(super) saved: (i64, Instant),
    pub(super) faults: Faults,
}

impl Round {
    pub fn new(service: Service, spelling: Spelling) -> Self {
        let (book, faults, saved) = (Book::default(), Faults::default(), (0, Instant::now()));
        Self { service, spelling, book, reached: None, resuming: true, turn: 0, saved, faults }
    }

    /// Whether nothing is left of what the log has.
    pub fn is_through(&self, head: &Head) -> bool {
        self.reached == Some((head.epoch, head.last_seq))
    }

    /// Reads the position anew with the next look.
    pub fn begin_anew(&mut self) {
        (self.reached, self.resuming) = (None, true);
    }

    /// Looks at the next stretch of the log and runs what it triggers.
    ///
    /// # Errors
    /// The database's.
    pub async fn go(&mut self, stop: &CancellationToken) -> Result<Went> {
        let store = self.service.store.clone();
        let head = store.head().await?;
        let after = self.position(&head).await?;
        self.lags(&head, after);
        if after == head.last_seq {
            return self.through(Went::Through).await;
        }
        self.book.refresh(&store, self.spelling, &self.service.pulse).await?;
        // Without workflows nothing is read, however far the log has grown.
        let Some(begins) = self.book.begins().filter(|begins| *begins < head.last_seq) else {
            self.has_come(&head, head.last_seq);
            return self.through(Went::Through).await;
        };
        let after = after.max(begins);
        let entries = store.log_of(&self.book.kinds(), after, head.last_seq, CHUNK).await?;
        let whole = entries.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
        let end = entries.last().map_or(head.last_seq, |last| if whole { head.last_seq } else { last.seq });
        let went = self.go_through(among(entries, &self.book.in_force), &head, stop).await?;
        if went != Went::Through {
            return Ok(went);
        }
        self.has_come(&head, end);
        self.through(if whole { Went::Through } else { Went::On }).await
    }

    /// The row up to which nothing is left; as it is stored where this node doesn't know, or the log has become another.
    async fn position(&mut self, head: &Head) -> Result<i64> {
        if let Some((epoch, reached)) = self.reached
            && epoch == head.epoch
            && reached <= head.last_seq
        {
            return Ok(reached);
        }
        let stored = self.service.store.gone_through().await?;
        (self.resuming, self.turn, self.saved) = (true, stored.turn, (stored.position, Instant::now()));
        let position = stored.position.min(head.last_seq);
        self.reached = Some((head.epoch, position));
        Ok(position)
    }

    fn has_come(&mut self, head: &Head, seq: i64) {
        self.reached = Some((head.epoch, seq));
        self.lags(head, seq);
    }

    fn lags(&self, head: &Head, seq: i64) {
        self.service.pulse.set(Count::WorkflowLag, u64::try_from(head.last_seq - seq).unwrap_or(0));
    }

    /// Nothing is left of what was looked at; now and then that is saved.
    async fn through(&mut self, went: Went) -> Result<Went> {
        self.service.pulse.got_through(Part::Workflows, Instant::now());
        let grown = self.reached.is_some_and(|(_, reached)| reached > self.saved.0);
        let due = grown && self.saved.1.elapsed() >= SAVES_EVERY && self.book.begins().is_some();
        let outdated = due && self.save().await? == Saved::Outdated;
        Ok(if outdated { Went::On } else { went })
    }

    /// Saves how far it has come. Where something ran meanwhile that it doesn't know of, it begins anew.
    ///
    /// # Errors
    /// The database's.
    pub async fn save(&mut self) -> Result<Saved> {
        let reached = self.reached.filter(|(_, reached)| *reached > self.saved.0);
        let Some((_, reached)) = reached else { return Ok(Saved::Done) };
        let saved = self.service.went_through(reached, self.turn).await?;
        match saved {
            Saved::Done => self.saved = (reached, Instant::now()),
            Saved::Left => self.saved.1 = Instant::now(),
            Saved::Outdated => self.begin_anew(),
        }
        Ok(saved)
    }

    /// Runs what these entries start, in the log's order and each entry's workflows in theirs.
    async fn go_through(&mut self, candidates: Vec<Candidate>, head: &Head, stop: &CancellationToken) -> Result<Went> {
        if candidates.is_empty() {
            self.resuming = false;
            return Ok(Went::Through);
        }
        let mut judging = Judging::of(&self.service, &candidates).await?;
        let mut done = Done::of(&self.service.store, self.resuming, &candidates).await?;
        for Candidate { entry, workflows } in &candidates {
            let done = done.remove(&entry.id).unwrap_or_default();
            let left = workflows.iter().filter(|one| done.leaves(one)).collect();
            match self.run_all(entry, left, &mut judging, stop).await? {
                Went::Through => self.has_come(head, entry.seq),
                went => return Ok(went),
            }
            self.service.pulse.got_through(Part::Workflows, Instant::now());
        }
        self.resuming = false;
        Ok(Went::Through)
    }

    /// Looks at an entry again, with the workflows as they are by then.
    pub(super) fn resume_at(&mut self, seq: i64) {
        self.reached = self.reached.map(|(epoch, _)| (epoch, seq - 1));
        self.resuming = true;
    }
}
