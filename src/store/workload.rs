//! How many open conversations agents and teams have, whoever asks; each counted only so far.

use std::collections::{HashMap, HashSet};

use entity::conversation::{Column, Entity};
use entity::ids::{AgentId, ConversationId, TeamId};
use entity::{agent, team};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::access::padded;
use super::count::number_of;
use super::write::Tx;
use super::{Store, deadline};
use crate::error::Result;

/// The open conversations of each of these locked agents, but for one that isn't to be counted; who has none is left out.
///
/// # Errors
/// The database's.
pub async fn open_in(tx: &Tx, ids: &HashSet<AgentId>, but: Option<ConversationId>) -> Result<HashMap<AgentId, i64>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<AgentId> = ids.iter().copied().collect();
    let mut select = Entity::find()
        .select_only()
        .column(Column::AssigneeId)
        .column_as(Column::Id.count(), "open")
        .filter(Expr::cust("conversation.state = 'OPEN'"))
        .filter(Column::AssigneeId.is_in(padded(&ids)));
    if let Some(but) = but {
        select = select.filter(Column::Id.ne(but));
    }
    let counts: Vec<(AgentId, i64)> = select.group_by(Column::AssigneeId).into_tuple().all(tx.conn()).await?;
    Ok(counts.into_iter().collect())
}

impl Store {
    /// The open conversations assigned to each of these agents; 10,001 stands for all larger numbers.
    ///
    /// # Errors
    /// [`crate::error::Error::TooComplex`] when it takes too long; the database's.
    pub async fn open_of_agents(&self, ids: &[AgentId]) -> Result<HashMap<AgentId, i64>> {
        let theirs = Column::AssigneeId.into_expr().eq(agent::Column::Id.into_expr());
        let select = agent::Entity::find()
            .select_only()
            .column(agent::Column::Id)
            .expr_as(number_of(open(theirs)), "open")
            .filter(agent::Column::Id.is_in(padded(ids)))
            .into_tuple::<(AgentId, i64)>();
        let reader = self.reader().clone();
        let counts = deadline::in_time(async move { Ok(select.all(&reader).await?) }).await?;
        Ok(counts.into_iter().collect())
    }

    /// The open conversations of each of these teams, assigned or not; 10,001 stands for all larger numbers.
    ///
    /// # Errors
    /// [`crate::error::Error::TooComplex`] when it takes too long; the database's.
    pub async fn open_of_teams(&self, ids: &[TeamId]) -> Result<HashMap<TeamId, i64>> {
        let its = Column::TeamId.into_expr().eq(team::Column::Id.into_expr());
        let select = team::Entity::find()
            .select_only()
            .column(team::Column::Id)
            .expr_as(number_of(open(its)), "open")
            .filter(team::Column::Id.is_in(padded(ids)))
            .into_tuple::<(TeamId, i64)>();
        let reader = self.reader().clone();
        let counts = deadline::in_time(async move { Ok(select.all(&reader).await?) }).await?;
        Ok(counts.into_iter().collect())
    }
}

/// The state is a literal, so that a generic plan knows it may use the partial indexes.
fn open(whose: Expr) -> SelectStatement {
    Entity::find().filter(Expr::cust("conversation.state = 'OPEN'")).filter(whose).into_query()
}
