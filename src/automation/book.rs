//! The workflows in force, read once and again when one has changed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use entity::enums::{EventKind, WorkflowTrigger};
use entity::workflow::Model as Row;

use super::spelling::Spelling;
use crate::domain::rejection::Rejection;
use crate::domain::workflow::trigger;
use crate::error::Result;
use crate::service::pulse::{Count, Pulse};
use crate::service::workflows::definition::Definition;
use crate::store::Store;
use crate::store::automation::Mark;

/// The workflows in force, in their order.
#[derive(Default)]
pub(super) struct Book {
    marks: Vec<Mark>,
    /// One that this version can't read is left out.
    pub in_force: Vec<Arc<Definition>>,
}

impl Book {
    /// Brings it up to date: one statement when nothing changed.
    ///
    /// # Errors
    /// The database's.
    pub async fn refresh(&mut self, store: &Store, spelling: Spelling, pulse: &Pulse) -> Result<()> {
        let marks = store.workflow_marks().await?;
        if marks == self.marks {
            return Ok(());
        }
        let rows = store.workflows_in_force().await?;
        let known: HashMap<Mark, Arc<Definition>> = self.in_force.drain(..).map(|kept| (mark(&kept), kept)).collect();
        let mut unread = 0;
        for row in &rows {
            match known.get(&Mark::of(row)).cloned().map_or_else(|| read(row, spelling).map(Arc::new), Ok) {
                Ok(definition) => self.in_force.push(definition),
                Err(why) => {
                    unread += 1;
                    tracing::error!(workflow = %row.id, ?why, "a stored workflow can't be read; it doesn't run here");
                }
            }
        }
        pulse.set(Count::WorkflowsUnreadable, unread);
        self.marks = rows.iter().map(Mark::of).collect();
        Ok(())
    }

    /// The kinds of entries that start any of them.
    pub fn kinds(&self) -> Vec<EventKind> {
        let triggers: HashSet<WorkflowTrigger> = self.in_force.iter().map(|definition| definition.trigger).collect();
        let kinds: HashSet<EventKind> = triggers.into_iter().flat_map(trigger::kinds).copied().collect();
        kinds.into_iter().collect()
    }

    /// Entries up to this one start none of them.
    pub fn begins(&self) -> Option<i64> {
        self.in_force.iter().map(|definition| definition.enabled_after).min()
    }
}

fn mark(definition: &Definition) -> Mark {
    Mark { id: definition.id, revision: definition.revision, place: definition.place }
}

fn read(row: &Row, spelling: Spelling) -> std::result::Result<Definition, Rejection> {
    Ok(Definition {
        id: row.id,
        revision: row.revision,
        place: row.place,
        mode: row.mode,
        trigger: row.starts_on,
        enabled_after: row.enabled_after,
        condition: row.condition.as_ref().map(spelling.condition).transpose()?,
        actions: (spelling.actions)(&row.actions)?,
    })
}
