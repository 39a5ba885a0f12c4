//! One conversation of a sweep: decided on the rows as they now are, saved with the sweep's new position.

use entity::ids::{ConversationId, SweepId};

use crate::domain::change::{Change, Moment};
use crate::domain::conversation::Conversation;
use crate::domain::permission::ChannelAccess;
use crate::domain::sweep::Sweep;
use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::change::decide_consequence;
use crate::service::notify::save_and_notify;
use crate::store::conversations::lock::lock;
use crate::store::sweeps::{self, Taken, Unfinished};
use crate::store::teams;
use crate::store::write::Tx;

impl Service {
    /// Deals with one conversation; false if the sweep is finished or left to who is at it. The sweep is locked before the
    /// conversation: whoever holds it goes through its conversations alone, so that each is dealt with once.
    pub(super) async fn step(&self, id: SweepId, conversation: ConversationId, taken: Taken) -> Result<bool> {
        let stepped = self
            .store
            .write(|tx| async move {
                let Some(sweep) = sweeps::lock(&tx, id, taken).await? else { return Ok(None) };
                if conversation <= sweep.cursor {
                    return Ok(Some(None)); // Somebody else was at it since it was looked up.
                }
                let locked = lock(&tx, &ChannelAccess::All, &[conversation]).await?;
                let mut changes = Vec::new();
                for conversation in locked {
                    changes.push(self.consequence(&tx, &sweep, conversation).await?);
                }
                sweeps::advance(&tx, id, conversation).await?;
                Ok(Some(save_and_notify(&tx, &[], changes).await?.next_timer))
            })
            .await?;
        self.poke(stepped.flatten());
        Ok(stepped.is_some())
    }

    async fn consequence(&self, tx: &Tx, sweep: &Unfinished, conversation: Conversation) -> Result<Change> {
        let moment = Moment { now: self.clock.now().max(conversation.updated_at), actor: sweep.actor };
        let heir = match sweep.sweep {
            Sweep::TeamDeleted { team } => teams::heir(tx, team).await?,
            _ => None,
        };
        match decide_consequence(tx, &moment, conversation, sweep.sweep.action(heir)).await {
            // The team in the deleted one's place was deleted itself in this instant.
            Err(Error::Rejected(refused)) => Err(Error::Race(refused.message)),
            decided => decided,
        }
    }
}
