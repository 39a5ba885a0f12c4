//! API tokens: what a new one must have.

use chrono::{DateTime, Utc};
use entity::ids::{AgentId, ChannelId, IntegrationId};

use super::rejection::{Code, Rejection};
use super::scope_set::ScopeSet;
use super::{input, limits};

/// Whom a new token acts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenOwner {
    /// An agent, who must be active.
    Agent(AgentId),
    /// An integration.
    Integration(IntegrationId),
    /// An integration made with it, of this unique name.
    NewIntegration(String),
}

/// A token to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// Shown name.
    pub name: String,
    /// Whom it acts for.
    pub owner: TokenOwner,
    /// What it may be used for.
    pub scopes: ScopeSet,
    /// The channels it is limited to; none = all.
    pub channels: Option<Vec<ChannelId>>,
    /// From when on it is refused.
    pub expires_at: Option<DateTime<Utc>>,
}

impl NewToken {
    /// Trims every text and refuses what can't be kept.
    ///
    /// # Errors
    /// `REQUIRED` (also without any scope), `INVALID`, `TOO_LONG`, `IN_THE_PAST`, `LIMIT_EXCEEDED`.
    pub fn checked(mut self, now: DateTime<Utc>) -> Result<Self, Rejection> {
        self.name = input::required("name", &self.name, limits::NAME)?;
        if let TokenOwner::NewIntegration(name) = &self.owner {
            let name =
                input::required("newIntegrationName", name, limits::NAME).map_err(|refused| refused.at("owner"))?;
            self.owner = TokenOwner::NewIntegration(name);
        }
        if self.scopes.0.is_empty() {
            return Err(Rejection::required("scopes"));
        }
        if let Some(channels) = self.channels {
            self.channels = Some(input::set("channelIds", channels, limits::CHANNELS)?);
        }
        if self.expires_at.is_some_and(|at| at <= now) {
            return Err(Rejection::new(Code::InThePast, "A token expires in the future.").at("expiresAt"));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use entity::enums::Scope;

    fn token() -> NewToken {
        NewToken {
            name: "Gateway".into(),
            owner: TokenOwner::NewIntegration(" Gateway ".into()),
            scopes: [Scope::MessagesSend].into_iter().collect(),
            channels: None,
            expires_at: None,
        }
    }

    #[test]
    fn a_token_needs_a_scope_and_a_future() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(token().checked(now).unwrap().owner, TokenOwner::NewIntegration("Gateway".into()));
        let bare = NewToken { scopes: ScopeSet::default(), ..token() };
        assert_eq!(bare.checked(now).unwrap_err().code, Code::Required);
        let over = NewToken { expires_at: Some(now), ..token() };
        assert_eq!(over.checked(now).unwrap_err().code, Code::InThePast);
        let soon = NewToken { expires_at: Some(now + TimeDelta::microseconds(1)), ..token() };
        assert!(soon.checked(now).is_ok());
    }

    #[test]
    fn an_integration_needs_a_name() {
        let nameless = NewToken { owner: TokenOwner::NewIntegration(" ".into()), ..token() };
        let refused = nameless.checked(DateTime::UNIX_EPOCH).unwrap_err();
        assert_eq!(refused.field, ["owner", "newIntegrationName"]);
    }
}
