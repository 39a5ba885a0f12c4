//! What of actions can be judged when they are saved, before there is a conversation: whom and what they name. Conditions name things
//! likewise.
//!
//! Access, states and times are judged when they are run, by each action's own decision.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::ids::{AgentId, ChannelId, TagId, TeamId, TicketId};

use super::Action;
use super::assign::Assign;
use super::listed::Refused;
use super::reply::{Reply, Then};
use super::tag::Tag;
use crate::domain::change::Mentionable;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::ticket::create::NewTicket;

/// What actions and conditions name, to be looked up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Agents.
    pub agents: BTreeSet<AgentId>,
    /// Teams.
    pub teams: BTreeSet<TeamId>,
    /// Tags.
    pub tags: BTreeSet<TagId>,
    /// Tickets.
    pub tickets: BTreeSet<TicketId>,
    /// Channels.
    pub channels: BTreeSet<ChannelId>,
}

/// What there is of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Agents, and whether they are active.
    pub agents: HashMap<AgentId, bool>,
    /// Teams that aren't deleted, with their members.
    pub teams: HashMap<TeamId, HashSet<AgentId>>,
    /// Tags that aren't deleted, and whether they are archived.
    pub tags: HashMap<TagId, bool>,
    /// Tickets.
    pub tickets: HashSet<TicketId>,
    /// Channels.
    pub channels: HashSet<ChannelId>,
}

/// What these actions name.
#[must_use]
pub fn named(actions: &[Action]) -> Named {
    let mut named = Named::default();
    for action in actions {
        match action {
            Action::Assign(assign) => {
                named.agents.extend(assign.agent.flatten());
                named.teams.extend(assign.team.flatten());
            }
            Action::Tag(Tag::Add(tags) | Tag::Remove(tags)) => named.tags.extend(tags),
            Action::AddFollowers(followers) | Action::RemoveFollowers(followers) => {
                named.agents.extend(followers.agents());
            }
            Action::CreateTicket(create) => {
                let of = create.new.named();
                named.agents.extend(of.agents);
                named.teams.extend(of.teams);
                named.tags.extend(of.tags);
            }
            Action::LinkTicket(link) => {
                named.tickets.insert(link.ticket);
            }
            Action::AddNote(add) => {
                for target in add.draft.naming.listed() {
                    match target {
                        Mentionable::Agent(agent) => named.agents.insert(agent),
                        Mentionable::Team(team) => named.teams.insert(team),
                    };
                }
            }
            _ => {}
        }
    }
    named
}

/// Refuses what can't be done to any conversation.
///
/// # Errors
/// The first refusal: `NOT_FOUND`, `AGENT_INACTIVE`, `NOT_A_MEMBER`; `INVALID` for an archived tag and for a snooze without an end.
pub fn check(actions: &[Action], known: &Known) -> Result<(), Refused> {
    let refused = |(place, action): (usize, &Action)| {
        known.check(action).map_err(|why| Refused { place, kind: action.kind(), why })
    };
    actions.iter().enumerate().try_for_each(refused)
}

impl Known {
    fn check(&self, action: &Action) -> Result<(), Rejection> {
        match action {
            Action::Assign(assign) => self.check_assign(assign),
            Action::Tag(Tag::Add(tags)) => self.check_tags(tags, false),
            Action::Tag(Tag::Remove(tags)) => self.check_tags(tags, true),
            Action::AddFollowers(followers) => {
                followers.agents().iter().try_for_each(|agent| self.check_active(*agent, "agentIds"))
            }
            Action::RemoveFollowers(followers) => {
                followers.agents().iter().try_for_each(|agent| self.is_active(*agent, "agentIds").map(drop))
            }
            Action::AddNote(add) => add.draft.naming.check_listed(|target| match target {
                Mentionable::Agent(agent) => self.agents.contains_key(&agent),
                Mentionable::Team(team) => self.teams.contains_key(&team),
            }),
            Action::CreateTicket(create) => self.check_ticket(&create.new),
            Action::LinkTicket(link) if !self.tickets.contains(&link.ticket) => Err(Rejection::not_found("ticketId")),
            Action::Snooze(snooze) => snooze.check_wakes(),
            Action::Reply(Reply { then: Some(Then::Snooze(snooze)), .. }) => {
                snooze.check_wakes().map_err(|why| why.at("snooze").at("then"))
            }
            _ => Ok(()),
        }
    }

    fn check_assign(&self, assign: &Assign) -> Result<(), Rejection> {
        let team = match assign.team.flatten() {
            Some(id) => Some(self.teams.get(&id).ok_or_else(|| Rejection::not_found("teamId"))?),
            None => None,
        };
        let Some(agent) = assign.agent.flatten() else { return Ok(()) };
        self.check_active(agent, "assigneeId")?;
        if team.is_some_and(|members| !members.contains(&agent)) {
            return Err(Rejection::new(Code::NotAMember, "This agent isn't a member of the team.").at("assigneeId"));
        }
        Ok(())
    }

    fn check_ticket(&self, new: &NewTicket) -> Result<(), Rejection> {
        new.assignee.map_or(Ok(()), |agent| self.check_active(agent, "assigneeId"))?;
        if new.team.is_some_and(|team| !self.teams.contains_key(&team)) {
            return Err(Rejection::not_found("teamId"));
        }
        self.check_tags(new.tags.as_deref().unwrap_or_default(), false)
    }

    fn check_tags(&self, tags: &[TagId], archived_too: bool) -> Result<(), Rejection> {
        for tag in tags {
            let archived = self.tags.get(tag).ok_or_else(|| Rejection::not_found("tagIds"))?;
            if *archived && !archived_too {
                return Err(Rejection::invalid("tagIds", "An archived tag can't be added."));
            }
        }
        Ok(())
    }

    /// Refuses an agent who isn't there or not active.
    ///
    /// # Errors
    /// `NOT_FOUND`, `AGENT_INACTIVE`.
    pub(in crate::domain) fn check_active(&self, agent: AgentId, field: &str) -> Result<(), Rejection> {
        if self.is_active(agent, field)? {
            return Ok(());
        }
        Err(Rejection::new(Code::AgentInactive, "This agent is deactivated.").at(field))
    }

    fn is_active(&self, agent: AgentId, field: &str) -> Result<bool, Rejection> {
        self.agents.get(&agent).copied().ok_or_else(|| Rejection::not_found(field))
    }
}
