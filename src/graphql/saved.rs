//! Conditions and actions read back from where they are stored: spelled as the API spells them, so by the API's own inputs.

use async_graphql::{InputType, Value};
use serde_json::Value as Json;

use super::mutation::conversation_action::{self, Actions};
use super::mutation::workflow_condition::{self, WorkflowConditionInput};
use crate::domain::action::Action;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::workflow::Condition;

/// A stored list of actions.
///
/// # Errors
/// What this version doesn't know, or no longer takes.
pub fn actions(stored: &Json) -> Result<Vec<Action>, Rejection> {
    conversation_action::read(&input::<Actions>(stored)?)
}

/// A stored condition.
///
/// # Errors
/// What this version doesn't know, or no longer takes.
pub fn condition(stored: &Json) -> Result<Condition, Rejection> {
    workflow_condition::read(&input::<WorkflowConditionInput>(stored)?)
}

fn input<T: InputType>(stored: &Json) -> Result<T, Rejection> {
    let value = Value::from_json(stored.clone()).map_err(unreadable)?;
    T::parse(Some(value)).map_err(|fault| unreadable(fault.into_server_error(async_graphql::Pos::default()).message))
}

fn unreadable(fault: impl std::fmt::Display) -> Rejection {
    Rejection::new(Code::Invalid, format!("Not spelled as this version spells it: {fault}"))
}
