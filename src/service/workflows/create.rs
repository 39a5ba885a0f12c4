//! Workflows are made.

use entity::ids::WorkflowId;
use entity::workflow::Model;

use super::NewWorkflow;
use super::checked::{check_named, check_unlimited};
use super::update::{changed, check_free};
use crate::domain::actor::Actor;
use crate::domain::permission::ChannelAccess;
use crate::domain::workflow::place;
use crate::domain::{limits, text};
use crate::error::Result;
use crate::service::Service;
use crate::service::set_up::{Done, log, room};
use crate::store::guard::{self, Guard};
use crate::store::{head, workflows};

impl Service {
    /// Makes a workflow. It runs on what happens from then on.
    ///
    /// # Errors
    /// `TAKEN` for the name, `LIMIT_EXCEEDED`; what [`NewWorkflow::checked`] and the check of what it names refuse; the database's.
    pub async fn create_workflow(
        &self,
        actor: Actor,
        access: &ChannelAccess,
        new: &NewWorkflow,
    ) -> Result<Done<WorkflowId>> {
        check_unlimited(access)?;
        let new = &new.clone().checked()?;
        self.set_up(|tx| async move {
            guard::hold(&tx, Guard::Workflows).await?;
            let moment = self.moment(actor);
            let others = workflows::count(&tx).await?;
            room(others, limits::WORKFLOWS, "workflows")?;
            let (place, shift) = place::inserted(new.position, i32::try_from(others).unwrap_or(i32::MAX));
            let row = Model {
                id: WorkflowId::new(moment.now),
                name: new.name.clone(),
                name_key: text::key(&new.name),
                enabled: new.enabled,
                disabled_reason: None,
                place,
                mode: new.mode,
                starts_on: new.trigger,
                condition: new.condition.as_ref().map(|condition| condition.spelled.clone()),
                actions: new.actions.spelled.clone(),
                failures: 0,
                enabled_after: head::last(&tx).await?,
                revision: 1,
                created_at: moment.now,
                updated_at: moment.now,
                deleted_at: None,
            };
            check_free(&tx, &row).await?;
            check_named(&tx, access, new.condition.as_ref(), Some(&new.actions)).await?;
            workflows::shift(&tx, &shift).await?;
            workflows::insert(&tx, &row).await?;
            log(&tx, &[changed(None, &row, moment)], Done { id: row.id, changed: true }).await
        })
        .await
    }
}
