//! Teams are made and changed.

use entity::enums::EventKind;
use entity::ids::{AgentId, TeamId};
use entity::team::Model;
use serde_json::json;

use super::Service;
use super::membership::{Replaced, inactive, leaving, lock_movers, write_members};
use super::set_up::{Done, Written, free, log, log_and_sweep, logged, room};
use crate::domain::actor::Actor;
use crate::domain::change::Moment;
use crate::domain::rejection::Rejection;
use crate::domain::team::{NewTeam, TeamEdit};
use crate::domain::{limits, text};
use crate::error::Result;
use crate::store::append::Setup;
use crate::store::write::Tx;
use crate::store::{agents, teams};

impl Service {
    /// Makes a team with its members.
    ///
    /// # Errors
    /// `TAKEN` for slug or name, `NOT_FOUND` or `AGENT_INACTIVE` for a member, `LIMIT_EXCEEDED`, and what [`NewTeam::checked`] refuses.
    pub async fn create_team(&self, actor: Actor, new: &NewTeam) -> Result<Done<TeamId>> {
        let new = &new.clone().checked()?;
        self.set_up(|tx| async move {
            let moment = self.moment(actor);
            let row = Model {
                id: TeamId::new(moment.now),
                slug: new.slug.clone(),
                name: new.name.clone(),
                name_key: text::key(&new.name),
                auto_assignment: new.auto_assignment,
                last_turn_id: None,
                created_at: moment.now,
                deleted_at: None,
                moved_to_id: None,
            };
            let members = active(&tx, &new.members, "memberIds").await?;
            room(teams::count(&tx).await?, limits::TEAMS, "teams")?;
            check_free(&tx, &row).await?;
            teams::insert(&tx, &row).await?;
            teams::join(&tx, members.iter().map(|&member| (row.id, member))).await?;
            let setup = changed(None, (&row, &members), moment);
            log(&tx, &[setup], Done { id: row.id, changed: true }).await
        })
        .await
    }

    /// Changes a team. Who leaves it loses the conversations that are assigned to them through it.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for a deleted team and a new member; `AGENT_INACTIVE` for a new member; `TAKEN` for slug or name; what
    /// [`TeamEdit::checked`] refuses.
    pub async fn update_team(&self, actor: Actor, id: TeamId, edit: &TeamEdit) -> Result<Done<TeamId>> {
        let edit = &edit.clone().checked()?;
        self.set_up(|tx| async move {
            let found = teams::lock(&tx, &[id]).await?.into_iter().next();
            let before = found.ok_or_else(|| Rejection::not_found("teamId"))?;
            let after = with(before.clone(), edit);
            let were = teams::members(&tx, id).await?;
            let members = Replaced::of(&were, edit.members.as_deref());
            if after == before && members.is_same() {
                return Ok(Written::unchanged(id));
            }
            let going = lock_movers(&tx, &members, "memberIds").await?;
            check_free(&tx, &after).await?;
            teams::update(&tx, &after).await?;
            write_members(&tx, id, &members).await?;
            let sweeps = leaving(&tx, &going, &[id]).await?;
            let moment = self.moment(actor);
            let setup = changed(Some((&before, &were)), (&after, &members.after), moment);
            log_and_sweep(&tx, &[setup], &sweeps, moment, Done { id, changed: true }).await
        })
        .await
    }
}

/// The agents, relied on, in id order; each must be active.
pub(in crate::service) async fn active(tx: &Tx, ids: &[AgentId], field: &str) -> Result<Vec<AgentId>> {
    let found = agents::rely_on(tx, ids).await?;
    if found.len() != ids.len() {
        return Err(Rejection::not_found(field).into());
    }
    if found.iter().any(|agent| agent.deactivated_at.is_some()) {
        return Err(inactive(field).into());
    }
    Ok(found.into_iter().map(|agent| agent.id).collect())
}

fn with(mut row: Model, edit: &TeamEdit) -> Model {
    if let Some(slug) = &edit.slug {
        row.slug.clone_from(slug);
    }
    if let Some(name) = &edit.name {
        row.name.clone_from(name);
        row.name_key = text::key(name);
    }
    row.auto_assignment = edit.auto_assignment.unwrap_or(row.auto_assignment);
    row
}

async fn check_free(tx: &Tx, row: &Model) -> Result<()> {
    free(teams::of_slug(tx, &row.slug).await?.map(|other| other.id), Some(row.id), "slug")?;
    free(teams::of_name(tx, &row.name_key).await?.map(|other| other.id), Some(row.id), "name")?;
    Ok(())
}

/// A team's row and members.
pub(in crate::service) type Stand<'a> = (&'a Model, &'a [AgentId]);

/// The log row of a team: what decides about access, before and after.
pub(in crate::service) fn changed(before: Option<Stand<'_>>, after: Stand<'_>, moment: Moment) -> Setup {
    let facets = |(row, members): Stand<'_>| json!({ "deleted": row.deleted_at.is_some(), "members": members });
    logged(EventKind::TeamChanged, after.0.id.0, before.map(facets), facets(after), moment)
}
