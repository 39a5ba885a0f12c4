//! Actors.
use async_graphql::{Interface, Object, Result};

use super::agent::Agent;
use super::customer::Customer;
use super::integration::Integration;
use crate::graphql::reader::Reader;

/// Who did it.
#[derive(Clone, Interface)]
#[graphql(field(name = "display_name", ty = "String", desc = "The name to show."))]
pub enum Actor {
    /// Agent.
    Agent(Agent),
    /// Customer.
    Customer(Customer),
    /// Integration.
    Integration(Integration),
    /// Clock.
    Clock(Clock),
}

/// The scheduler acting on time alone.
#[derive(Clone, Debug)]
pub struct Clock;

/// The scheduler acting on time alone.
#[Object]
impl Clock {
    /// Always `Clock`.
    pub async fn display_name(&self) -> String {
        "Clock".to_owned()
    }
}

/// Resolve.
///
/// # Errors
/// x
pub async fn resolve(reader: &Reader, actor: crate::domain::actor::Actor) -> Result<Actor> {
    use crate::domain::actor::Actor as Stored;
    Ok(match actor {
        Stored::Agent(id) => reader.load(id).await?.map_or(Actor::Clock(Clock), |row| Actor::Agent(Agent(row))),
        Stored::Customer(id) => {
            reader.load(id).await?.map_or(Actor::Clock(Clock), |row| Actor::Customer(Customer(row)))
        }
        Stored::Integration(id) => {
            reader.load(id).await?.map_or(Actor::Clock(Clock), |row| Actor::Integration(Integration(row)))
        }
        Stored::Workflow(_) | Stored::Clock => Actor::Clock(Clock),
    })
}
