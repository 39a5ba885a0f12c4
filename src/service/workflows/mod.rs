//! Workflows: how they are set up, run and tried.

mod attempt;
mod checked;
mod create;
pub mod definition;
mod delete;
pub mod failures;
pub mod position;
pub mod run;
mod update;

use entity::enums::{WorkflowMode, WorkflowTrigger};
use serde_json::Value;

use super::macros::SavedActions;
use crate::domain::workflow::{Condition, Outcome, Verdict};

/// A condition to save.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedCondition {
    /// What it asks.
    pub condition: Condition,
    /// How it was spelled: an object.
    pub spelled: Value,
}

/// A workflow to make or to try.
#[derive(Clone, Debug, PartialEq)]
pub struct NewWorkflow {
    /// Name.
    pub name: String,
    /// Whether it runs.
    pub enabled: bool,
    /// Its place in the order, from 1; none = the last.
    pub position: Option<i32>,
    /// Whether those behind it are still considered once it ran.
    pub mode: WorkflowMode,
    /// What it runs on.
    pub trigger: WorkflowTrigger,
    /// When it runs; none = always.
    pub condition: Option<SavedCondition>,
    /// What it does.
    pub actions: SavedActions,
}

/// What to change; none = as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkflowEdit {
    /// Name.
    pub name: Option<String>,
    /// Whether it runs.
    pub enabled: Option<bool>,
    /// Its place in the order, from 1.
    pub position: Option<i32>,
    /// Whether those behind it are still considered once it ran.
    pub mode: Option<WorkflowMode>,
    /// What it runs on.
    pub trigger: Option<WorkflowTrigger>,
    /// When it runs; the inner none = always.
    pub condition: Option<Option<SavedCondition>>,
    /// What it does.
    pub actions: Option<SavedActions>,
}

/// What a workflow would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// Whether its condition matches.
    pub matched: bool,
    /// Every condition's verdict.
    pub verdicts: Vec<Verdict>,
    /// Every action's outcome, if it matches.
    pub outcomes: Vec<Outcome>,
}
