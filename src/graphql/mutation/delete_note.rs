//! `deleteNote`.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::note_text::{change, note_id};
use crate::domain::action::Action;
use crate::domain::action::delete_note::DeleteNote;
use crate::graphql::types::payload::NotePayload;

/// A note to delete.
#[derive(InputObject)]
pub struct DeleteNoteInput {
    /// The note; one that was deleted stays so.
    note_id: ID,
}

/// `deleteNote`.
#[derive(Default)]
pub struct DeleteInternalNote;

#[Object]
impl DeleteInternalNote {
    /// Erases a note's text and mentions for good and takes its unread notices back; the entry stays. Refused with NOT_FOUND, for all
    /// but its author and admins with FORBIDDEN.
    async fn delete_note(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The note.")] input: DeleteNoteInput,
    ) -> Result<Option<NotePayload>> {
        change(ctx, note_id(&input.note_id), |note| Ok(Action::DeleteNote(DeleteNote { note }))).await
    }
}
