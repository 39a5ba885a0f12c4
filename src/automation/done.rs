//! What was done of entries by whoever held the position before.

use std::collections::{HashMap, HashSet};

use entity::enums::WorkflowMode;
use entity::ids::{EventId, WorkflowId};
use entity::workflow::Model as Row;

use super::candidates::Candidate;
use crate::error::Result;
use crate::service::workflows::definition::Definition;
use crate::store::Store;

/// What was done of an entry.
#[derive(Clone, Default)]
pub(super) struct Done {
    ran: Vec<WorkflowId>,
    /// Workflows up to this place have had their turn.
    up_to: i32,
    /// One of them said to stop.
    stopped: bool,
}

impl Done {
    /// What was done of each of these, also by workflows that aren't in force any longer; nothing is read unless somebody else may have
    /// begun them.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(store: &Store, begun: bool, candidates: &[Candidate]) -> Result<HashMap<EventId, Self>> {
        if !begun {
            return Ok(HashMap::new());
        }
        let ids: Vec<EventId> = candidates.iter().map(|candidate| candidate.entry.id).collect();
        let ran = store.ran_on(&ids).await?;
        let different: HashSet<WorkflowId> = ran.values().flatten().copied().collect();
        if different.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = store.workflows_by_id(&different.into_iter().collect::<Vec<_>>()).await?;
        let rows: HashMap<WorkflowId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(ran.into_iter().map(|(entry, ran)| (entry, Self::by(ran, &rows))).collect())
    }

    fn by(ran: Vec<WorkflowId>, rows: &HashMap<WorkflowId, Row>) -> Self {
        let of_each = || ran.iter().filter_map(|id| rows.get(id));
        let up_to = of_each().map(|row| row.place).max().unwrap_or_default();
        let stopped = of_each().any(|row| row.mode == WorkflowMode::Stop);
        Self { ran, up_to, stopped }
    }

    /// Whether a workflow's turn is still to come.
    pub fn leaves(&self, workflow: &Definition) -> bool {
        !self.stopped && workflow.place > self.up_to && !self.ran.contains(&workflow.id)
    }
}
