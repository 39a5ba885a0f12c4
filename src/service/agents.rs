//! Agents are made and changed.

use std::collections::HashMap;

use entity::agent::Model;
use entity::enums::{AgentRole, Availability, EventKind};
use entity::ids::{AgentId, TeamId};
use serde_json::json;

use super::Service;
use super::membership::{Replaced, inactive, leaving};
use super::set_up::{Done, Written, free, log, log_and_sweep, logged};
use crate::domain::actor::Actor;
use crate::domain::agent::{AgentEdit, NewAgent};
use crate::domain::change::Moment;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::sweep::Sweep;
use crate::domain::{limits, text};
use crate::error::{Error, Result};
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
            let setup = changed(None, (&row, &sorted(&new.teams)), Moment::of(now, actor));
            log(&tx, &[setup], Done { id: row.id, changed: true }).await
        })
        .await
    }

    /// Changes an agent. Whether the actor may is for the caller to ask, of [`AgentEdit::permit`]. What they lose by it, they lose in
    /// their conversations too.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for a new team; `TAKEN` for handle or e-mail; `IN_USE` for demoting the last active admin; `AGENT_INACTIVE` and
    /// `LIMIT_EXCEEDED` for a new team; what [`AgentEdit::checked`] refuses.
    pub async fn update_agent(&self, actor: Actor, id: AgentId, edit: &AgentEdit) -> Result<Done<AgentId>> {
        let edit = &edit.clone().checked()?;
        self.set_up(|tx| async move {
            let locked = lock_teams(&tx, id, edit.teams.as_deref()).await?;
            let (before, another_admin) = lock_agent(&tx, id, edit.role).await?;
            let were = teams::of_agent(&tx, id).await?;
            let teams = Replaced::of(&were, edit.teams.as_deref());
            let after = with(before.clone(), edit);
            if after == before && teams.is_same() {
                return Ok(Written::unchanged(id));
            }
            let was_admin = before.role == AgentRole::Admin && before.deactivated_at.is_none();
            if was_admin && after.role != AgentRole::Admin && !another_admin {
                return Err(last_admin("role").into());
            }
            check_free(&tx, &after).await?;
            check_joined(&tx, &after, &teams, &locked).await?;
            agents::update(&tx, &after).await?;
            teams::leave(&tx, &teams.removed, &[id]).await?;
            teams::join(&tx, pairs(&teams.added, id)).await?;
            let mut sweeps = leaving(&tx, std::slice::from_ref(&after), &teams.removed).await?;
            let demotion = Sweep::AgentAccess { agent: id };
            if was_admin && after.role != AgentRole::Admin && !sweeps.contains(&demotion) {
                sweeps.push(demotion);
            }
            let moment = self.moment(actor);
            let setup = changed(Some((&before, &were)), (&after, &teams.after), moment);
            log_and_sweep(&tx, &[setup], &sweeps, moment, Done { id, changed: true }).await
        })
        .await
    }
}

fn pairs(teams: &[TeamId], agent: AgentId) -> Vec<(TeamId, AgentId)> {
    teams.iter().map(|&team| (team, agent)).collect()
}

/// Locks the teams that the agent is in and those they are to be in, before the agent; answers the locked ones.
async fn lock_teams(tx: &Tx, id: AgentId, given: Option<&[TeamId]>) -> Result<Vec<TeamId>> {
    let Some(given) = given else { return Ok(Vec::new()) };
    let mut ids = teams::of_agent(tx, id).await?;
    ids.extend(given);
    Ok(teams::lock(tx, &ids).await?.into_iter().map(|team| team.id).collect())
}

/// Locks the agent, and every admin with them if they may stop being one; answers the agent and whether another active admin is left.
async fn lock_agent(tx: &Tx, id: AgentId, role: Option<AgentRole>) -> Result<(Model, bool)> {
    let (found, another_admin) = if role == Some(AgentRole::Agent) {
        agents::lock_with_admins(tx, id).await?
    } else {
        (agents::lock(tx, id).await?, true)
    };
    Ok((found.ok_or_else(|| Rejection::not_found("agentId"))?, another_admin))
}

/// The organisation would be left without anybody who manages it.
pub(in crate::service) fn last_admin(field: &str) -> Rejection {
    Rejection::new(Code::InUse, "This is the last active admin.").at(field)
}

/// Only active agents join teams, which must exist and have room for one more.
async fn check_joined(tx: &Tx, agent: &Model, teams: &Replaced<TeamId>, locked: &[TeamId]) -> Result<()> {
    if teams.added.iter().any(|team| !locked.contains(team)) {
        return Err(Rejection::not_found("teamIds").into());
    }
    if teams.removed.iter().any(|team| !locked.contains(team)) {
        return Err(Error::Race("an agent has just joined another team".to_owned()));
    }
    if !teams.added.is_empty() && agent.deactivated_at.is_some() {
        return Err(inactive("teamIds").into());
    }
    check_room(tx, &teams.added).await
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
    check_room(tx, ids).await
}

/// Each of the locked teams must have room for one more.
async fn check_room(tx: &Tx, ids: &[TeamId]) -> Result<()> {
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

/// An agent's row and teams.
pub(in crate::service) type Stand<'a> = (&'a Model, &'a [TeamId]);

/// The log row of an agent: what decides about access, before and after.
pub(in crate::service) fn changed(before: Option<Stand<'_>>, after: Stand<'_>, moment: Moment) -> Setup {
    let facets = |(row, teams): Stand<'_>| json!({ "role": row.role, "deactivated": row.deactivated_at.is_some(), "teams": teams });
    logged(EventKind::AgentChanged, after.0.id.0, before.map(facets), facets(after), moment)
}
