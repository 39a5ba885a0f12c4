//! A set of scopes, and what a role lets a token use of it.

use std::collections::BTreeSet;

use entity::enums::{AgentRole, Scope};
use serde::{Deserialize, Serialize};

/// Scopes without repetition, in the order of the API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ScopeSet(pub BTreeSet<Scope>);

impl ScopeSet {
    /// Every scope there is.
    #[must_use]
    pub fn all() -> Self {
        Self::from_iter([
            Scope::ConversationsRead,
            Scope::ConversationsWrite,
            Scope::NotesRead,
            Scope::MessagesReceive,
            Scope::MessagesSend,
            Scope::TicketsRead,
            Scope::TicketsWrite,
            Scope::CustomersRead,
            Scope::CustomersWrite,
            Scope::Admin,
        ])
    }

    /// Whether the scope is in it.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// What an agent of this role has of it at most.
    #[must_use]
    pub fn within(&self, role: AgentRole) -> Self {
        let beyond = [Scope::Admin, Scope::MessagesReceive];
        Self(self.0.iter().copied().filter(|scope| role == AgentRole::Admin || !beyond.contains(scope)).collect())
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}
