//! Teams.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result};
use entity::team::Model;

use super::agent::{Agent, capped};
use crate::graphql::loaders::belonging::{MembersOf, OpenOfTeam};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;

/// How a team hands a conversation without an agent to one of its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::enums::AutoAssignment")]
pub enum AutoAssignment {
    /// Not at all: it waits until somebody takes it.
    Off,
    /// To the active, online members below their capacity, in turn.
    RoundRobin,
    /// To the active, online member below their capacity with the fewest open conversations.
    LeastBusy,
}

/// A named group of agents.
#[derive(Clone, Debug)]
pub struct Team(pub Arc<Model>);

/// A named group of agents.
#[Object]
impl Team {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its slug, used in @mentions. It is unique and in lower case.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// Its name, at most 255 characters; unique without regard to case.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// How it hands a conversation without an agent to one of its members.
    async fn auto_assignment(&self) -> AutoAssignment {
        self.0.auto_assignment.into()
    }

    /// Its members, by name; at most 200.
    async fn members(&self, ctx: &Context<'_>) -> Result<Vec<Agent>> {
        let members = Reader::of(ctx)?.load(MembersOf(self.0.id)).await?.unwrap_or_default();
        Ok(members.iter().cloned().map(Agent).collect())
    }

    /// How many open conversations it has, assigned to an agent or not, also those that the viewer may not see. It is exact up to 10,000
    /// and null above.
    async fn open_conversation_count(&self, ctx: &Context<'_>) -> Option<Result<i32>> {
        let count = async { Reader::of(ctx)?.load(OpenOfTeam(self.0.id)).await };
        capped(count.await)
    }

    /// When it was created, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was deleted, in UTC; null while it isn't. A deleted team is in no list, but resolves where history names it.
    async fn deleted_at(&self) -> Option<DateTime> {
        self.0.deleted_at.map(Into::into)
    }
}
