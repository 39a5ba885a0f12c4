//! A note is erased for good (semantics §5.4).

use entity::ids::{AgentId, EventId};

use super::edit_note::changeable;
use crate::domain::change::{Aside, Change, Moment};
use crate::domain::context::Context;
use crate::domain::fact::Fact;
use crate::domain::mention;
use crate::domain::rejection::Rejection;

/// A note to erase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeleteNote {
    /// The note.
    pub note: EventId,
}

impl DeleteNote {
    /// Erases it and takes its unread notices back; what is erased already stays so.
    ///
    /// # Errors
    /// `NOT_FOUND` for a note that isn't in the conversation, `FORBIDDEN`.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        let note = changeable(self.note, context, moment)?;
        if note.deleted {
            return Ok(());
        }
        let named = mention::agents(&note.mentions);
        let gone: Vec<AgentId> = named.difference(&note.named_by_others).copied().collect();
        change.record(Fact::NoteDeleted { note: self.note, gone: gone.clone() }, moment);
        if !gone.is_empty() {
            change.asides.push(Aside::Mentioned { added: Vec::new(), gone });
        }
        change.asides.push(Aside::NoteErased(self.note));
        Ok(())
    }
}
