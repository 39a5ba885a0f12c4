//! How stored conditions and actions are read: they are kept as the API spells them, and the API alone knows how.

use serde_json::Value;

use crate::domain::action::Action;
use crate::domain::rejection::Rejection;
use crate::domain::workflow::Condition;

/// Reads what is stored; the parts are put together with what reads the API's inputs.
#[derive(Clone, Copy, Debug)]
pub struct Spelling {
    /// Reads a list of actions.
    pub actions: fn(&Value) -> Result<Vec<Action>, Rejection>,
    /// Reads a condition.
    pub condition: fn(&Value) -> Result<Condition, Rejection>,
}
