//! A ticket is created, from a conversation or by itself (semantics §11.1).

use std::collections::{BTreeMap, BTreeSet};

use entity::enums::{Priority, TicketStatus};
use entity::ids::{AgentId, EventId, TagId, TeamId, TicketId};

use super::known::{Known, Named, room_for_refs};
use super::{Beside, RefKey, Ticket, TicketChange};
use crate::domain::change::Moment;
use crate::domain::fact::Fact;
use crate::domain::rejection::Rejection;
use crate::domain::{input, limits};

/// A ticket to create; none of a field = it wasn't given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewTicket {
    /// What it is about.
    pub title: Option<String>,
    /// The whole story.
    pub description: Option<String>,
    /// Priority.
    pub priority: Option<Priority>,
    /// Assigned agent.
    pub assignee: Option<AgentId>,
    /// Assigned team.
    pub team: Option<TeamId>,
    /// Tags.
    pub tags: Option<Vec<TagId>>,
    /// What it is called elsewhere; of a pair that is given twice the last counts.
    pub refs: Vec<(RefKey, Option<String>)>,
}

impl NewTicket {
    /// Trims the title and refuses what can't be kept. A blank title is REQUIRED, a blank description none.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID`, `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn checked(self) -> Result<Self, Rejection> {
        room_for_refs("externalRefs", self.refs.len())?;
        let tags = self.tags.map(|tags| input::set("tagIds", tags, limits::CONVERSATION_TAGS)).transpose()?;
        Ok(Self {
            title: self.title.map(|title| input::required("title", &title, limits::SUBJECT)).transpose()?,
            description: self.description.map_or(Ok(None), |text| description(&text))?,
            tags,
            ..self
        })
    }

    /// What it names.
    #[must_use]
    pub fn named(&self) -> Named {
        Named {
            agents: self.assignee.into_iter().collect(),
            teams: self.team.into_iter().collect(),
            tags: self.tags.iter().flatten().copied().collect(),
            refs: self.refs.iter().map(|(named, _)| named.clone()).collect(),
        }
    }

    /// Creates it. What a conversation gives was filled in before.
    ///
    /// # Errors
    /// `REQUIRED` without a title; `NOT_FOUND`, `AGENT_INACTIVE`, `INVALID` for what it names; `TAKEN`.
    pub fn decide(&self, origin: Option<EventId>, known: &Known, moment: &Moment) -> Result<TicketChange, Rejection> {
        let title = self.title.clone().ok_or_else(|| Rejection::required("title"))?;
        self.assignee.map_or(Ok(()), |agent| known.check_assignee(agent))?;
        self.team.map_or(Ok(()), |team| known.check_team(team))?;
        let tags: BTreeSet<TagId> = self.tags.iter().flatten().copied().collect();
        let first = known.check_tags(tags.iter().copied())?;
        known.check_refs(self.refs.iter().map(|(named, _)| named), None).map_err(|taken| taken.at("externalRefs"))?;
        let mut change = TicketChange::of(Ticket {
            id: TicketId::new(moment.now),
            number: 0,
            title,
            description: self.description.clone(),
            status: TicketStatus::Open,
            priority: self.priority,
            assignee: self.assignee,
            team: self.team,
            tags,
            refs: self.refs.iter().cloned().collect::<BTreeMap<_, _>>(),
            origin,
            conversations: 0,
            created_by: moment.actor,
            created_at: moment.now,
            updated_at: moment.now,
            resolved_at: None,
            version: 0,
        });
        change.record(Fact::TicketCreated, moment);
        let refs = change.ticket.refs.iter().map(|(named, url)| Beside::Ref(named.clone(), url.clone()));
        change.beside = refs.collect();
        if !first.is_empty() {
            change.beside.push(Beside::FirstTagged(first));
        }
        Ok(change)
    }
}

/// A description as it is kept: exactly as written, none if blank.
pub(super) fn description(text: &str) -> Result<Option<String>, Rejection> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    input::body("description", text).map(Some)
}

#[cfg(test)]
mod tests;
