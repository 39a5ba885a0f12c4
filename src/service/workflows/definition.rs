//! A workflow in force, read and ready to be judged.

use entity::enums::{WorkflowMode, WorkflowTrigger};
use entity::ids::WorkflowId;

use crate::domain::action::Action;
use crate::domain::workflow::Condition;

/// A workflow in force.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Which.
    pub id: WorkflowId,
    /// Its revision.
    pub revision: i32,
    /// Its place in the order.
    pub place: i32,
    /// Whether those behind it are still considered once it ran.
    pub mode: WorkflowMode,
    /// What it runs on.
    pub trigger: WorkflowTrigger,
    /// Entries up to this row of the log don't start it.
    pub enabled_after: i64,
    /// When it runs; none = always.
    pub condition: Option<Condition>,
    /// What it does.
    pub actions: Vec<Action>,
}
