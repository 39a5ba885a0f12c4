//! The team writes to itself (semantics §5).

use std::collections::BTreeSet;

use entity::ids::AgentId;

use crate::domain::change::{Aside, Change, Moment, NoteText};
use crate::domain::context::Context;
use crate::domain::fact::Fact;
use crate::domain::mention::{self, Naming};
use crate::domain::rejection::Rejection;

/// What a note is to say, and whom it is to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Plain text, already checked.
    pub text: String,
    /// The same as safe HTML.
    pub html: String,
    /// Whom it names.
    pub naming: Naming,
}

/// An internal note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddNote {
    /// What it says.
    pub draft: Draft,
}

impl AddNote {
    /// Adds it, in any state, and lets those it names follow. It moves nothing else.
    ///
    /// # Errors
    /// `NOT_FOUND` for an agent or team named by an unknown id, `LIMIT_EXCEEDED`.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        let mentions = self.draft.naming.resolve(context, moment.actor, &[])?;
        let named = mention::agents(&mentions);
        let added: Vec<AgentId> = named.difference(&change.conversation.mentioned).copied().collect();
        let id = change.record(Fact::Note { named: named.into_iter().collect() }, moment);
        if !added.is_empty() {
            change.asides.push(Aside::Mentioned { added, gone: Vec::new() });
        }
        let reachable = mention::reachable(&mentions);
        let Draft { text, html, .. } = self.draft.clone();
        change.asides.push(Aside::Note(NoteText { id, text, html, mentions }));
        let_follow(change, &reachable, moment);
        Ok(())
    }
}

/// Those whom a note names begin to follow, as far as they may.
pub(super) fn let_follow(change: &mut Change, agents: &BTreeSet<AgentId>, moment: &Moment) {
    for agent in agents {
        change.follow_automatically(*agent, moment);
    }
}
