//! Workflows are changed, put in another place, switched on and off.

use entity::enums::EventKind;
use entity::ids::WorkflowId;
use entity::workflow::Model;
use serde_json::json;

use super::WorkflowEdit;
use super::checked::{check_named, check_unlimited};
use crate::domain::actor::Actor;
use crate::domain::change::Moment;
use crate::domain::permission::ChannelAccess;
use crate::domain::rejection::Rejection;
use crate::domain::text;
use crate::domain::workflow::place;
use crate::error::Result;
use crate::service::Service;
use crate::service::set_up::{Done, Written, free, log, logged};
use crate::store::append::Setup;
use crate::store::guard::{self, Guard};
use crate::store::write::Tx;
use crate::store::{head, workflows};

impl Service {
    /// Changes a workflow. Another place makes those between give way, which changes nothing else about them.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for a deleted one; `TAKEN` for the name; what [`WorkflowEdit::checked`] and the check of what it names refuse; the
    /// database's.
    pub async fn update_workflow(
        &self,
        actor: Actor,
        access: &ChannelAccess,
        id: WorkflowId,
        edit: &WorkflowEdit,
    ) -> Result<Done<WorkflowId>> {
        check_unlimited(access)?;
        let edit = &edit.clone().checked()?;
        self.set_up(|tx| async move {
            guard::hold(&tx, Guard::Workflows).await?;
            let before = workflows::lock(&tx, id).await?.ok_or_else(unknown)?;
            check_named(&tx, access, edit.condition.iter().flatten().next(), edit.actions.as_ref()).await?;
            let mut after = with(before.clone(), edit);
            if let Some(position) = edit.position {
                after.place = moved(&tx, before.place, position).await?;
            }
            if after == before {
                return Ok(Written::unchanged(id));
            }
            let moment = self.moment(actor);
            check_free(&tx, &after).await?;
            begin_anew(&tx, &before, &mut after).await?;
            after.revision += 1;
            after.updated_at = moment.now.max(before.updated_at);
            workflows::update(&tx, &after).await?;
            log(&tx, &[changed(Some(&before), &after, moment)], Done { id, changed: true }).await
        })
        .await
    }
}

/// Its new place; those between give way.
async fn moved(tx: &Tx, from: i32, position: i32) -> Result<i32> {
    let all = i32::try_from(workflows::count(tx).await?).unwrap_or(i32::MAX);
    let (place, shift) = place::moved(from, position, all);
    workflows::shift(tx, &shift).await?;
    Ok(place)
}

/// Switched on, it runs on what happens from now on; and what it did before as another says nothing of what it does now.
async fn begin_anew(tx: &Tx, before: &Model, after: &mut Model) -> Result<()> {
    let is_another =
        (&after.starts_on, &after.condition, &after.actions) != (&before.starts_on, &before.condition, &before.actions);
    let switched_on = after.enabled && !before.enabled;
    if switched_on {
        after.disabled_reason = None;
        after.enabled_after = head::last(tx).await?;
    }
    if switched_on || is_another {
        after.failures = 0;
    }
    Ok(())
}

fn with(mut row: Model, edit: &WorkflowEdit) -> Model {
    if let Some(name) = &edit.name {
        (row.name, row.name_key) = (name.clone(), text::key(name));
    }
    if let Some(condition) = &edit.condition {
        row.condition = condition.as_ref().map(|condition| condition.spelled.clone());
    }
    if let Some(list) = &edit.actions {
        row.actions.clone_from(&list.spelled);
    }
    row.enabled = edit.enabled.unwrap_or(row.enabled);
    row.mode = edit.mode.unwrap_or(row.mode);
    row.starts_on = edit.trigger.unwrap_or(row.starts_on);
    row
}

pub(super) fn unknown() -> Rejection {
    Rejection::not_found("workflowId")
}

pub(super) async fn check_free(tx: &Tx, row: &Model) -> Result<()> {
    free(workflows::of_name(tx, &row.name_key).await?, Some(row.id), "name")?;
    Ok(())
}

/// The log row of a workflow: whether it is deleted and whether it runs, before and after.
pub(in crate::service) fn changed(before: Option<&Model>, after: &Model, moment: Moment) -> Setup {
    let facets = |row: &Model| json!({ "deleted": row.deleted_at.is_some(), "enabled": row.enabled });
    logged(EventKind::WorkflowChanged, after.id.0, before.map(facets), facets(after), moment)
}
