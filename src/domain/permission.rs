//! Who may do what (semantics §9).
//!
//! Owns the viewer, what they see, and the table of operations. Every finder takes a [`Viewer`]; every resolver asks
//! [`Viewer::permit`] before anything else.

use entity::enums::{AgentRole, EventKind, Scope};
use entity::ids::{AgentId, ChannelId, IntegrationId, TokenId};
use serde_json::Value;
use uuid::Uuid;

use super::actor::Actor;
use super::rejection::Rejection;
use super::scope_set::ScopeSet;

/// Whom a request acts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A person.
    Agent {
        /// Who.
        id: AgentId,
        /// Role, as the database has it now.
        role: AgentRole,
    },
    /// A machine.
    Integration {
        /// Which.
        id: IntegrationId,
    },
}

/// Which channels' conversations exist for a viewer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ChannelAccess {
    /// All.
    All,
    /// All but these.
    Except(Vec<ChannelId>),
    /// These alone.
    Only(Vec<ChannelId>),
}

impl ChannelAccess {
    /// Whether conversations of the channel exist for the viewer.
    #[must_use]
    pub fn sees(&self, channel: ChannelId) -> bool {
        match self {
            Self::All => true,
            Self::Except(hidden) => !hidden.contains(&channel),
            Self::Only(shown) => shown.contains(&channel),
        }
    }
}

/// Who asks, what for, and what exists for them. One per request, read from the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Whom the token acts for.
    pub principal: Principal,
    /// The token.
    pub token: TokenId,
    /// The token's scopes, before the role is considered.
    pub scopes: ScopeSet,
    /// What exists for them.
    pub channels: ChannelAccess,
    /// Their time zone; UTC for integrations.
    pub time_zone: String,
}

/// What makes two viewers see the same of everything that isn't their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccessClass {
    /// An agent's role; none for integrations.
    role: Option<AgentRole>,
    scopes: ScopeSet,
    channels: ChannelAccess,
}

/// An operation with a rule of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Views, timelines without notes, change feeds.
    ReadConversations,
    /// Receiving a customer's message, and previewing its routing.
    ReceiveMessage,
    /// Replying and starting conversations.
    SendMessage,
    /// Reporting on a delivery.
    ReportDelivery,
    /// Every managing action.
    ManageConversation,
    /// Listing and finding tickets, and what happened to them.
    ReadTickets,
    /// Creating and changing tickets, and linking them.
    WriteTickets,
    /// Listing and finding customers.
    ReadCustomers,
    /// Creating and changing customers.
    WriteCustomers,
    /// Creating, changing and archiving tags.
    ManageTags,
    /// Creating, changing and deleting macros.
    ManageMacros,
    /// Creating and changing agents, teams, channels and tokens; deleting tags.
    Administer,
    /// An agent's own name, time zone and availability.
    ChangeSelf,
    /// An agent's own follows, read marks and notices.
    FollowAndRead,
}

impl Operation {
    /// All of them, for tables and tests.
    pub const ALL: [Self; 14] = [
        Self::ReadConversations,
        Self::ReceiveMessage,
        Self::SendMessage,
        Self::ReportDelivery,
        Self::ManageConversation,
        Self::ReadTickets,
        Self::WriteTickets,
        Self::ReadCustomers,
        Self::WriteCustomers,
        Self::ManageTags,
        Self::ManageMacros,
        Self::Administer,
        Self::ChangeSelf,
        Self::FollowAndRead,
    ];

    /// The scope a token of this principal needs for it; none = an agent's token always has it.
    #[must_use]
    pub fn scope(self, principal: Principal) -> Option<Scope> {
        match self {
            Self::ReadConversations => Some(Scope::ConversationsRead),
            Self::ReceiveMessage => Some(Scope::MessagesReceive),
            Self::SendMessage | Self::ReportDelivery => Some(Scope::MessagesSend),
            Self::ManageConversation => Some(Scope::ConversationsWrite),
            // Part of an agent's daily work; a machine that does it sets things up for everybody.
            Self::ManageTags | Self::ManageMacros => Some(match principal {
                Principal::Agent { .. } => Scope::ConversationsWrite,
                Principal::Integration { .. } => Scope::Admin,
            }),
            Self::ReadTickets => Some(Scope::TicketsRead),
            Self::WriteTickets => Some(Scope::TicketsWrite),
            Self::ReadCustomers => Some(Scope::CustomersRead),
            Self::WriteCustomers => Some(Scope::CustomersWrite),
            Self::Administer => Some(Scope::Admin),
            Self::ChangeSelf | Self::FollowAndRead => None,
        }
    }

    /// Whether an agent needs the role of an admin for it.
    #[must_use]
    pub fn needs_admin(self) -> bool {
        matches!(self, Self::ReceiveMessage | Self::ReportDelivery | Self::Administer)
    }

    /// Whether it is about what only agents have.
    #[must_use]
    pub fn needs_agent(self) -> bool {
        matches!(self, Self::ChangeSelf | Self::FollowAndRead)
    }
}

/// Why an operation is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The token lacks the scope: a top-level `FORBIDDEN`.
    Scope(Scope),
    /// The role is not enough: a `FORBIDDEN` refusal of a mutation, a top-level one of a query.
    Role(Rejection),
}

impl Viewer {
    /// What the token may be used for: its scopes, and no more than the agent's role allows.
    #[must_use]
    pub fn effective_scopes(&self) -> ScopeSet {
        match self.principal {
            Principal::Agent { role, .. } => self.scopes.within(role),
            Principal::Integration { .. } => self.scopes.clone(),
        }
    }

    /// With whom they share what they see.
    #[must_use]
    pub fn class(&self) -> AccessClass {
        let role = match self.principal {
            Principal::Agent { role, .. } => Some(role),
            Principal::Integration { .. } => None,
        };
        AccessClass { role, scopes: self.effective_scopes(), channels: self.channels.clone() }
    }

    /// Whether a change of a set-up record may have made other things exist for the viewer. `before` and `after` are what decides about
    /// access; of a new record there was nothing yet.
    #[must_use]
    pub fn is_touched_by(&self, of: EventKind, subject: Option<Uuid>, before: Option<&Value>, after: &Value) -> bool {
        let Principal::Agent { id, role } = self.principal else { return false };
        let Some(before) = before.filter(|before| *before != after) else { return false };
        let me = Value::from(id.to_string());
        let named = |side: &Value| side["members"].as_array().is_some_and(|all| all.contains(&me));
        match of {
            EventKind::AgentChanged => subject == Some(id.0),
            // Admins see everything.
            _ if role == AgentRole::Admin => false,
            EventKind::TeamChanged => named(before) || named(after),
            EventKind::ChannelChanged => true,
            _ => false,
        }
    }

    /// Whether the token may be used for this.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.effective_scopes().has(scope)
    }

    /// Whether log rows of this kind exist for the viewer: those that tell of notes do for NOTES_READ alone.
    #[must_use]
    pub fn reads(&self, kind: EventKind) -> bool {
        !kind.is_of_notes() || self.has(Scope::NotesRead)
    }

    /// The agent whom notes may name, as far as notes exist for the viewer.
    #[must_use]
    pub fn mentioned(&self) -> Option<AgentId> {
        self.agent().filter(|_| self.has(Scope::NotesRead))
    }

    /// Refuses what the token's scopes or the agent's role don't allow. The scope is judged first.
    ///
    /// # Errors
    /// [`Denied::Scope`] or [`Denied::Role`].
    pub fn permit(&self, operation: Operation) -> Result<(), Denied> {
        if let Some(scope) = operation.scope(self.principal)
            && !self.scopes.has(scope)
        {
            return Err(Denied::Scope(scope));
        }
        if operation.needs_admin() && self.agent_without_admin() {
            return Err(Denied::Role(Rejection::forbidden("Only admins may do this.")));
        }
        if operation.needs_agent() && self.agent().is_none() {
            return Err(Denied::Role(Rejection::forbidden("Integrations have nothing of this kind.")));
        }
        Ok(())
    }

    /// The agent, if it is one.
    #[must_use]
    pub fn agent(&self) -> Option<AgentId> {
        match self.principal {
            Principal::Agent { id, .. } => Some(id),
            Principal::Integration { .. } => None,
        }
    }

    /// Who acts when this viewer does.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self.principal {
            Principal::Agent { id, .. } => Actor::Agent(id),
            Principal::Integration { id } => Actor::Integration(id),
        }
    }

    fn agent_without_admin(&self) -> bool {
        matches!(self.principal, Principal::Agent { role: AgentRole::Agent, .. })
    }
}
