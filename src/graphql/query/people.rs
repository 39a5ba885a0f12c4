//! Agents, teams and channels. What is selected of every row is read ahead, each relation in one statement: left to themselves, the
//! loaders' batches fall apart when several threads run.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::graphql::connection::{Connection, window};
use crate::graphql::error::shown;
use crate::graphql::loaders::belonging::{AgentsOf, ChannelTeamsOf, MembersOf, OpenOfAgent, OpenOfTeam, TeamsOf};
use crate::graphql::reader::Reader;
use crate::graphql::types::agent::Agent;
use crate::graphql::types::channel::Channel;
use crate::graphql::types::team::Team;

/// Agents, teams and channels.
#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// The agents, by name.
    async fn agents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Deactivated ones too.", default = false)] include_deactivated: bool,
        #[graphql(desc = "How many, from the start or `after`; default 25, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only agents behind this edge.")] after: Option<String>,
        #[graphql(desc = "How many, from the end or `before`; at most 100, not together with `first`.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only agents before this edge.")] before: Option<String>,
    ) -> Option<Result<Connection<Agent>>> {
        let page = async {
            let reader = Reader::of(ctx)?;
            let window = window(first, after, last, before)?;
            let page = reader.service.store.agents(include_deactivated, &window).await.map_err(shown)?;
            let ids: Vec<_> = page.rows.iter().map(|(_, row)| row.id).collect();
            let rows = ctx.look_ahead();
            let selected = |field| {
                rows.field("nodes").field(field).exists() || rows.field("edges").field("node").field(field).exists()
            };
            if selected("teams") {
                reader.load_all(ids.iter().copied().map(TeamsOf)).await?;
            }
            if selected("openConversationCount") {
                reader.load_all(ids.into_iter().map(OpenOfAgent)).await?;
            }
            Ok(Connection(page.map(|row| Agent(Arc::new(row)))))
        };
        Some(page.await)
    }

    /// The teams that aren't deleted, by name; there are at most 200.
    async fn teams(&self, ctx: &Context<'_>) -> Result<Vec<Team>> {
        let reader = Reader::of(ctx)?;
        let rows = reader.service.store.teams().await.map_err(shown)?;
        if ctx.look_ahead().field("members").exists() {
            reader.load_all(rows.iter().map(|row| MembersOf(row.id))).await?;
        }
        if ctx.look_ahead().field("openConversationCount").exists() {
            reader.load_all(rows.iter().map(|row| OpenOfTeam(row.id))).await?;
        }
        Ok(rows.into_iter().map(|row| Team(Arc::new(row))).collect())
    }

    /// The channels that exist for the viewer, by name; there are at most 200.
    async fn channels(&self, ctx: &Context<'_>) -> Result<Vec<Channel>> {
        let reader = Reader::of(ctx)?;
        let rows = reader.service.store.channels(&reader.viewer().channels).await.map_err(shown)?;
        if ctx.look_ahead().field("agents").exists() {
            reader.load_all(rows.iter().map(|row| AgentsOf(row.id))).await?;
        }
        if ctx.look_ahead().field("teams").exists() {
            reader.load_all(rows.iter().map(|row| ChannelTeamsOf(row.id))).await?;
        }
        Ok(rows.into_iter().map(|row| Channel(Arc::new(row))).collect())
    }
}
