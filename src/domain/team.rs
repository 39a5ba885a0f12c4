//! Teams: what a new one must have, and what of one may change.

use entity::enums::AutoAssignment;
use entity::ids::AgentId;

use super::handle::handle;
use super::rejection::Rejection;
use super::{input, limits};

/// A team to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTeam {
    /// Unique; folded to lower case.
    pub slug: String,
    /// Shown name; unique without regard to case.
    pub name: String,
    /// How conversations reach its members.
    pub auto_assignment: AutoAssignment,
    /// Its members.
    pub members: Vec<AgentId>,
}

impl NewTeam {
    /// Trims every text and refuses what can't be kept.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID`, `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn checked(mut self) -> Result<Self, Rejection> {
        self.slug = handle("slug", &self.slug)?;
        self.name = input::required("name", &self.name, limits::NAME)?;
        self.members = input::set("memberIds", self.members, limits::TEAM_MEMBERS)?;
        Ok(self)
    }
}

/// What of a team changes; none = unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeamEdit {
    /// Slug.
    pub slug: Option<String>,
    /// Shown name.
    pub name: Option<String>,
    /// How conversations reach its members.
    pub auto_assignment: Option<AutoAssignment>,
    /// Its members, in the place of those before.
    pub members: Option<Vec<AgentId>>,
}

impl TeamEdit {
    /// Trims every text and refuses what can't be kept.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID`, `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn checked(mut self) -> Result<Self, Rejection> {
        if let Some(given) = &self.slug {
            self.slug = Some(handle("slug", given)?);
        }
        if let Some(given) = &self.name {
            self.name = Some(input::required("name", given, limits::NAME)?);
        }
        if let Some(given) = self.members {
            self.members = Some(input::set("memberIds", given, limits::TEAM_MEMBERS)?);
        }
        Ok(self)
    }
}
