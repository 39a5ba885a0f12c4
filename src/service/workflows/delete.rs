//! Workflows are deleted. What they did keeps naming them.

use entity::ids::WorkflowId;

use super::checked::check_unlimited;
use super::update::{changed, unknown};
use crate::domain::actor::Actor;
use crate::domain::permission::ChannelAccess;
use crate::domain::workflow::place;
use crate::error::Result;
use crate::service::Service;
use crate::service::set_up::{Done, log};
use crate::store::guard::{self, Guard};
use crate::store::workflows;

impl Service {
    /// Deletes a workflow: it never runs again, its name is free, and those behind it close ranks.
    ///
    /// # Errors
    /// `FORBIDDEN` for who is limited to channels; `NOT_FOUND`, also for a deleted one; the database's.
    pub async fn delete_workflow(
        &self,
        actor: Actor,
        access: &ChannelAccess,
        id: WorkflowId,
    ) -> Result<Done<WorkflowId>> {
        check_unlimited(access)?;
        self.set_up(|tx| async move {
            guard::hold(&tx, Guard::Workflows).await?;
            let before = workflows::lock(&tx, id).await?.ok_or_else(unknown)?;
            let all = i32::try_from(workflows::count(&tx).await?).unwrap_or(i32::MAX);
            let moment = self.moment(actor);
            let mut after = before.clone();
            (after.place, after.enabled) = (0, false);
            after.revision += 1;
            after.updated_at = moment.now.max(before.updated_at);
            after.deleted_at = Some(after.updated_at);
            workflows::update(&tx, &after).await?;
            workflows::shift(&tx, &place::removed(before.place, all)).await?;
            log(&tx, &[changed(Some(&before), &after, moment)], Done { id, changed: true }).await
        })
        .await
    }
}
