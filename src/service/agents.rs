//! Agents are made and changed.

use std::collections::HashMap;

use entity::agent::Model;
use entity::enums::{AgentRole, Availability, EventKind};
use entity::ids::{AgentId, TeamId};
use serde_json::json;

use super::Service;
use super::set_up::{Done, Written, free, log, logged};
use crate::domain::actor::Actor;
use crate::domain::agent::{AgentEdit, NewAgent};
use crate::domain::change::Moment;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::{limits, text};
use crate::error::Result;
use crate::store::append::Setup;
use crate::store::write::Tx;
use crate::store::{agents, teams};

/// Who makes a new agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// Somebody else.
    Other(Actor),
    /// The agent itself: the operator on the host, of whom there is no other record.
    Itself,
}

impl Service {
    /// Makes an agent: active and online.
    ///
    /// # Errors
    /// `TAKEN` for handle or e-mail, `NOT_FOUND` for a team, `LIMIT_EXCEEDED` for a full one, and what [`NewAgent::checked`] refuses.
    pub async fn create_agent(&self, maker: Maker, new: &NewAgent) -> Result<Done<AgentId>> {
        let new = &new.clone().checked()?;
        self.set_up(|tx| async move {
            let now = self.clock.now();
            check_teams(&tx, &new.teams).await?;
            let row = fresh(new, AgentId::new(now), now);
            check_free(&tx, &row).await?;
            agents::insert(&tx, &row).await?;
            teams::join(&tx, new.teams.iter().map(|&team| (team, row.id))).await?;
            let actor = match maker {
                Maker::Other(actor) => actor,
                Maker::Itself => Actor::Agent(row.id),
            };
            let setup = changed(None, &row, &sorted(&new.teams), Moment { now, actor });
            log(&tx, &[setup], Done { id: row.id, changed: true }).await
        })
        .await
    }

    /// Changes an agent. Whether the actor may is for the caller to ask, of [`AgentEdit::permit`].
    ///
    /// # Errors
    /// `NOT_FOUND`; `TAKEN` for handle or e-mail; `IN_USE` for demoting the last active admin; what [`AgentEdit::checked`] refuses.
    pub async fn update_agent(&self, actor: Actor, id: AgentId, edit: &AgentEdit) -> Result<Done<AgentId>> {
        let edit = &edit.clone().checked()?;
        self.set_up(|tx| async move {
            let (found, another_admin) = if edit.role == Some(AgentRole::Agent) {
                agents::lock_with_admins(&tx, id).await?
            } else {
                (agents::lock(&tx, id).await?, true)
            };
            let before = found.ok_or_else(|| Rejection::not_found("agentId"))?;
            let after = with(before.clone(), edit);
            if after == before {
                return Ok(Written::unchanged(id));
            }
            let was_admin = before.role == AgentRole::Admin && before.deactivated_at.is_none();
            if was_admin && after.role != AgentRole::Admin && !another_admin {
                let text = "This is the last active admin.";
                return Err(Rejection::new(Code::InUse, text).at("role").into());
            }
            check_free(&tx, &after).await?;
            agents::update(&tx, &after).await?;
            let teams = teams::of_agent(&tx, id).await?;
            let setup = changed(Some(&before), &after, &teams, self.moment(actor));
            log(&tx, &[setup], Done { id, changed: true }).await
        })
        .await
    }
}

fn fresh(new: &NewAgent, id: AgentId, now: chrono::DateTime<chrono::Utc>) -> Model {
    Model {
        id,
        handle: new.handle.clone(),
        name: new.name.clone(),
        name_key: text::key(&new.name),
        email: new.email.clone(),
        email_key: text::key(&new.email),
        role: new.role,
        availability: Availability::Online,
        time_zone: new.time_zone.clone(),
        capacity: new.capacity,
        created_at: now,
        deactivated_at: None,
    }
}

fn with(mut row: Model, edit: &AgentEdit) -> Model {
    if let Some(handle) = &edit.handle {
        row.handle.clone_from(handle);
    }
    if let Some(name) = &edit.name {
        row.name.clone_from(name);
        row.name_key = text::key(name);
    }
    if let Some(email) = &edit.email {
        row.email.clone_from(email);
        row.email_key = text::key(email);
    }
    if let Some(time_zone) = &edit.time_zone {
        row.time_zone.clone_from(time_zone);
    }
    row.role = edit.role.unwrap_or(row.role);
    row.availability = edit.availability.unwrap_or(row.availability);
    row.capacity = edit.capacity.unwrap_or(row.capacity);
    row
}

async fn check_free(tx: &Tx, row: &Model) -> Result<()> {
    free(agents::of_handle(tx, &row.handle).await?.map(|other| other.id), Some(row.id), "handle")?;
    free(agents::of_email(tx, &row.email_key).await?.map(|other| other.id), Some(row.id), "email")?;
    Ok(())
}

/// Locks the teams that a new agent joins; each must have room for one more.
async fn check_teams(tx: &Tx, ids: &[TeamId]) -> Result<()> {
    let found = teams::lock(tx, ids).await?;
    if found.len() != ids.len() {
        return Err(Rejection::not_found("teamIds").into());
    }
    let sizes: HashMap<TeamId, i64> = teams::sizes(tx, ids).await?;
    let limit = i64::try_from(limits::TEAM_MEMBERS).unwrap_or(i64::MAX);
    if sizes.values().any(|size| *size >= limit) {
        return Err(Rejection::limit("teamIds", limits::TEAM_MEMBERS, "members of a team").into());
    }
    Ok(())
}

fn sorted(teams: &[TeamId]) -> Vec<TeamId> {
    let mut teams = teams.to_vec();
    teams.sort_unstable();
    teams
}

fn changed(before: Option<&Model>, after: &Model, teams: &[TeamId], moment: Moment) -> Setup {
    let facets = |row: &Model| json!({ "role": row.role, "deactivated": row.deactivated_at.is_some(), "teams": teams });
    logged(EventKind::AgentChanged, after.id.0, before.map(facets), facets(after), moment)
}
