//! Several actions on one conversation: what they need together, and deciding them one after another, all or nothing.
//!
//! Owns what a decision sees of those before it, and where a refusal stands in the list. Nothing here loads or writes anything.

use super::{Action, ActionKind};
use crate::domain::change::{Change, Moment};
use crate::domain::context::{Context, Needs};
use crate::domain::conversation::Conversation;
use crate::domain::rejection::Rejection;

/// The refusal of one action among several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Which of them, counted from 0.
    pub place: usize,
    /// Its kind, if people are offered it.
    pub kind: Option<ActionKind>,
    /// Why, as if it had been asked for alone.
    pub why: Rejection,
}

impl Refused {
    /// The refusal at the action's place in the input's list of actions.
    #[must_use]
    pub fn in_the_list(self) -> Rejection {
        let Some(kind) = self.kind else { return self.why };
        kind.located(self.place, self.why)
    }
}

impl ActionKind {
    /// A refusal of an action of this kind at its place in the input's list of actions.
    #[must_use]
    pub fn located(self, place: usize, mut why: Rejection) -> Rejection {
        // The list's own input names the conversation.
        if (self.is_bare() && !why.field.is_empty()) || why.field == ["conversationId"] {
            why.field.remove(0);
        }
        why.at(self.field()).at(place.to_string()).at("actions")
    }
}

/// What must be loaded before they are decided, whatever those before lead to.
#[must_use]
pub fn needs(conversation: &Conversation, actions: &[Action]) -> Needs {
    let mut needs = Needs::default();
    let mut closed = conversation.closed.is_some();
    for action in actions {
        needs.extend(action.needs(conversation, closed));
        closed |= action.may_close();
    }
    needs
}

/// Decides them one after another, each on the result of the one before.
///
/// # Errors
/// The first refusal; the change is to be dropped then.
pub fn decide(change: &mut Change, context: &mut Context, moment: &Moment, actions: &[Action]) -> Result<(), Refused> {
    for (place, action) in actions.iter().enumerate() {
        let known = (change.asides.len(), change.tickets.len());
        action.decide(change, context, moment).map_err(|why| Refused { place, kind: action.kind(), why })?;
        context.learn(&change.asides[known.0..]);
        context.learn_of_tickets(change.conversation.id, &change.tickets[known.1..]);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
