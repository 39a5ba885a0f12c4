//! What creating and editing a ticket look at: whom and what it names, as far as it exists.

use std::collections::{HashMap, HashSet};

use entity::ids::{AgentId, TagId, TeamId, TicketId};

use super::RefKey;
use crate::domain::actor::Actor;
use crate::domain::context::Tag;
use crate::domain::limits;
use crate::domain::rejection::{Code, Rejection};

/// Names what must be loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Agents.
    pub agents: HashSet<AgentId>,
    /// Teams.
    pub teams: HashSet<TeamId>,
    /// Tags.
    pub tags: HashSet<TagId>,
    /// References, to know whose they are.
    pub refs: HashSet<RefKey>,
}

/// What was named, as far as it exists.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Agents, and whether each is active.
    pub agents: HashMap<AgentId, bool>,
    /// Teams that aren't deleted.
    pub teams: HashSet<TeamId>,
    /// Tags that aren't deleted.
    pub tags: HashMap<TagId, Tag>,
    /// References that tickets have.
    pub refs: HashMap<RefKey, TicketId>,
}

impl Known {
    /// Refuses who was deactivated between the request's token and the locks.
    ///
    /// # Errors
    /// `FORBIDDEN`.
    pub fn check_actor(&self, actor: Actor) -> Result<(), Rejection> {
        match actor {
            Actor::Agent(agent) if self.agents.get(&agent) != Some(&true) => {
                Err(Rejection::forbidden("You are deactivated."))
            }
            _ => Ok(()),
        }
    }

    /// Refuses who can't be given a ticket.
    ///
    /// # Errors
    /// `NOT_FOUND`, `AGENT_INACTIVE`.
    pub fn check_assignee(&self, agent: AgentId) -> Result<(), Rejection> {
        match self.agents.get(&agent) {
            None => Err(Rejection::not_found("assigneeId")),
            Some(false) => Err(Rejection::new(Code::AgentInactive, "The agent is deactivated.").at("assigneeId")),
            Some(true) => Ok(()),
        }
    }

    /// Refuses a team that doesn't exist.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub fn check_team(&self, team: TeamId) -> Result<(), Rejection> {
        if self.teams.contains(&team) { Ok(()) } else { Err(Rejection::not_found("teamId")) }
    }

    /// Refuses tags that can't be put on; answers those of them that nothing ever had.
    ///
    /// # Errors
    /// `NOT_FOUND`, `INVALID` for an archived one.
    pub fn check_tags(&self, added: impl Iterator<Item = TagId>) -> Result<Vec<TagId>, Rejection> {
        let mut first = Vec::new();
        for id in added {
            let tag = self.tags.get(&id).ok_or_else(|| Rejection::not_found("tagIds"))?;
            if tag.archived {
                return Err(Rejection::new(Code::Invalid, "An archived tag can't be added.").at("tagIds"));
            }
            if !tag.used {
                first.push(id);
            }
        }
        Ok(first)
    }

    /// Refuses references that another ticket has. The field is `key` below the place in the list.
    ///
    /// # Errors
    /// `TAKEN`.
    pub fn check_refs<'a>(
        &self,
        refs: impl Iterator<Item = &'a RefKey>,
        own: Option<TicketId>,
    ) -> Result<(), Rejection> {
        for (place, named) in refs.enumerate() {
            if self.refs.get(named).is_some_and(|holder| Some(*holder) != own) {
                return Err(Rejection::taken("key").at(place.to_string()));
            }
        }
        Ok(())
    }
}

/// Refuses more references than a ticket may have.
///
/// # Errors
/// `LIMIT_EXCEEDED`.
pub fn room_for_refs(field: &str, refs: usize) -> Result<(), Rejection> {
    if refs > limits::EXTERNAL_REFS {
        return Err(Rejection::limit(field, limits::EXTERNAL_REFS, "external references of a ticket"));
    }
    Ok(())
}
