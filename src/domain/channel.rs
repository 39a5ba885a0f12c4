//! Channels: what a new one must have, what of one may change, and the policies of its kind.

use entity::enums::{ChannelKind, ChannelVisibility};
use entity::ids::{AgentId, TeamId};

use super::customer::is_address;
use super::duration::IsoDuration;
use super::rejection::Rejection;
use super::{input, limits};

/// What happens on a channel by time alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// An open conversation is closed this long after its last restart; none = never.
    pub auto_close_after: Option<IsoDuration>,
    /// Whether one whose customer waits is closed too.
    pub auto_close_while_waiting: bool,
    /// Past this a closed conversation is followed by a new one; none = it always reopens.
    pub reopen_window: Option<IsoDuration>,
}

impl Policy {
    /// The policy of a channel of this kind that says nothing else (semantics §8.4, §8.6).
    #[must_use]
    pub fn of(kind: ChannelKind) -> Self {
        let (auto_close_after, reopen_window) = match kind {
            ChannelKind::Email => (IsoDuration::parse("P7D").ok(), None),
            ChannelKind::Chat => (None, IsoDuration::parse("PT24H").ok()),
        };
        Self { auto_close_after, auto_close_while_waiting: true, reopen_window }
    }

    /// After how many seconds conversations are closed, and whether waiting customers' are too; none = never. How it is spelled doesn't
    /// matter.
    #[must_use]
    pub fn closing(&self) -> Option<(u32, bool)> {
        Some((self.auto_close_after.as_ref()?.seconds(), self.auto_close_while_waiting))
    }

    /// The policy with what an edit gives.
    #[must_use]
    pub fn with(mut self, edit: &PolicyEdit) -> Self {
        if let Some(given) = &edit.auto_close_after {
            self.auto_close_after.clone_from(given);
        }
        if let Some(given) = edit.auto_close_while_waiting {
            self.auto_close_while_waiting = given;
        }
        if let Some(given) = &edit.reopen_window {
            self.reopen_window.clone_from(given);
        }
        self
    }
}

/// What of a policy is given; none = unchanged, or the kind's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyEdit {
    /// Null = never.
    pub auto_close_after: Option<Option<IsoDuration>>,
    /// Whether a waiting customer's conversation is closed too.
    pub auto_close_while_waiting: Option<bool>,
    /// Null = always reopen.
    pub reopen_window: Option<Option<IsoDuration>>,
}

/// A channel to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChannel {
    /// Shown name; unique without regard to case.
    pub name: String,
    /// Medium.
    pub kind: ChannelKind,
    /// E-mail address or website.
    pub address: Option<String>,
    /// Who sees it.
    pub visibility: ChannelVisibility,
    /// Agents who belong to a restricted channel.
    pub agents: Vec<AgentId>,
    /// Teams whose members belong to a restricted channel.
    pub teams: Vec<TeamId>,
    /// What differs from the kind's policy.
    pub policy: PolicyEdit,
}

impl NewChannel {
    /// Trims every text and refuses what can't be kept.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID` (also for agents and teams of an open channel), `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn checked(mut self) -> Result<Self, Rejection> {
        self.name = input::required("name", &self.name, limits::NAME)?;
        if let Some(given) = &self.address {
            self.address = address(self.kind, given)?;
        }
        self.agents = input::set("agentIds", self.agents, limits::CHANNEL_AGENTS)?;
        self.teams = input::set("teamIds", self.teams, limits::TEAMS)?;
        check_belonging(self.visibility, &self.agents, &self.teams)?;
        Ok(self)
    }
}

/// Nobody belongs to an open channel by name.
fn check_belonging(visibility: ChannelVisibility, agents: &[AgentId], teams: &[TeamId]) -> Result<(), Rejection> {
    if visibility == ChannelVisibility::Restricted {
        return Ok(());
    }
    let named = [("agentIds", agents.is_empty()), ("teamIds", teams.is_empty())];
    match named.into_iter().find(|(_, empty)| !empty) {
        Some((field, _)) => {
            Err(Rejection::invalid(field, "Only a restricted channel has agents and teams of its own."))
        }
        None => Ok(()),
    }
}

/// What of a channel changes; none = unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelEdit {
    /// Shown name.
    pub name: Option<String>,
    /// Address; null = none.
    pub address: Option<Option<String>>,
    /// Who sees it; opening it clears who belongs to it.
    pub visibility: Option<ChannelVisibility>,
    /// The agents who belong to it, in the place of those before.
    pub agents: Option<Vec<AgentId>>,
    /// The teams whose members belong to it, in the place of those before.
    pub teams: Option<Vec<TeamId>>,
    /// What of its policy changes.
    pub policy: PolicyEdit,
}

impl ChannelEdit {
    /// Trims every text and refuses what can't be kept by a channel of this kind, which is now open or restricted.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID` (also for agents and teams of what stays or becomes open), `TOO_LONG`, `LIMIT_EXCEEDED`.
    pub fn checked(mut self, kind: ChannelKind, now: ChannelVisibility) -> Result<Self, Rejection> {
        if let Some(given) = &self.name {
            self.name = Some(input::required("name", given, limits::NAME)?);
        }
        if let Some(Some(given)) = &self.address {
            self.address = Some(address(kind, given)?);
        }
        if let Some(given) = self.agents {
            self.agents = Some(input::set("agentIds", given, limits::CHANNEL_AGENTS)?);
        }
        if let Some(given) = self.teams {
            self.teams = Some(input::set("teamIds", given, limits::TEAMS)?);
        }
        let (agents, teams) = (self.agents.as_deref().unwrap_or_default(), self.teams.as_deref().unwrap_or_default());
        check_belonging(self.visibility.unwrap_or(now), agents, teams)?;
        Ok(self)
    }
}

/// An e-mail channel's address is one; a chat's is whatever names its website. Blank = none.
fn address(kind: ChannelKind, given: &str) -> Result<Option<String>, Rejection> {
    let address = input::optional("address", given, limits::NAME)?;
    match &address {
        Some(text) if kind == ChannelKind::Email && !is_address(text) => {
            Err(Rejection::invalid("address", "This isn't an e-mail address."))
        }
        _ => Ok(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rejection::Code;

    fn spelled(duration: &Option<IsoDuration>) -> Option<&str> {
        duration.as_ref().map(IsoDuration::as_str)
    }

    #[test]
    fn each_kind_has_its_own_policy() {
        let email = Policy::of(ChannelKind::Email);
        assert_eq!((spelled(&email.auto_close_after), spelled(&email.reopen_window)), (Some("P7D"), None));
        let chat = Policy::of(ChannelKind::Chat);
        assert_eq!((spelled(&chat.auto_close_after), spelled(&chat.reopen_window)), (None, Some("PT24H")));
        assert!(email.auto_close_while_waiting && chat.auto_close_while_waiting);
    }

    #[test]
    fn null_clears_and_omitted_leaves() {
        let edit = PolicyEdit { auto_close_after: Some(None), ..PolicyEdit::default() };
        let policy = Policy::of(ChannelKind::Email).with(&edit);
        assert_eq!(policy.auto_close_after, None);
        let untouched = Policy::of(ChannelKind::Chat).with(&PolicyEdit::default());
        assert_eq!(untouched, Policy::of(ChannelKind::Chat));
    }

    #[test]
    fn policies_close_alike_however_they_are_spelled() {
        let after = |text| Some(IsoDuration::parse(text).unwrap());
        let week = Policy::of(ChannelKind::Email);
        let hours = Policy { auto_close_after: after("PT168H"), reopen_window: after("P1D"), ..week.clone() };
        assert_eq!(week.closing(), hours.closing());
        assert_ne!(week.closing(), Policy { auto_close_after: after("P6D"), ..week.clone() }.closing());
        assert_ne!(week.closing(), Policy { auto_close_while_waiting: false, ..week }.closing());
        let never = Policy::of(ChannelKind::Chat);
        assert_eq!(never.closing(), Policy { auto_close_while_waiting: false, ..never.clone() }.closing());
    }

    #[test]
    fn an_address_fits_its_kind() {
        assert_eq!(address(ChannelKind::Email, " a@b ").unwrap().as_deref(), Some("a@b"));
        assert_eq!(address(ChannelKind::Email, "example.org").unwrap_err().code, Code::Invalid);
        assert_eq!(address(ChannelKind::Chat, "example.org").unwrap().as_deref(), Some("example.org"));
        assert_eq!(address(ChannelKind::Chat, " ").unwrap(), None);
    }

    #[test]
    fn an_open_channel_names_nobody() {
        let agent = AgentId::new(chrono::DateTime::UNIX_EPOCH);
        let open = NewChannel {
            name: "Mail".into(),
            kind: ChannelKind::Email,
            address: None,
            visibility: ChannelVisibility::Everyone,
            agents: vec![agent],
            teams: vec![],
            policy: PolicyEdit::default(),
        };
        let refused = open.clone().checked().unwrap_err();
        assert_eq!((refused.code, refused.field), (Code::Invalid, vec!["agentIds".to_owned()]));
        let restricted = NewChannel { visibility: ChannelVisibility::Restricted, ..open };
        assert_eq!(restricted.checked().unwrap().agents, [agent]);
    }
}
