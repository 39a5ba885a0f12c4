//! How many open conversations agents and teams have, whoever asks.

use std::collections::{HashMap, HashSet};

use entity::conversation::{Column, Entity};
use entity::ids::{AgentId, ConversationId, TeamId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::Store;
use super::access::padded;
use super::write::Tx;
use crate::error::Result;

/// A literal, so that a generic plan knows it may use the partial indexes.
const OPEN: &str = "state = 'OPEN'";

/// The open conversations of each of these locked agents but for this one; who has none is left out.
///
/// # Errors
/// The database's.
pub async fn open_in(tx: &Tx, ids: &HashSet<AgentId>, but: ConversationId) -> Result<HashMap<AgentId, i64>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<AgentId> = ids.iter().copied().collect();
    let counts: Vec<(AgentId, i64)> = Entity::find()
        .select_only()
        .column(Column::AssigneeId)
        .column_as(Column::Id.count(), "open")
        .filter(Expr::cust(OPEN))
        .filter(Column::AssigneeId.is_in(padded(&ids)))
        .filter(Column::Id.ne(but))
        .group_by(Column::AssigneeId)
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(counts.into_iter().collect())
}

impl Store {
    /// The open conversations assigned to each of these agents; who has none is left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn open_of_agents(&self, ids: &[AgentId]) -> Result<HashMap<AgentId, i64>> {
        let counts: Vec<(AgentId, i64)> = Entity::find()
            .select_only()
            .column(Column::AssigneeId)
            .column_as(Column::Id.count(), "open")
            .filter(Expr::cust(OPEN))
            .filter(Column::AssigneeId.is_in(padded(ids)))
            .group_by(Column::AssigneeId)
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(counts.into_iter().collect())
    }

    /// The open conversations of each of these teams, assigned or not; a team without any is left out.
    ///
    /// # Errors
    /// The database's.
    pub async fn open_of_teams(&self, ids: &[TeamId]) -> Result<HashMap<TeamId, i64>> {
        let counts: Vec<(TeamId, i64)> = Entity::find()
            .select_only()
            .column(Column::TeamId)
            .column_as(Column::Id.count(), "open")
            .filter(Expr::cust(OPEN))
            .filter(Column::TeamId.is_in(padded(ids)))
            .group_by(Column::TeamId)
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(counts.into_iter().collect())
    }
}
