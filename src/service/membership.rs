//! Lists that replace lists: who comes, who goes, and what follows for who loses something by it.

use std::collections::BTreeSet;

use entity::agent::Model as Agent;
use entity::enums::AgentRole;
use entity::ids::{AgentId, TeamId};

use crate::domain::rejection::{Code, Rejection};
use crate::domain::sweep::Sweep;
use crate::error::Result;
use crate::store::write::Tx;
use crate::store::{agents, channels, teams};

/// What a list that replaces another comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) struct Replaced<T> {
    /// The list as it will be, in id order.
    pub after: Vec<T>,
    pub added: Vec<T>,
    pub removed: Vec<T>,
}

impl<T: Copy + Ord> Replaced<T> {
    /// Compares; what isn't given stays.
    pub fn of(before: &[T], given: Option<&[T]>) -> Self {
        let old: BTreeSet<T> = before.iter().copied().collect();
        let new: BTreeSet<T> = given.unwrap_or(before).iter().copied().collect();
        Self {
            added: new.difference(&old).copied().collect(),
            removed: old.difference(&new).copied().collect(),
            after: new.into_iter().collect(),
        }
    }

    /// Whether nobody comes or goes.
    pub fn is_same(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// Locks who comes and who goes, so that nothing is assigned to them on the strength of the list as it was; answers those who go.
/// Who comes must exist and be active.
pub(in crate::service) async fn lock_movers(tx: &Tx, members: &Replaced<AgentId>, field: &str) -> Result<Vec<Agent>> {
    let ids: Vec<AgentId> = members.added.iter().chain(&members.removed).copied().collect();
    let (coming, going): (Vec<Agent>, Vec<Agent>) =
        agents::lock_all(tx, &ids).await?.into_iter().partition(|agent| members.added.contains(&agent.id));
    if coming.len() != members.added.len() {
        return Err(Rejection::not_found(field).into());
    }
    if coming.iter().any(|agent| agent.deactivated_at.is_some()) {
        return Err(inactive(field).into());
    }
    Ok(going)
}

/// The agent can't be chosen.
pub(in crate::service) fn inactive(field: &str) -> Rejection {
    Rejection::new(Code::AgentInactive, "This agent is deactivated.").at(field)
}

/// What follows for locked agents who leave these teams, which have been taken from them. Nothing for one who has no conversation:
/// they get none through the teams any longer.
pub(in crate::service) async fn leaving(tx: &Tx, agents: &[Agent], left: &[TeamId]) -> Result<Vec<Sweep>> {
    if agents.is_empty() || left.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<AgentId> = agents.iter().map(|agent| agent.id).collect();
    let holding = agents::holding(tx, &ids).await?;
    let may_lose_access = !channels::naming(tx, left).await?.is_empty();
    let mut sweeps = Vec::new();
    for agent in agents.iter().filter(|agent| holding.contains(&agent.id)) {
        sweeps.extend(left.iter().map(|&team| Sweep::MemberRemoved { agent: agent.id, team }));
        if agent.role == AgentRole::Agent && may_lose_access {
            sweeps.push(Sweep::AgentAccess { agent: agent.id });
        }
    }
    Ok(sweeps)
}

/// Writes who comes into the team and who leaves it.
pub(in crate::service) async fn write_members(tx: &Tx, team: TeamId, members: &Replaced<AgentId>) -> Result<()> {
    teams::leave(tx, &[team], &members.removed).await?;
    teams::join(tx, members.added.iter().map(|&agent| (team, agent))).await
}
