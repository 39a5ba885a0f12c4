//! Channels are made and changed: their names, who sees them, their policies.

use entity::channel::Model;
use entity::enums::{ChannelVisibility, EventKind};
use entity::ids::{AgentId, ChannelId, TeamId};
use serde_json::json;

use super::Service;
use super::membership::Replaced;
use super::set_up::{Done, Written, free, log, log_and_sweep, logged, room};
use super::teams::active;
use crate::domain::actor::Actor;
use crate::domain::change::Moment;
use crate::domain::channel::{ChannelEdit, NewChannel, Policy};
use crate::domain::duration::IsoDuration;
use crate::domain::permission::ChannelAccess;
use crate::domain::rejection::Rejection;
use crate::domain::sweep::Sweep;
use crate::domain::{limits, text};
use crate::error::Result;
use crate::store::append::Setup;
use crate::store::write::Tx;
use crate::store::{channels, context, teams};

impl Service {
    /// Makes a channel, restricted or open.
    ///
    /// # Errors
    /// `TAKEN` for the name, `NOT_FOUND` or `AGENT_INACTIVE` for who should belong to it, `LIMIT_EXCEEDED`, and what
    /// [`NewChannel::checked`] refuses.
    pub async fn create_channel(&self, actor: Actor, new: &NewChannel) -> Result<Done<ChannelId>> {
        let new = &new.clone().checked()?;
        self.set_up(|tx| async move {
            let moment = self.moment(actor);
            let row = fresh(new, &moment);
            let (agents, teams) = (sorted(&new.agents), sorted(&new.teams));
            check_joined(&tx, &agents, &teams).await?;
            room(channels::count(&tx).await?, limits::CHANNELS, "channels")?;
            check_free(&tx, &row).await?;
            channels::insert(&tx, &row, &agents, &teams).await?;
            let setup = changed(None, Stand { row: &row, agents: &agents, teams: &teams }, moment);
            log(&tx, &[setup], Done { id: row.id, changed: true }).await
        })
        .await
    }

    /// Changes a channel that exists for the viewer. Who loses sight of it loses what is assigned to them there; when its open
    /// conversations close by time is planned anew if its policy says otherwise than before.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for who should newly belong to it; `AGENT_INACTIVE` likewise; `TAKEN` for the name; what
    /// [`ChannelEdit::checked`] refuses.
    pub async fn update_channel(
        &self,
        actor: Actor,
        access: &ChannelAccess,
        id: ChannelId,
        edit: &ChannelEdit,
    ) -> Result<Done<ChannelId>> {
        self.set_up(|tx| async move {
            let before = channels::lock(&tx, access, id).await?.ok_or_else(|| Rejection::not_found("channelId"))?;
            let edit = edit.clone().checked(before.kind, before.visibility)?;
            let after = with(before.clone(), &edit);
            let (were_agents, were_teams) = channels::belonging(&tx, id).await?;
            let opened = after.visibility == ChannelVisibility::Everyone;
            let agents = Replaced::of(&were_agents, if opened { Some(&[]) } else { edit.agents.as_deref() });
            let teams = Replaced::of(&were_teams, if opened { Some(&[]) } else { edit.teams.as_deref() });
            if after == before && agents.is_same() && teams.is_same() {
                return Ok(Written::unchanged(id));
            }
            check_joined(&tx, &agents.added, &teams.added).await?;
            check_free(&tx, &after).await?;
            channels::update(&tx, &after).await?;
            channels::leave(&tx, id, &agents.removed, &teams.removed).await?;
            channels::join(&tx, id, &agents.added, &teams.added).await?;
            let restricted = before.visibility != after.visibility;
            let narrowed = restricted || !agents.removed.is_empty() || !teams.removed.is_empty();
            let mut sweeps = Vec::new();
            sweeps.extend((!opened && narrowed).then_some(Sweep::ChannelAccess { channel: id }));
            let replanned = context::policy(&before).closing() != context::policy(&after).closing();
            sweeps.extend(replanned.then_some(Sweep::PolicyChanged { channel: id }));
            let moment = self.moment(actor);
            let before = Stand { row: &before, agents: &were_agents, teams: &were_teams };
            let after = Stand { row: &after, agents: &agents.after, teams: &teams.after };
            let setup = changed(Some(before), after, moment);
            log_and_sweep(&tx, &[setup], &sweeps, moment, Done { id, changed: true }).await
        })
        .await
    }
}

/// Who should newly belong to a channel, relied on.
async fn check_joined(tx: &Tx, agents: &[AgentId], teams: &[TeamId]) -> Result<()> {
    if teams::rely_on(tx, teams).await?.len() != teams.len() {
        return Err(Rejection::not_found("teamIds").into());
    }
    active(tx, agents, "agentIds").await?;
    Ok(())
}

fn sorted<T: Copy + Ord>(ids: &[T]) -> Vec<T> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

fn fresh(new: &NewChannel, moment: &Moment) -> Model {
    let row = Model {
        id: ChannelId::new(moment.now),
        name: new.name.clone(),
        name_key: text::key(&new.name),
        kind: new.kind,
        address: new.address.clone(),
        visibility: new.visibility,
        auto_close_after: None,
        auto_close_while_waiting: true,
        reopen_window: None,
        created_at: moment.now,
    };
    with_policy(row, Policy::of(new.kind).with(&new.policy))
}

fn with(mut row: Model, edit: &ChannelEdit) -> Model {
    if let Some(name) = &edit.name {
        row.name.clone_from(name);
        row.name_key = text::key(name);
    }
    if let Some(address) = &edit.address {
        row.address.clone_from(address);
    }
    row.visibility = edit.visibility.unwrap_or(row.visibility);
    let policy = context::policy(&row).with(&edit.policy);
    with_policy(row, policy)
}

fn with_policy(mut row: Model, policy: Policy) -> Model {
    let spell = |duration: Option<IsoDuration>| duration.map(|duration| duration.as_str().to_owned());
    row.auto_close_after = spell(policy.auto_close_after);
    row.auto_close_while_waiting = policy.auto_close_while_waiting;
    row.reopen_window = spell(policy.reopen_window);
    row
}

async fn check_free(tx: &Tx, row: &Model) -> Result<()> {
    Ok(free(channels::of_name(tx, &row.name_key).await?.map(|other| other.id), Some(row.id), "name")?)
}

/// A channel's row and who belongs to it.
#[derive(Clone, Copy)]
pub(in crate::service) struct Stand<'a> {
    pub row: &'a Model,
    pub agents: &'a [AgentId],
    pub teams: &'a [TeamId],
}

/// The log row of a channel: what decides about access, before and after.
pub(in crate::service) fn changed(before: Option<Stand<'_>>, after: Stand<'_>, moment: Moment) -> Setup {
    let facets =
        |stand: Stand<'_>| json!({ "visibility": stand.row.visibility, "agents": stand.agents, "teams": stand.teams });
    logged(EventKind::ChannelChanged, after.row.id.0, before.map(facets), facets(after), moment)
}
