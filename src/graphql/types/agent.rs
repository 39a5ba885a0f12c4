//! Agents.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use chrono_tz::Tz;
use entity::agent::Model;

use super::team::Team;
use crate::graphql::loaders::belonging::{OpenOfAgent, TeamsOf};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::{DateTime, TimeZone};

/// What an agent may do beyond working conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::AgentRole")]
pub enum AgentRole {
    /// Sees every channel, and manages agents, teams, channels and tokens.
    Admin,
    /// Works the conversations of the channels they have access to.
    Agent,
}

/// Whether an agent takes new work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::Availability")]
pub enum Availability {
    /// At work. New agents are.
    Online,
    /// Away: they keep what is assigned to them, and get nothing new by itself.
    Away,
}

/// A person who works conversations.
#[derive(Clone, Debug)]
pub struct Agent(pub Arc<Model>);

/// A person who works conversations.
#[Object]
impl Agent {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The name to show; the same as `name`.
    pub async fn display_name(&self) -> String {
        self.0.name.clone()
    }

    /// Their handle, used in @mentions. It is unique and in lower case.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Their name, at most 255 characters.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Their e-mail address, unique without regard to case. Null when an integration asks.
    async fn email(&self, ctx: &Context<'_>) -> Option<Result<String>> {
        let reader = match Reader::of(ctx) {
            Ok(reader) => reader,
            Err(fault) => return Some(Err(fault)),
        };
        reader.viewer().agent().map(|_| Ok(self.0.email.clone()))
    }

    /// Their role.
    async fn role(&self) -> AgentRole {
        self.0.role.into()
    }

    /// Whether they take new work.
    async fn availability(&self) -> Availability {
        self.0.availability.into()
    }

    /// The time zone in which their days begin and end.
    async fn time_zone(&self) -> TimeZone {
        TimeZone::parse(&self.0.time_zone).unwrap_or(TimeZone(Tz::UTC))
    }

    /// Open conversations that auto-assignment may give them at most; null = unlimited.
    async fn capacity(&self) -> Option<i32> {
        self.0.capacity
    }

    /// The teams they are a member of, by name.
    async fn teams(&self, ctx: &Context<'_>) -> Result<Vec<Team>> {
        let teams = Reader::of(ctx)?.load(TeamsOf(self.0.id)).await?.unwrap_or_default();
        Ok(teams.iter().cloned().map(Team).collect())
    }

    /// How many open conversations are assigned to them, also those that the viewer may not see. It is exact up to 10,000 and null above.
    async fn open_conversation_count(&self, ctx: &Context<'_>) -> Option<Result<i32>> {
        let count = async { Reader::of(ctx)?.load(OpenOfAgent(self.0.id)).await };
        capped(count.await)
    }

    /// When they were created, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When they were deactivated, in UTC; null while they are active.
    async fn deactivated_at(&self) -> Option<DateTime> {
        self.0.deactivated_at.map(Into::into)
    }
}

/// A count as far as it is told; what nobody counted is none.
pub(super) fn capped(count: Result<Option<i64>>) -> Option<Result<i32>> {
    let told = |count: i64| i32::try_from(count).ok().filter(|count| *count <= 10_000);
    count.map(|count| told(count.unwrap_or_default())).transpose()
}
