//! Trying a workflow on a conversation: everything is decided as in a run, and nothing is kept.

use entity::ids::{ConversationId, RunId, WorkflowId};

use super::checked::check_named;
use super::run::{decide, lock_all};
use super::{NewWorkflow, Tried};
use crate::domain::actor::Actor;
use crate::domain::change::{CausedBy, Moment};
use crate::domain::permission::Viewer;
use crate::domain::workflow::judge;
use crate::error::{Error, Result};
use crate::service::Service;
use crate::store::automation::judged;
use crate::store::events;

impl Service {
    /// What a workflow would do to a conversation now, with the customer's newest message as what triggers it, whatever its trigger is;
    /// nothing is written. None for a conversation that doesn't exist for the viewer.
    ///
    /// # Errors
    /// What making the workflow would refuse, but for its name being taken and there being too many; the database's.
    pub async fn try_workflow(
        &self,
        viewer: &Viewer,
        new: &NewWorkflow,
        conversation: ConversationId,
    ) -> Result<Option<Tried>> {
        let new = &new.clone().checked()?;
        self.store
            .rehearse(|tx| async move {
                check_named(&tx, &viewer.channels, new.condition.as_ref(), Some(&new.actions)).await?;
                if !events::sees(&tx, &viewer.channels, conversation).await? {
                    return Ok(None);
                }
                let actions = &new.actions.actions;
                let Some(conversation) = lock_all(&tx, conversation, actions).await? else { return Ok(None) };
                let now = self.clock.now();
                let judged = judged::by_its_newest_message(&tx, conversation.id, now).await?;
                let judged = judged.ok_or_else(|| Error::internal("a conversation's beginning is gone"))?;
                let verdicts = judge(new.condition.as_ref().map(|saved| &saved.condition), &judged);
                let matched = verdicts.matched && judged.may_start();
                let mut tried = Tried { matched, verdicts: verdicts.of_each, outcomes: Vec::new() };
                if matched {
                    let actor = Actor::Workflow(WorkflowId::new(now));
                    let moment = Moment::since(conversation.updated_at, now, actor);
                    let moment = moment.because(CausedBy::Run(RunId::new(now)));
                    tried.outcomes = decide(&tx, conversation, &moment, actions).await?.1;
                }
                Ok(Some(tried))
            })
            .await
    }
}
