//! Who did something.

use async_graphql::{Interface, Object, Result};

use super::agent::Agent;
use super::customer::Customer;
use super::integration::Integration;
use super::workflow::Workflow;
use crate::domain::actor::Actor as Stored;
use crate::graphql::error::coded;
use crate::graphql::reader::Reader;

/// Who did it: a person of the organisation, the customer, a machine with a token of its own, a workflow, or time alone.
#[derive(Clone, Debug, Interface)]
#[graphql(field(name = "display_name", ty = "String", desc = "The name to show."))]
pub enum Actor {
    /// A person of the organisation.
    Agent(Agent),
    /// The person outside.
    Customer(Customer),
    /// A machine.
    Integration(Integration),
    /// What happens by itself when something happened.
    Workflow(Workflow),
    /// Time alone.
    Clock(Clock),
}

/// The scheduler, acting on time alone.
#[derive(Clone, Copy, Debug)]
pub struct Clock;

/// The scheduler, acting on time alone.
#[Object]
impl Clock {
    /// The name to show: always "Clock".
    pub async fn display_name(&self) -> String {
        "Clock".to_owned()
    }
}

/// The actor that a log row or a conversation names.
///
/// # Errors
/// `INTERNAL` for one that is gone, which none ever is.
pub async fn resolve(reader: &Reader, actor: Stored) -> Result<Actor> {
    let found = match actor {
        Stored::Agent(id) => reader.load(id).await?.map(|row| Actor::Agent(Agent(row))),
        Stored::Customer(id) => reader.load(id).await?.map(|row| Actor::Customer(Customer(row))),
        Stored::Integration(id) => reader.load(id).await?.map(|row| Actor::Integration(Integration(row))),
        Stored::Clock => Some(Actor::Clock(Clock)),
        Stored::Workflow(id) => reader.load(id).await?.map(|row| Actor::Workflow(Workflow(row))),
    };
    found.ok_or_else(|| {
        tracing::error!(?actor, "an actor is gone");
        coded("INTERNAL", "internal error")
    })
}
