//! Somebody lets agents follow a conversation, or stops them (semantics §6.1). Possible in every state.

use std::collections::BTreeSet;

use entity::ids::AgentId;

use super::follow::{follows, full, record_unfollowed};
use crate::domain::change::{Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::rejection::{Code, Rejection};
use crate::domain::{input, limits};

/// The agents in question, each once, in id order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followers(BTreeSet<AgentId>);

impl Followers {
    /// No more than may follow a conversation.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED`.
    pub fn checked(agents: Vec<AgentId>) -> Result<Self, Rejection> {
        Ok(Self(input::set("agentIds", agents, limits::FOLLOWERS)?.into_iter().collect()))
    }

    /// Who they are.
    pub(super) fn agents(&self) -> &BTreeSet<AgentId> {
        &self.0
    }

    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.agents.extend(&self.0);
    }

    /// Lets those follow who don't yet, whatever they chose before.
    ///
    /// # Errors
    /// `NOT_FOUND`; `AGENT_INACTIVE` and `NO_ACCESS` for one who doesn't follow yet; `LIMIT_EXCEEDED`.
    pub fn add(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        let mut new = Vec::new();
        for id in &self.0 {
            let agent = context.agents.get(id).ok_or_else(|| Rejection::not_found("agentIds"))?;
            if follows(change, *id) {
                continue;
            }
            if !agent.active {
                return Err(Rejection::new(Code::AgentInactive, "An agent is deactivated.").at("agentIds"));
            }
            if !agent.has_access {
                return Err(
                    Rejection::new(Code::NoAccess, "An agent can't see the conversation's channel.").at("agentIds")
                );
            }
            new.push(*id);
        }
        if !new.is_empty() && change.conversation.followers().count() + new.len() > limits::FOLLOWERS {
            return Err(full().at("agentIds"));
        }
        for agent in new {
            change.record_followed(agent, moment);
        }
        Ok(())
    }

    /// Stops those who follow; the actor among them unfollows.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub fn remove(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        if self.0.iter().any(|id| !context.agents.contains_key(id)) {
            return Err(Rejection::not_found("agentIds"));
        }
        for agent in &self.0 {
            record_unfollowed(change, *agent, moment);
        }
        Ok(())
    }
}
