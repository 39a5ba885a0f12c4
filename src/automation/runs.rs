//! One entry: its workflows in their order, until one of them says to stop.

use std::sync::Arc;
use std::time::Instant;

use entity::enums::WorkflowMode;
use entity::event::Model as Event;
use tokio_util::sync::CancellationToken;

use super::judging::Judging;
use super::round::{Round, Went};
use crate::domain::workflow::matches;
use crate::error::{Error, Result};
use crate::service::pulse::Count;
use crate::service::workflows::definition::Definition;
use crate::service::workflows::run::Ran;

impl Round {
    /// Runs on an entry what matches.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn run_all(
        &mut self,
        entry: &Event,
        workflows: Vec<&Arc<Definition>>,
        judging: &mut Judging,
        stop: &CancellationToken,
    ) -> Result<Went> {
        let Some(conversation) = entry.conversation_id else { return Ok(Went::Through) };
        let mut stale = judging.is_stale(conversation);
        for workflow in workflows {
            if stop.is_cancelled() {
                return Ok(Went::On);
            }
            // Long patterns on a long text take their time.
            tokio::task::yield_now().await;
            if std::mem::take(&mut stale) {
                judging.read_again(&self.service, entry).await?;
            }
            let Some(judged) = judging.get(entry).filter(|judged| judged.may_start()) else {
                return Ok(Went::Through);
            };
            if !matches(workflow.condition.as_ref(), judged) {
                continue;
            }
            let ran = self.run_or_give_up(workflow, entry).await?;
            match ran {
                Ran::Done { .. } | Ran::Unmatched => {
                    judging.has_changed(conversation);
                    stale = true;
                }
                Ran::Changed => {
                    self.resume_at(entry.seq);
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

    /// Runs it. What a fault of ours keeps failing is given up in the end, or nothing would ever run again.
    async fn run_or_give_up(&mut self, workflow: &Definition, entry: &Event) -> Result<Ran> {
        let ran = match self.service.run_workflow(workflow, entry, self.turn).await {
            Err(error @ (Error::Internal(_) | Error::Rejected(_))) => self.failed(workflow, entry, error).await?,
            ran => ran?,
        };
        if let Ran::Done { failed, disabled } = ran {
            self.service.pulse.add(if failed { Count::WorkflowRunsRefused } else { Count::WorkflowRuns }, 1);
            if disabled {
                tracing::warn!(workflow = %workflow.id, "a workflow was switched off: its runs failed in a row");
            }
            self.turn += 1;
            self.saved = (entry.seq - 1, Instant::now());
        }
        Ok(ran)
    }

    /// A run failed: it is tried again, and given up when it alone keeps failing. That is recorded, so what is wrong with the whole
    /// database gives up nothing.
    async fn failed(&mut self, workflow: &Definition, entry: &Event, error: Error) -> Result<Ran> {
        if !self.faults.one_more(workflow.id, entry.id) {
            return Err(error);
        }
        tracing::error!(?error, workflow = %workflow.id, entry = %entry.id, "a run is given up");
        self.service.pulse.add(Count::WorkflowFailures, 1);
        self.service.give_up_workflow(workflow, entry, self.turn).await
    }
}
