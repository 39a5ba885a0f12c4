//! A ticket changes: its fields, its references, its status (semantics §11.2, §11.4).

use std::collections::BTreeSet;

use entity::enums::{Priority, TicketStatus};
use entity::ids::{AgentId, TagId, TeamId};

use super::create::description;
use super::known::{Known, Named, room_for_refs};
use super::{Beside, RefKey, TicketChange};
use crate::domain::change::Moment;
use crate::domain::fact::Fact;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::{input, limits};

/// What of a ticket changes. The outer option is whether it was given at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketEdit {
    /// What it is about.
    pub title: Option<String>,
    /// The whole story; null clears it.
    pub description: Option<Option<String>>,
    /// How far it is.
    pub status: Option<TicketStatus>,
    /// Priority; null clears it.
    pub priority: Option<Option<Priority>>,
    /// Assigned agent; null = nobody.
    pub assignee: Option<Option<AgentId>>,
    /// Assigned team; null = none.
    pub team: Option<Option<TeamId>>,
    /// All its tags.
    pub tags: Option<Vec<TagId>>,
    /// References to add, or to give another URL.
    pub add_refs: Vec<(RefKey, Option<String>)>,
    /// References to remove, before the others are added; what it isn't called is left out.
    pub remove_refs: Vec<RefKey>,
}

impl TicketEdit {
    /// Trims the title and refuses what can't be kept.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID`, `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn checked(self) -> Result<Self, Rejection> {
        room_for_refs("addExternalRefs", self.add_refs.len())?;
        room_for_refs("removeExternalRefs", self.remove_refs.len())?;
        let tags = self.tags.map(|tags| input::set("tagIds", tags, limits::CONVERSATION_TAGS)).transpose()?;
        let text = self.description.map(|text| text.map_or(Ok(None), |text| description(&text))).transpose()?;
        Ok(Self {
            title: self.title.map(|title| input::required("title", &title, limits::SUBJECT)).transpose()?,
            description: text,
            tags,
            ..self
        })
    }

    /// What it names.
    #[must_use]
    pub fn named(&self) -> Named {
        Named {
            agents: self.assignee.flatten().into_iter().collect(),
            teams: self.team.flatten().into_iter().collect(),
            tags: self.tags.iter().flatten().copied().collect(),
            refs: self.add_refs.iter().map(|(named, _)| named.clone()).collect(),
        }
    }

    /// Changes a locked ticket, in one log row; nothing is recorded if it is like this already.
    ///
    /// # Errors
    /// `CONFLICT`; `NOT_FOUND`, `AGENT_INACTIVE`, `INVALID` for what it newly names; `TAKEN`, `LIMIT_EXCEEDED`.
    pub fn decide(
        &self,
        change: &mut TicketChange,
        known: &Known,
        expected_version: Option<i32>,
        moment: &Moment,
    ) -> Result<(), Rejection> {
        if expected_version.is_some_and(|expected| expected != change.ticket.version) {
            let moved = Rejection::new(Code::Conflict, "The ticket moved on since this version.");
            return Err(moved.at("expectedVersion"));
        }
        let from = change.ticket.status;
        let mut fields = self.texts(change);
        fields.extend(self.people(change, known)?);
        fields.extend(self.tags(change, known)?);
        fields.extend(self.refs(change, known)?);
        let to = self.status.filter(|status| *status != from);
        if let Some(to) = to {
            change.ticket.status = to;
            change.ticket.resolved_at = (to == TicketStatus::Resolved).then_some(moment.now);
            fields.push("status");
        }
        if fields.is_empty() {
            return Ok(());
        }
        let fields = fields.into_iter().map(str::to_owned).collect();
        change.record(Fact::TicketUpdated { fields, from_status: to.map(|_| from), to_status: to }, moment);
        Ok(())
    }

    fn texts(&self, change: &mut TicketChange) -> Vec<&'static str> {
        let ticket = &mut change.ticket;
        let mut fields = Vec::new();
        if put(&mut ticket.title, self.title.as_ref()) {
            fields.push("title");
        }
        if put(&mut ticket.description, self.description.as_ref()) {
            fields.push("description");
        }
        if put(&mut ticket.priority, self.priority.as_ref()) {
            fields.push("priority");
        }
        fields
    }

    fn people(&self, change: &mut TicketChange, known: &Known) -> Result<Vec<&'static str>, Rejection> {
        let ticket = &mut change.ticket;
        let mut fields = Vec::new();
        if put(&mut ticket.assignee, self.assignee.as_ref()) {
            ticket.assignee.map_or(Ok(()), |agent| known.check_assignee(agent))?;
            fields.push("assignee");
        }
        if put(&mut ticket.team, self.team.as_ref()) {
            ticket.team.map_or(Ok(()), |team| known.check_team(team))?;
            fields.push("team");
        }
        Ok(fields)
    }

    fn tags(&self, change: &mut TicketChange, known: &Known) -> Result<Option<&'static str>, Rejection> {
        let Some(wanted) = &self.tags else { return Ok(None) };
        let wanted: BTreeSet<TagId> = wanted.iter().copied().collect();
        let first = known.check_tags(wanted.difference(&change.ticket.tags).copied())?;
        if !first.is_empty() {
            change.beside.push(Beside::FirstTagged(first));
        }
        Ok(put(&mut change.ticket.tags, Some(&wanted)).then_some("tags"))
    }

    fn refs(&self, change: &mut TicketChange, known: &Known) -> Result<Option<&'static str>, Rejection> {
        let added = self.add_refs.iter().map(|(named, _)| named);
        known.check_refs(added, Some(change.ticket.id)).map_err(|taken| taken.at("addExternalRefs"))?;
        let before = change.ticket.refs.clone();
        let mut after = before.clone();
        after.retain(|named, _| !self.remove_refs.contains(named));
        after.extend(self.add_refs.iter().cloned());
        room_for_refs("addExternalRefs", after.len())?;
        for gone in before.keys().filter(|named| !after.contains_key(named)) {
            change.beside.push(Beside::Unref(gone.clone()));
        }
        for (named, url) in after.iter().filter(|(named, url)| before.get(named) != Some(url)) {
            if before.contains_key(named) {
                change.beside.push(Beside::Unref(named.clone()));
            }
            change.beside.push(Beside::Ref(named.clone(), url.clone()));
        }
        Ok(put(&mut change.ticket.refs, Some(&after)).then_some("externalRefs"))
    }
}

/// Puts a value in the place of another; whether it differs.
fn put<T: Clone + PartialEq>(place: &mut T, value: Option<&T>) -> bool {
    match value {
        Some(value) if value != place => {
            place.clone_from(value);
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
