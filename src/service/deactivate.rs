//! Agents leave the organisation, and come back (semantics §3.5).

use entity::agent::Model;
use entity::enums::AgentRole;
use entity::ids::AgentId;

use super::Service;
use super::agents::{changed, last_admin};
use super::set_up::{Done, Written, log, log_and_sweep};
use super::tokens::revoke;
use crate::domain::actor::Actor;
use crate::domain::rejection::Rejection;
use crate::domain::sweep::Sweep;
use crate::error::Result;
use crate::store::{agents, teams, tokens};

impl Service {
    /// Deactivates an agent: their tokens are revoked for good, and they lose what isn't closed. One who is deactivated already stays
    /// as they are.
    ///
    /// # Errors
    /// `NOT_FOUND`; `IN_USE` for the last active admin.
    pub async fn deactivate_agent(&self, actor: Actor, id: AgentId) -> Result<Done<AgentId>> {
        self.set_up(|tx| async move {
            // With every admin, so that two who deactivate each other at once leave one.
            let (found, another_admin) = agents::lock_with_admins(&tx, id).await?;
            let before = found.ok_or_else(|| Rejection::not_found("agentId"))?;
            if before.deactivated_at.is_some() {
                return Ok(Written::unchanged(id));
            }
            if before.role == AgentRole::Admin && !another_admin {
                return Err(last_admin("agentId").into());
            }
            let moment = self.moment(actor);
            let after = Model { deactivated_at: Some(moment.now), ..before.clone() };
            agents::update(&tx, &after).await?;
            let teams = teams::of_agent(&tx, id).await?;
            let mut setups = vec![changed(Some((&before, &teams)), (&after, &teams), moment)];
            for token in tokens::lock_of(&tx, id).await? {
                setups.push(revoke(&tx, token, moment).await?);
            }
            let sweep = Sweep::AgentDeactivated { agent: id };
            log_and_sweep(&tx, &setups, &[sweep], moment, Done { id, changed: true }).await
        })
        .await
    }

    /// Takes an agent back, with their teams and follows, but without the tokens they had. One who is active stays as they are.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn reactivate_agent(&self, actor: Actor, id: AgentId) -> Result<Done<AgentId>> {
        self.set_up(|tx| async move {
            let before = agents::lock(&tx, id).await?.ok_or_else(|| Rejection::not_found("agentId"))?;
            if before.deactivated_at.is_none() {
                return Ok(Written::unchanged(id));
            }
            let after = Model { deactivated_at: None, ..before.clone() };
            agents::update(&tx, &after).await?;
            let teams = teams::of_agent(&tx, id).await?;
            let setup = changed(Some((&before, &teams)), (&after, &teams), self.moment(actor));
            log(&tx, &[setup], Done { id, changed: true }).await
        })
        .await
    }
}
