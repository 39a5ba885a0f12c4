//! Who did something, and what made them.

use entity::enums::ActorKind;
use entity::ids::{AgentId, CustomerId, IntegrationId, WorkflowId};
use uuid::Uuid;

/// Who acted. A person's act is never attributed to anything but the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person of the organisation.
    Agent(AgentId),
    /// The person outside.
    Customer(CustomerId),
    /// A machine with a token of its own.
    Integration(IntegrationId),
    /// A workflow.
    Workflow(WorkflowId),
    /// Time alone.
    Clock,
}

impl Actor {
    /// The stored pair of kind and id.
    #[must_use]
    pub fn stored(self) -> (ActorKind, Option<Uuid>) {
        match self {
            Self::Agent(id) => (ActorKind::Agent, Some(id.0)),
            Self::Customer(id) => (ActorKind::Customer, Some(id.0)),
            Self::Integration(id) => (ActorKind::Integration, Some(id.0)),
            Self::Workflow(id) => (ActorKind::Workflow, Some(id.0)),
            Self::Clock => (ActorKind::Clock, None),
        }
    }

    /// The actor a stored pair stands for; a kind that lacks its id reads as the clock.
    #[must_use]
    pub fn of_stored(kind: ActorKind, id: Option<Uuid>) -> Self {
        match (kind, id) {
            (ActorKind::Agent, Some(id)) => Self::Agent(AgentId(id)),
            (ActorKind::Customer, Some(id)) => Self::Customer(CustomerId(id)),
            (ActorKind::Integration, Some(id)) => Self::Integration(IntegrationId(id)),
            (ActorKind::Workflow, Some(id)) => Self::Workflow(WorkflowId(id)),
            _ => Self::Clock,
        }
    }
}
