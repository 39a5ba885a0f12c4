//! Agents leave the organisation, and come back (semantics §3.5).

use std::time::{Duration, Instant};

use entity::agent::Model;
use entity::enums::AgentRole;
use entity::ids::AgentId;

use super::Service;
use super::agents::{changed, last_admin};
use super::set_up::{Done, Written, log, log_and_sweep};
use super::sweeps::Progress;
use super::tokens::revoke;
use crate::domain::actor::Actor;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::sweep::Sweep;
use crate::error::Result;
use crate::store::sweeps::{self, Taken};
use crate::store::{agents, teams, tokens};

/// How long taking an agent back may go on taking conversations from them before.
const PATIENCE: Duration = Duration::from_secs(15);

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

    /// Takes an agent back, with their teams and follows, but without the tokens they had and without any conversation: what is still
    /// to be taken from them is taken first. One who is active stays as they are.
    ///
    /// # Errors
    /// `NOT_FOUND`; `IN_USE` if taking the conversations lasts too long to wait for.
    pub async fn reactivate_agent(&self, actor: Actor, id: AgentId) -> Result<Done<AgentId>> {
        let begun = Instant::now();
        loop {
            self.relieve_wholly(id, begun).await?;
            let done = self.reactivate(actor, id).await?;
            // None: they were deactivated in this instant.
            if let Some(changed) = done {
                return Ok(Done { id, changed });
            }
        }
    }

    /// Finishes taking a deactivated agent's conversations from them.
    async fn relieve_wholly(&self, id: AgentId, begun: Instant) -> Result<()> {
        let enough = || begun.elapsed() >= PATIENCE;
        for sweep in self.store.relieving(id).await? {
            if enough() || self.sweep(sweep, Taken::Wait, &enough).await? == Progress::More {
                let text = "Conversations are still being taken from this agent; try again.";
                return Err(Rejection::new(Code::InUse, text).at("agentId").into());
            }
        }
        Ok(())
    }

    /// Whether they were inactive until now; none if they can't be active yet.
    async fn reactivate(&self, actor: Actor, id: AgentId) -> Result<Option<bool>> {
        self.set_up(|tx| async move {
            let before = agents::lock(&tx, id).await?.ok_or_else(|| Rejection::not_found("agentId"))?;
            if before.deactivated_at.is_none() {
                return Ok(Written::of(Some(false)));
            }
            // Under the agent's lock: nobody begins another.
            if sweeps::is_relieving(&tx, id).await? {
                return Ok(Written::of(None));
            }
            let after = Model { deactivated_at: None, ..before.clone() };
            agents::update(&tx, &after).await?;
            let teams = teams::of_agent(&tx, id).await?;
            let setup = changed(Some((&before, &teams)), (&after, &teams), self.moment(actor));
            log(&tx, &[setup], Some(true)).await
        })
        .await
    }
}
