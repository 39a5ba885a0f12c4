//! Sweeps: what a change of agents, teams or channels leads to in thousands of conversations (architecture §2).
//!
//! The change itself locks none of them: it commits with a row that says what is left to do. Between that commit and the end of the
//! sweep the rules already hold, because decisions read the rows as they are.

mod nudge;
mod step;

use entity::ids::SweepId;

pub use nudge::Nudge;

use super::Service;
use crate::error::Result;
use crate::store::sweeps;

/// How many conversations a mutation deals with before it answers.
pub const AT_ONCE: usize = 500;
/// How many are looked up at a time.
const CHUNK: usize = 100;

/// How far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is left, and the sweep is gone.
    Finished,
    /// There is more to do.
    More,
    /// Somebody else is at it.
    Elsewhere,
}

impl Service {
    /// Goes on with a sweep through at most so many conversations, one transaction each.
    ///
    /// # Errors
    /// The database's; what was done until then stays done.
    pub async fn sweep(&self, id: SweepId, at_most: usize) -> Result<Progress> {
        let mut left = at_most;
        self.sweep_on(id, &mut left).await
    }

    /// Goes through what sweeps that have just begun concern. What is left, also after a failure, is the scheduler's.
    pub(in crate::service) async fn sweep_at_once(&self, begun: &[SweepId]) {
        let mut left = AT_ONCE;
        for id in begun {
            match self.sweep_on(*id, &mut left).await {
                Ok(Progress::Finished | Progress::Elsewhere) => {}
                Ok(Progress::More) => self.nudge.give(),
                Err(error) => {
                    tracing::warn!(?error, sweep = %id, "a sweep is left to the scheduler");
                    self.nudge.give();
                }
            }
        }
    }

    async fn sweep_on(&self, id: SweepId, left: &mut usize) -> Result<Progress> {
        loop {
            let Some(unfinished) = self.store.sweep(id).await? else { return Ok(Progress::Finished) };
            // At least one, to know whether there is any.
            let limit = CHUNK.min(*left).max(1);
            let next = self.store.swept_next(&unfinished, u64::try_from(limit).unwrap_or(1)).await?;
            if next.is_empty() {
                return self.finish(id).await;
            }
            for conversation in next {
                if *left == 0 {
                    return Ok(Progress::More);
                }
                if !self.step(id, conversation).await? {
                    return Ok(Progress::Elsewhere);
                }
                *left -= 1;
            }
        }
    }

    async fn finish(&self, id: SweepId) -> Result<Progress> {
        self.store
            .write(|tx| async move {
                if sweeps::lock(&tx, id).await?.is_none() {
                    return Ok(Progress::Elsewhere);
                }
                sweeps::remove(&tx, id).await?;
                Ok(Progress::Finished)
            })
            .await
    }
}
