//! A migrated database, and what tests make in it.

use chrono::{DateTime, Utc};
use entity::enums::{AgentRole, AutoAssignment, ChannelKind, ChannelVisibility};
use entity::ids::{AgentId, ChannelId, TeamId};
use switchboard::clock::{Clock, ManualClock};
use switchboard::domain::actor::Actor;
use switchboard::domain::agent::NewAgent;
use switchboard::domain::channel::{NewChannel, PolicyEdit};
use switchboard::domain::rejection::{Code, Rejection};
use switchboard::domain::team::NewTeam;
use switchboard::error::{Error, Result};
use switchboard::service::Service;
use switchboard::service::agents::Maker;
use switchboard::store::Backend;

use crate::support::database::Contents;
use crate::support::run_with;

/// A service over a fresh database without anybody in it.
pub struct House {
    pub service: Service,
}

pub fn start() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// Runs one test on one database.
pub fn in_a_house(backend: Backend, test: impl AsyncFnOnce(&House)) {
    run_with(backend, Contents::Nothing, async |database| {
        let service = Service { store: database.open().await, clock: Clock::from(ManualClock::at(start())) };
        let house = House { service };
        test(&house).await;
        house.service.store.close().await;
    });
}

impl House {
    pub async fn admin(&self, handle: &str) -> AgentId {
        let new = NewAgent { role: AgentRole::Admin, ..agent(handle) };
        self.service.create_agent(Maker::Itself, &new).await.unwrap().id
    }

    pub async fn agent(&self, handle: &str) -> AgentId {
        self.service.create_agent(Maker::Other(Actor::Clock), &agent(handle)).await.unwrap().id
    }

    pub async fn team(&self, slug: &str, members: &[AgentId]) -> TeamId {
        let new = NewTeam { members: members.to_vec(), ..team(slug) };
        self.service.create_team(Actor::Clock, &new).await.unwrap().id
    }

    pub async fn channel(&self, name: &str, kind: ChannelKind) -> ChannelId {
        self.service.create_channel(Actor::Clock, &channel(name, kind)).await.unwrap().id
    }

    /// How many log rows there are.
    pub async fn rows(&self) -> i64 {
        self.service.store.head().await.unwrap().last_seq
    }
}

pub fn agent(handle: &str) -> NewAgent {
    NewAgent {
        handle: handle.to_owned(),
        name: handle.to_uppercase(),
        email: format!("{handle}@example.org"),
        role: AgentRole::Agent,
        time_zone: "UTC".to_owned(),
        capacity: None,
        teams: vec![],
    }
}

pub fn team(slug: &str) -> NewTeam {
    NewTeam { slug: slug.to_owned(), name: slug.to_uppercase(), auto_assignment: AutoAssignment::Off, members: vec![] }
}

pub fn channel(name: &str, kind: ChannelKind) -> NewChannel {
    NewChannel {
        name: name.to_owned(),
        kind,
        address: None,
        visibility: ChannelVisibility::Everyone,
        agents: vec![],
        teams: vec![],
        policy: PolicyEdit::default(),
    }
}

/// The refusal of what was refused.
pub fn refused<T: std::fmt::Debug>(result: Result<T>) -> Rejection {
    match result.unwrap_err() {
        Error::Rejected(rejection) => rejection,
        other => panic!("{other:?}"),
    }
}

pub fn is(rejection: &Rejection, code: Code, field: &str) {
    assert_eq!((rejection.code, rejection.field.join(".").as_str()), (code, field), "{rejection:?}");
}
