//! A run's actions, one after another: what is refused changes nothing and is remembered, and the next goes on from there.

use super::outcome::Outcome;
use crate::domain::action::Action;
use crate::domain::action::listed;
use crate::domain::change::{Change, Moment};
use crate::domain::context::Context;
use crate::domain::limits;
use crate::domain::rejection::{Code, Rejection};

/// Decides them, each on the result of those before it that weren't refused.
#[must_use]
pub fn act(mut change: Change, context: &mut Context, moment: &Moment, actions: &[Action]) -> (Change, Vec<Outcome>) {
    let mut outcomes = Vec::with_capacity(actions.len());
    for (place, action) in actions.iter().enumerate() {
        // What nobody is offered can't be saved.
        let Some(kind) = action.kind() else { continue };
        let mut next = change.clone();
        let (changed, error) = match listed::decide(&mut next, context, moment, std::slice::from_ref(action)) {
            Ok(()) => {
                let changed = grown(&change, &next);
                change = next;
                (changed, None)
            }
            Err(refused) => (false, Some(kind.located(place, refused.why))),
        };
        outcomes.push(Outcome { action: kind, changed, error });
    }
    (change, outcomes)
}

/// The outcomes of a run that would have gone deeper than a chain may.
#[must_use]
pub fn too_deep(actions: &[Action]) -> Vec<Outcome> {
    let why = format!("Workflows that start each other go at most {} deep.", limits::WORKFLOW_DEPTH);
    refused(actions, &Rejection::new(Code::LimitExceeded, why))
}

/// The outcomes of a run that the server couldn't do.
#[must_use]
pub fn given_up(actions: &[Action]) -> Vec<Outcome> {
    refused(actions, &Rejection::new(Code::Invalid, "The server failed to do this, again and again; its log says why."))
}

/// The outcomes of a run that would have followed from what has had too many already.
#[must_use]
pub fn too_many(actions: &[Action]) -> Vec<Outcome> {
    let why = format!("Workflows that start each other run at most {} times for one entry.", limits::WORKFLOW_CHAIN);
    refused(actions, &Rejection::new(Code::LimitExceeded, why))
}

fn refused(actions: &[Action], why: &Rejection) -> Vec<Outcome> {
    let kinds = actions.iter().filter_map(Action::kind);
    kinds.map(|action| Outcome { action, changed: false, error: Some(why.clone()) }).collect()
}

fn grown(before: &Change, after: &Change) -> bool {
    (before.entries.len(), before.tickets.len()) != (after.entries.len(), after.tickets.len())
}
