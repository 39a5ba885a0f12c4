//! Agents: what a new one must have, what of one may change, and by whom.

use entity::enums::{AgentRole, Availability};
use entity::ids::{AgentId, TeamId};

use super::customer::is_address;
use super::handle::handle;
use super::permission::{Denied, Operation, Principal, Viewer};
use super::rejection::Rejection;
use super::{input, limits};

/// An agent to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAgent {
    /// Unique; folded to lower case.
    pub handle: String,
    /// Shown name.
    pub name: String,
    /// E-mail address; unique without regard to case.
    pub email: String,
    /// Role.
    pub role: AgentRole,
    /// IANA time zone, known to be one.
    pub time_zone: String,
    /// Open conversations that auto-assignment may give at most; none = unlimited.
    pub capacity: Option<i32>,
    /// The teams it joins.
    pub teams: Vec<TeamId>,
}

impl NewAgent {
    /// Trims every text and refuses what can't be kept.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID`, `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn checked(mut self) -> Result<Self, Rejection> {
        self.handle = handle("handle", &self.handle)?;
        self.name = input::required("name", &self.name, limits::NAME)?;
        self.email = address(&self.email)?;
        if let Some(capacity) = self.capacity {
            check_capacity(capacity)?;
        }
        self.teams = input::set("teamIds", self.teams, limits::TEAMS)?;
        Ok(self)
    }
}

/// What of an agent changes; none = unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentEdit {
    /// Handle.
    pub handle: Option<String>,
    /// Shown name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Role.
    pub role: Option<AgentRole>,
    /// IANA time zone, known to be one.
    pub time_zone: Option<String>,
    /// Capacity; null = unlimited.
    pub capacity: Option<Option<i32>>,
    /// Availability.
    pub availability: Option<Availability>,
    /// The teams they are a member of, in the place of those before.
    pub teams: Option<Vec<TeamId>>,
}

impl AgentEdit {
    /// Trims every text and refuses what can't be kept.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID`, `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn checked(mut self) -> Result<Self, Rejection> {
        if let Some(given) = &self.handle {
            self.handle = Some(handle("handle", given)?);
        }
        if let Some(given) = &self.name {
            self.name = Some(input::required("name", given, limits::NAME)?);
        }
        if let Some(given) = &self.email {
            self.email = Some(address(given)?);
        }
        if let Some(Some(capacity)) = self.capacity {
            check_capacity(capacity)?;
        }
        if let Some(given) = self.teams {
            self.teams = Some(input::set("teamIds", given, limits::TEAMS)?);
        }
        Ok(self)
    }

    /// Admins change everything; agents their own name, time zone and availability.
    ///
    /// # Errors
    /// [`Denied::Scope`] without the scope of an admin; [`Denied::Role`] without the role, naming the first field that needs it.
    pub fn permit(&self, viewer: &Viewer, id: AgentId) -> Result<(), Denied> {
        if viewer.agent() != Some(id) {
            return viewer.permit(Operation::Administer);
        }
        match (self.first_beyond_self(), viewer.principal) {
            (None, _) => viewer.permit(Operation::ChangeSelf),
            (Some(field), Principal::Agent { role: AgentRole::Agent, .. }) => {
                let text = "Agents may change their own name, time zone and availability.";
                Err(Denied::Role(Rejection::forbidden(text).at(field)))
            }
            (Some(_), _) => viewer.permit(Operation::Administer),
        }
    }

    fn first_beyond_self(&self) -> Option<&'static str> {
        let beyond = [
            ("handle", self.handle.is_some()),
            ("email", self.email.is_some()),
            ("role", self.role.is_some()),
            ("capacity", self.capacity.is_some()),
            ("teamIds", self.teams.is_some()),
        ];
        beyond.into_iter().find(|(_, given)| *given).map(|(field, _)| field)
    }
}

fn address(given: &str) -> Result<String, Rejection> {
    let email = input::required("email", given, limits::NAME)?;
    if is_address(&email) { Ok(email) } else { Err(Rejection::invalid("email", "This isn't an e-mail address.")) }
}

fn check_capacity(capacity: i32) -> Result<(), Rejection> {
    if capacity < 0 {
        return Err(Rejection::invalid("capacity", "A capacity is at least 0."));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
