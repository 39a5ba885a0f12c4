//! Teams are deleted; another may take their place (semantics §3.6).

use entity::ids::{AgentId, ChannelId, TeamId};
use entity::{channel, team};

use super::Service;
use super::channels::{self as channel_log, Stand};
use super::set_up::{Done, log_and_sweep};
use super::teams::changed;
use crate::domain::actor::Actor;
use crate::domain::change::Moment;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::sweep::Sweep;
use crate::error::{Error, Result};
use crate::store::append::Setup;
use crate::store::write::Tx;
use crate::store::{agents, channels, sweeps, teams};

/// What is locked to delete a team: in this order, so that neither the team nor access through it is relied on meanwhile.
struct Locked {
    channels: Vec<channel::Model>,
    team: team::Model,
    members: Vec<AgentId>,
}

impl Service {
    /// Deletes a team. What isn't closed goes to the one that takes its place; what is closed keeps it.
    ///
    /// # Errors
    /// `NOT_FOUND` for either team, `INVALID` for one in its own place, `IN_USE` for a team that still has something, or is about to
    /// get it, and nobody in its place.
    pub async fn delete_team(&self, actor: Actor, id: TeamId, heir: Option<TeamId>) -> Result<Done<TeamId>> {
        if heir == Some(id) {
            return Err(Rejection::invalid("reassignToTeamId", "A team can't take its own place.").into());
        }
        self.set_up(|tx| async move {
            let Locked { channels, team: before, members } = locked(&tx, id, heir).await?;
            let holds = holds_any(&tx, id).await?;
            if holds && heir.is_none() {
                let text = "This team still has open or snoozed conversations.";
                return Err(Rejection::new(Code::InUse, text).at("teamId").into());
            }
            let moment = self.moment(actor);
            let after = team::Model { deleted_at: Some(moment.now), moved_to_id: heir, ..before.clone() };
            let mut setups = vec![changed(Some((&before, &members)), (&after, &[]), moment)];
            let mut sweeps = if holds { vec![Sweep::TeamDeleted { team: id }] } else { Vec::new() };
            for channel in &channels {
                setups.push(left(&tx, channel, id, moment).await?);
                sweeps.push(Sweep::ChannelAccess { channel: channel.id });
            }
            teams::delete(&tx, &after).await?;
            log_and_sweep(&tx, &setups, &sweeps, moment, Done { id, changed: true }).await
        })
        .await
    }
}

async fn locked(tx: &Tx, id: TeamId, heir: Option<TeamId>) -> Result<Locked> {
    let naming: Vec<ChannelId> = channels::naming(tx, &[id]).await?;
    let channels = channels::lock_all(tx, &naming).await?;
    let found = teams::lock(tx, &[id].into_iter().chain(heir).collect::<Vec<_>>()).await?;
    if let Some(heir) = heir
        && !found.iter().any(|team| team.id == heir)
        && found.iter().any(|team| team.id == id)
    {
        return Err(Rejection::not_found("reassignToTeamId").into());
    }
    let team = found.into_iter().find(|team| team.id == id).ok_or_else(|| Rejection::not_found("teamId"))?;
    if channels::naming(tx, &[id]).await? != naming {
        return Err(Error::Race("a channel has just got or lost the team".to_owned()));
    }
    let members = teams::members(tx, id).await?;
    agents::lock_all(tx, &members).await?;
    Ok(Locked { channels, team, members })
}

/// Whether the team has anything that isn't closed, or is about to get it from a team that was deleted.
async fn holds_any(tx: &Tx, id: TeamId) -> Result<bool> {
    let mut holding = vec![id];
    for deleted in sweeps::teams_on_the_way(tx).await? {
        if teams::heir(tx, deleted).await? == Some(id) {
            holding.push(deleted);
        }
    }
    teams::hold_any(tx, &holding).await
}

/// The log row of a channel that the team no longer belongs to.
async fn left(tx: &Tx, row: &channel::Model, id: TeamId, moment: Moment) -> Result<Setup> {
    let (agents, teams) = channels::belonging(tx, row.id).await?;
    let without: Vec<TeamId> = teams.iter().copied().filter(|team| *team != id).collect();
    let before = Stand { row, agents: &agents, teams: &teams };
    Ok(channel_log::changed(Some(before), Stand { teams: &without, ..before }, moment))
}
