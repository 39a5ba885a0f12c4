//! One transaction of a sweep: its conversations dealt with as the rows now are, saved with the sweep's new position.

use chrono::{DateTime, Utc};
use entity::ids::{ConversationId, SweepId};

use super::plan::plan;
use crate::domain::action::Action;
use crate::domain::actor::Actor;
use crate::domain::change::{Change, Moment};
use crate::domain::conversation::Conversation;
use crate::domain::permission::ChannelAccess;
use crate::domain::sweep::{Deed, Sweep};
use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::change::decide_consequence;
use crate::service::notify::save_and_notify;
use crate::service::pulse::Count;
use crate::store::conversations::lock::lock;
use crate::store::sweeps::{self, Taken, Unfinished};
use crate::store::teams;
use crate::store::write::Tx;

impl Service {
    /// Deals with these conversations, in id order; false if the sweep is finished or left to who is at it. The sweep is locked before
    /// the conversations: whoever holds it goes through them alone, so that each is dealt with once.
    pub(super) async fn step(&self, id: SweepId, some: &[ConversationId], taken: Taken) -> Result<bool> {
        let stepped = self
            .store
            .write(|tx| async move {
                let Some(sweep) = sweeps::lock(&tx, id, taken).await? else { return Ok(None) };
                // Somebody else may have been at it since they were looked up.
                let left = &some[some.partition_point(|id| *id <= sweep.cursor)..];
                let Some(last) = left.last() else { return Ok(Some(None)) };
                sweeps::advance(&tx, id, *last).await?;
                Ok(Some(self.carry_out(&tx, &sweep, left).await?))
            })
            .await?;
        self.poke(stepped.flatten());
        Ok(stepped.is_some())
    }

    /// Leaves a conversation as it is that can't be dealt with, and goes on behind it.
    pub(super) async fn step_over(
        &self,
        id: SweepId,
        some: &[ConversationId],
        taken: Taken,
        why: &str,
    ) -> Result<bool> {
        tracing::error!(why, sweep = %id, conversations = ?some, "a sweep steps over what it can't deal with");
        self.pulse.add(Count::SweepFailures, 1);
        self.store
            .write(|tx| async move {
                let Some(sweep) = sweeps::lock(&tx, id, taken).await? else { return Ok(false) };
                if let Some(last) = some.last().filter(|last| **last > sweep.cursor) {
                    sweeps::advance(&tx, id, *last).await?;
                }
                Ok(true)
            })
            .await
    }

    /// Answers the earliest timer that was set by it.
    async fn carry_out(&self, tx: &Tx, of: &Unfinished, ids: &[ConversationId]) -> Result<Option<DateTime<Utc>>> {
        let heir = match of.sweep {
            Sweep::TeamDeleted { team } => teams::heir(tx, team).await?,
            _ => None,
        };
        match of.sweep.deed(heir) {
            Deed::Plan(channel) => plan(tx, channel, ids).await,
            Deed::Act(action) => {
                let mut changes = Vec::new();
                for conversation in lock(tx, &ChannelAccess::All, ids).await? {
                    changes.push(self.consequence(tx, of.actor, conversation, action.clone()).await?);
                }
                Ok(save_and_notify(tx, &[], changes).await?.next_timer)
            }
        }
    }

    async fn consequence(&self, tx: &Tx, actor: Actor, conversation: Conversation, action: Action) -> Result<Change> {
        let moment = Moment::since(conversation.updated_at, self.clock.now(), actor);
        match decide_consequence(tx, &moment, conversation, action).await {
            // The team in the deleted one's place was deleted itself in this instant.
            Err(Error::Rejected(refused)) => Err(Error::Race(refused.message)),
            decided => decided,
        }
    }
}
