//! How far the log was gone through for workflows.

use crate::error::Result;
use crate::service::Service;
use crate::store::automation;

/// What came of remembering how far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is remembered.
    Done,
    /// Somebody else is at it.
    Left,
    /// Something ran meanwhile, which may be what makes more match.
    Outdated,
}

impl Service {
    /// Remembers that nothing is left for workflows up to this row of the log, as far as who asks knows all that ran: up to this turn.
    ///
    /// # Errors
    /// The database's.
    pub async fn went_through(&self, seq: i64, turn: i64) -> Result<Saved> {
        self.store
            .write(|tx| async move {
                match automation::take(&tx).await? {
                    None => Ok(Saved::Left),
                    Some(at) if at.turn != turn => Ok(Saved::Outdated),
                    Some(at) => {
                        if at.position < seq {
                            automation::move_on(&tx, seq, turn).await?;
                        }
                        Ok(Saved::Done)
                    }
                }
            })
            .await
    }
}
