//! What of a workflow is checked whenever somebody hands one in: by itself, and against what there is.

use super::{NewWorkflow, SavedCondition, WorkflowEdit};
use crate::domain::permission::ChannelAccess;
use crate::domain::rejection::{Code, Rejection};
use crate::domain::workflow::named::{check, named};
use crate::domain::{input, limits};
use crate::error::Result;
use crate::service::macros::{SavedActions, check_named as check_actions, check_size};
use crate::store::known;
use crate::store::write::Tx;

impl NewWorkflow {
    /// The same with its name trimmed.
    ///
    /// # Errors
    /// `REQUIRED`, `INVALID`, `TOO_LONG` for the name; `INVALID` for a position before the first; `LIMIT_EXCEEDED` for the size.
    pub fn checked(mut self) -> std::result::Result<Self, Rejection> {
        self.name = input::required("name", &self.name, limits::NAME)?;
        check_position(self.position)?;
        check_sizes(self.condition.as_ref(), Some(&self.actions))?;
        Ok(self)
    }
}

impl WorkflowEdit {
    /// The same with its name trimmed.
    ///
    /// # Errors
    /// As for [`NewWorkflow::checked`].
    pub fn checked(mut self) -> std::result::Result<Self, Rejection> {
        self.name = self.name.map(|name| input::required("name", &name, limits::NAME)).transpose()?;
        check_position(self.position)?;
        check_sizes(self.condition.iter().flatten().next(), self.actions.as_ref())?;
        Ok(self)
    }
}

fn check_position(position: Option<i32>) -> std::result::Result<(), Rejection> {
    if position.is_some_and(|position| position < 1) {
        return Err(Rejection::invalid("position", "The first position is 1."));
    }
    Ok(())
}

/// Workflows are listed whole, so each is small.
fn check_sizes(
    condition: Option<&SavedCondition>,
    actions: Option<&SavedActions>,
) -> std::result::Result<(), Rejection> {
    if condition.is_some_and(|condition| condition.spelled.to_string().len() > limits::CONDITION_BYTES) {
        let text = format!("The condition may have at most {} bytes as JSON.", limits::CONDITION_BYTES);
        return Err(Rejection::new(Code::LimitExceeded, text).at("condition"));
    }
    actions.map_or(Ok(()), check_size)
}

/// Refuses what names what isn't there, or a channel that doesn't exist for whoever asks, at its place in the condition or in the list of
/// actions.
///
/// # Errors
/// `NOT_FOUND`, `AGENT_INACTIVE`, `NOT_A_MEMBER`, `INVALID`; the database's.
pub(in crate::service) async fn check_named(
    tx: &Tx,
    access: &ChannelAccess,
    condition: Option<&SavedCondition>,
    actions: Option<&SavedActions>,
) -> Result<()> {
    if let Some(SavedCondition { condition, .. }) = condition {
        let mut known = known::look_up(tx, &named(condition)).await?;
        known.channels.retain(|channel| access.sees(*channel));
        check(condition, &known).map_err(|why| why.at("condition"))?;
    }
    if let Some(list) = actions {
        check_actions(tx, &list.actions).await?;
    }
    Ok(())
}

/// Workflows act on every channel: who is limited to some sets none up.
///
/// # Errors
/// `FORBIDDEN`.
pub(in crate::service) fn check_unlimited(access: &ChannelAccess) -> std::result::Result<(), Rejection> {
    match access {
        ChannelAccess::All => Ok(()),
        ChannelAccess::Except(_) | ChannelAccess::Only(_) => Err(Rejection::forbidden(
            "Workflows act on every channel; a token that is limited to channels sets none up.",
        )),
    }
}
