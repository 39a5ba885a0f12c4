//! A note gets another text (semantics §5.4).

use std::collections::BTreeSet;

use entity::enums::AgentRole;
use entity::ids::{AgentId, EventId};

use super::add_note::{Draft, let_follow};
use crate::domain::actor::Actor;
use crate::domain::change::{Aside, Change, Mention, Mentionable, Moment, NoteText};
use crate::domain::context::{Context, Needs, Note};
use crate::domain::fact::Fact;
use crate::domain::mention;
use crate::domain::rejection::Rejection;

/// What a note is to say from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditNote {
    /// The note.
    pub note: EventId,
    /// All it says and names.
    pub draft: Draft,
}

impl EditNote {
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.notes.insert(self.note);
        self.draft.naming.needs(needs);
    }

    /// Changes it if it says or names anything else. Whom it names for the first time is told and follows.
    ///
    /// # Errors
    /// `NOT_FOUND` for a note that isn't in the conversation or an agent or team named by an unknown id, `FORBIDDEN`, `INVALID` for a
    /// deleted note, `LIMIT_EXCEEDED`.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        let note = changeable(self.note, context, moment)?;
        if note.deleted {
            return Err(Rejection::invalid("noteId", "A deleted note can't be edited."));
        }
        let mentions = self.draft.naming.resolve(context, note.author, &note.mentions)?;
        if note.text == self.draft.text && targets(&note.mentions) == targets(&mentions) {
            return Ok(());
        }
        let (before, after) = (mention::agents(&note.mentions), mention::agents(&mentions));
        // Who couldn't be told before is told now.
        let (could, can) = (mention::reachable(&note.mentions), mention::reachable(&mentions));
        let added: BTreeSet<AgentId> = after.difference(&before).chain(can.difference(&could)).copied().collect();
        let gone: Vec<AgentId> = before
            .iter()
            .filter(|agent| !after.contains(agent) && !note.named_by_others.contains(agent))
            .copied()
            .collect();
        let new: Vec<AgentId> = added.difference(&change.conversation.mentioned).copied().collect();
        let fact = Fact::NoteEdited { note: self.note, added: added.iter().copied().collect(), gone: gone.clone() };
        change.record(fact, moment);
        if !new.is_empty() || !gone.is_empty() {
            change.asides.push(Aside::Mentioned { added: new, gone });
        }
        let reachable = can.intersection(&added).copied().collect();
        let Draft { text, html, .. } = self.draft.clone();
        change.asides.push(Aside::NoteEdited(NoteText { id: self.note, text, html, mentions }));
        let_follow(change, &reachable, moment);
        Ok(())
    }
}

/// A note that the actor may change: their own, or anybody's for an admin.
///
/// # Errors
/// `NOT_FOUND` for a note that isn't in the conversation, `FORBIDDEN`.
pub(super) fn changeable<'a>(id: EventId, context: &'a Context, moment: &Moment) -> Result<&'a Note, Rejection> {
    let note = context.notes.get(&id).ok_or_else(|| Rejection::not_found("noteId"))?;
    let admin = match moment.actor {
        Actor::Agent(agent) => context.agents.get(&agent).is_some_and(|agent| agent.role == AgentRole::Admin),
        _ => false,
    };
    if admin || note.author == moment.actor {
        return Ok(note);
    }
    Err(Rejection::forbidden("Only the author of a note and admins may change it."))
}

fn targets(mentions: &[Mention]) -> BTreeSet<Mentionable> {
    mentions.iter().map(|mention| mention.target).collect()
}
