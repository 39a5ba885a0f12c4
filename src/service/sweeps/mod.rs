//! Sweeps: what a change of agents, teams or channels leads to in thousands of conversations (architecture §2).
//!
//! The change itself locks none of them: it commits with a row that says what is left to do. Between that commit and the end of the
//! sweep the rules already hold, because decisions read the rows as they are.

mod nudge;
mod plan;
mod step;

use entity::ids::{ConversationId, SweepId};

pub use nudge::Nudge;

use super::Service;
use crate::domain::sweep::Sweep;
use crate::error::{Error, Result};
use crate::store::sweeps::{self, Taken};

/// How many conversations a mutation deals with before it answers.
pub const AT_ONCE: usize = 500;
/// How many are looked up at a time.
const CHUNK: usize = 100;

/// How far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is left, or only what somebody else is at, if it was to be left to them.
    Over,
    /// There is more to do.
    More,
}

/// How a sweep is gone through.
struct Pace<'a> {
    taken: Taken,
    /// How many conversations are left to deal with.
    left: usize,
    /// Asked before each transaction.
    enough: &'a (dyn Fn() -> bool + Sync),
}

impl Service {
    /// Goes on with a sweep, one small transaction after another, until it is over or it is enough.
    ///
    /// # Errors
    /// The database's; what was done until then stays done.
    pub async fn sweep(&self, id: SweepId, taken: Taken, enough: &(dyn Fn() -> bool + Sync)) -> Result<Progress> {
        self.sweep_on(id, &mut Pace { taken, left: usize::MAX, enough }).await
    }

    /// Goes through what sweeps that have just begun concern. Waits for a scheduler that is quicker: with the answer they are done.
    /// What is left, also after a failure, is the scheduler's.
    pub(in crate::service) async fn sweep_at_once(&self, begun: &[SweepId]) {
        let mut pace = Pace { taken: Taken::Wait, left: AT_ONCE, enough: &|| false };
        for id in begun {
            match self.sweep_on(*id, &mut pace).await {
                Ok(Progress::Over) => {}
                Ok(Progress::More) => self.nudge.give(),
                Err(error) => {
                    tracing::warn!(?error, sweep = %id, "a sweep is left to the scheduler");
                    self.nudge.give();
                }
            }
        }
    }

    async fn sweep_on(&self, id: SweepId, pace: &mut Pace<'_>) -> Result<Progress> {
        loop {
            let Some(unfinished) = self.store.sweep(id).await? else { return Ok(Progress::Over) };
            // At least one, to know whether there is any.
            let limit = CHUNK.min(pace.left).max(1);
            let next = self.store.swept_next(&unfinished, u64::try_from(limit).unwrap_or(1)).await?;
            if next.is_empty() {
                self.finish(id, pace.taken).await?;
                return Ok(Progress::Over);
            }
            for some in next.chunks(together(unfinished.sweep)) {
                if pace.left == 0 || (pace.enough)() {
                    return Ok(Progress::More);
                }
                if !self.isolate(id, some, pace.taken).await? {
                    return Ok(Progress::Over);
                }
                pace.left -= some.len();
            }
        }
    }

    /// Deals with these conversations together; where a fault of ours keeps it from that, one by one, and those that it can't deal with
    /// are stepped over: a broken row holds up none of the others.
    async fn isolate(&self, id: SweepId, some: &[ConversationId], taken: Taken) -> Result<bool> {
        match self.step(id, some, taken).await {
            Err(Error::Internal(_)) if some.len() > 1 => {}
            Err(Error::Internal(why)) => return self.step_over(id, some, taken, &why).await,
            stepped => return stepped,
        }
        for one in some.chunks(1) {
            if !Box::pin(self.isolate(id, one, taken)).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn finish(&self, id: SweepId, taken: Taken) -> Result<()> {
        self.store
            .write(|tx| async move {
                if sweeps::lock(&tx, id, taken).await?.is_some() {
                    sweeps::remove(&tx, id).await?;
                }
                Ok(())
            })
            .await
    }
}

/// How many conversations one transaction deals with. What happens to one waits for whom it names and for the head of the log; where only
/// timers move, many are as quick as one.
fn together(sweep: Sweep) -> usize {
    match sweep {
        Sweep::PolicyChanged { .. } => CHUNK,
        _ => 1,
    }
}
