//! One stretch of the log after another: looked at together, run one by one.
//!
//! What is read without locks says what is worth a transaction; the transaction judges again. The position in memory runs ahead of the
//! stored one, which a run moves along, and a save once a second.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use entity::enums::{ConversationState, WorkflowMode};
use entity::event::Model as Event;
use entity::event_head::Model as Head;
use entity::ids::{ConversationId, EventId, WorkflowId};
use entity::workflow::Model as Row;
use tokio_util::sync::CancellationToken;

use super::book::Book;
use super::candidates::{Candidate, among};
use super::spelling::Spelling;
use crate::domain::workflow::{Judged, judge};
use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::pulse::{Count, Part};
use crate::service::workflows::definition::Definition;
use crate::service::workflows::run::{Ran, Saved};

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
    service: Service,
    spelling: Spelling,
    book: Book,
    /// The log's epoch and the row up to which nothing is left, once they are known.
    reached: Option<(i32, i64)>,
    /// The first stretch since the position was read may have been begun by another.
    resuming: bool,
    /// All that ran before it is known.
    turn: i64,
    saved: (i64, Instant),
}

impl Round {
    pub fn new(service: Service, spelling: Spelling) -> Self {
        let (book, saved) = (Book::default(), (0, Instant::now()));
        Self { service, spelling, book, reached: None, resuming: true, turn: 0, saved }
    }

    /// Whether nothing is left of what the log has.
    pub fn is_through(&self, head: &Head) -> bool {
        self.reached == Some((head.epoch, head.last_seq))
    }

    /// Reads position and workflows anew with the next look.
    pub fn begin_anew(&mut self) {
        (self.book, self.reached, self.resuming) = (Book::default(), None, true);
    }

    /// Looks at the next stretch of the log and runs what it triggers.
    ///
    /// # Errors
    /// The database's.
    pub async fn go(&mut self, stop: &CancellationToken) -> Result<Went> {
        let store = self.service.store.clone();
        let head = store.head().await?;
        let after = match self.reached {
            Some((epoch, reached)) if epoch == head.epoch && reached <= head.last_seq => reached,
            _ => {
                self.resuming = true;
                let stored = store.gone_through().await?;
                self.turn = stored.turn;
                self.saved = (stored.position, Instant::now());
                stored.position.min(head.last_seq)
            }
        };
        self.reached = Some((head.epoch, after));
        self.service.pulse.got_through(Part::Workflows, Instant::now());
        if after == head.last_seq {
            return self.through(head.last_seq).await;
        }
        self.book.refresh(&store, self.spelling, &self.service.pulse).await?;
        // Without workflows nothing is read, however far the log has grown.
        let Some(begins) = self.book.begins().filter(|begins| *begins < head.last_seq) else {
            self.reached = Some((head.epoch, head.last_seq));
            return Ok(Went::Through);
        };
        let after = after.max(begins);
        let entries = store.log_of(&self.book.kinds(), after, head.last_seq, CHUNK).await?;
        let whole = entries.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
        let end = entries.last().map_or(head.last_seq, |last| if whole { head.last_seq } else { last.seq });
        let went = self.go_through(among(entries, &self.book.in_force), stop).await?;
        self.service.pulse.set(Count::WorkflowLag, u64::try_from(head.last_seq - end).unwrap_or(0));
        match went {
            Went::Through if whole => {
                self.reached = Some((head.epoch, end));
                self.through(end).await
            }
            Went::Through => {
                self.reached = Some((head.epoch, end));
                Ok(Went::On)
            }
            went => Ok(went),
        }
    }

    /// Nothing is left up to this row; now and then that is saved.
    async fn through(&mut self, seq: i64) -> Result<Went> {
        let due = self.saved.0 < seq && self.saved.1.elapsed() >= SAVES_EVERY && self.book.begins().is_some();
        let outdated = due && self.save().await? == Saved::Outdated;
        Ok(if outdated { Went::On } else { Went::Through })
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
    async fn go_through(&mut self, candidates: Vec<Candidate>, stop: &CancellationToken) -> Result<Went> {
        if candidates.is_empty() {
            self.resuming = false;
            return Ok(Went::Through);
        }
        let entries: Vec<&Event> = candidates.iter().map(|candidate| &candidate.entry).collect();
        let mut judged = self.service.store.judged(&entries, self.service.clock.now()).await?;
        let mut done = self.done(&entries).await?;
        let mut stale: HashSet<ConversationId> = HashSet::new();
        for Candidate { entry, workflows } in &candidates {
            if stop.is_cancelled() {
                return Ok(Went::On);
            }
            // Many long patterns on a long text take their time.
            tokio::task::yield_now().await;
            self.service.pulse.got_through(Part::Workflows, Instant::now());
            let done = done.remove(&entry.id).unwrap_or_default();
            let left = workflows.iter().filter(|one| !done.stopped && one.place > done.up_to).collect();
            match self.run_all(entry, left, &mut judged, &mut stale).await? {
                Went::Through => self.reached = self.reached.map(|(epoch, _)| (epoch, entry.seq)),
                went => return Ok(went),
            }
        }
        self.resuming = false;
        Ok(Went::Through)
    }

    /// What was done of these entries by whoever held the position before, also by workflows that aren't in force any longer.
    async fn done(&self, entries: &[&Event]) -> Result<HashMap<EventId, Done>> {
        if !self.resuming {
            return Ok(HashMap::new());
        }
        let ids: Vec<EventId> = entries.iter().map(|entry| entry.id).collect();
        let ran = self.service.store.ran_on(&ids).await?;
        let different: HashSet<WorkflowId> = ran.values().flatten().copied().collect();
        if different.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = self.service.store.workflows_by_id(&different.into_iter().collect::<Vec<_>>()).await?;
        let rows: HashMap<WorkflowId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(ran.into_iter().map(|(entry, workflows)| (entry, Done::by(&workflows, &rows))).collect())
    }

    /// Runs on one entry what matches, until one of them says to stop.
    async fn run_all(
        &mut self,
        entry: &Event,
        workflows: Vec<&Arc<Definition>>,
        judged: &mut HashMap<EventId, Judged>,
        stale: &mut HashSet<ConversationId>,
    ) -> Result<Went> {
        let Some(conversation) = entry.conversation_id else { return Ok(Went::Through) };
        let mut read_anew = false;
        for workflow in workflows {
            if stale.contains(&conversation) && !read_anew {
                judged.extend(self.service.store.judged(&[entry], self.service.clock.now()).await?);
                read_anew = true;
            }
            let Some(judged) = judged.get(&entry.id).filter(|judged| judged.state != ConversationState::Spam) else {
                return Ok(Went::Through);
            };
            if !judge(workflow.condition.as_ref(), judged).matched {
                continue;
            }
            let ran = self.run_or_step_over(workflow, entry).await?;
            match ran {
                Ran::Done { .. } | Ran::Unmatched => {
                    stale.insert(conversation);
                    read_anew = false;
                }
                Ran::Changed => {
                    self.resume_at(entry);
                    return Ok(Went::On);
                }
                Ran::Left => {
                    self.begin_anew();
                    return Ok(Went::Left);
                }
            }
            if workflow.mode == WorkflowMode::Stop && ran != Ran::Unmatched {
                break;
            }
        }
        Ok(Went::Through)
    }

    /// Looks at this entry again, with the workflows as they are by then.
    fn resume_at(&mut self, entry: &Event) {
        self.reached = self.reached.map(|(epoch, _)| (epoch, entry.seq - 1));
        (self.book, self.resuming) = (Book::default(), true);
    }

    /// Runs it. What a fault of ours keeps it from is stepped over, or nothing would ever run again.
    async fn run_or_step_over(&mut self, workflow: &Definition, entry: &Event) -> Result<Ran> {
        let pulse = &self.service.pulse;
        let ran = match self.service.run_workflow(workflow, entry, self.turn).await {
            Err(Error::Internal(why)) => {
                tracing::error!(why, workflow = %workflow.id, entry = %entry.id, "a run is stepped over");
                pulse.add(Count::WorkflowFailures, 1);
                return Ok(Ran::Unmatched);
            }
            ran => ran?,
        };
        pulse.got_through(Part::Workflows, Instant::now());
        if let Ran::Done { failed, disabled } = ran {
            pulse.add(if failed { Count::WorkflowRunsRefused } else { Count::WorkflowRuns }, 1);
            if disabled {
                tracing::warn!(workflow = %workflow.id, "a workflow was switched off: its runs failed in a row");
            }
            self.turn += 1;
            self.saved = (entry.seq - 1, Instant::now());
        }
        Ok(ran)
    }
}

/// What was done of an entry.
#[derive(Clone, Copy, Default)]
struct Done {
    /// Workflows up to this place have had their turn.
    up_to: i32,
    /// One of them said to stop.
    stopped: bool,
}

impl Done {
    fn by(workflows: &[WorkflowId], rows: &HashMap<WorkflowId, Row>) -> Self {
        let mut done = Self::default();
        for row in workflows.iter().filter_map(|id| rows.get(id)) {
            done.up_to = done.up_to.max(row.place);
            done.stopped |= row.mode == WorkflowMode::Stop;
        }
        done
    }
}
