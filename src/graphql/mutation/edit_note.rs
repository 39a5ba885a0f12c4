//! `editNote`.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::note_text::{MentionInput, change, draft, note_id};
use crate::domain::action::Action;
use crate::domain::action::edit_note::EditNote;
use crate::graphql::types::payload::NotePayload;

/// What a note is to say from now on.
#[derive(InputObject)]
pub struct EditNoteInput {
    /// The note; one that was deleted is INVALID.
    note_id: ID,
    /// The whole text, at most 65,536 characters; what stands behind an `@` names, as in AddNoteInput.
    text: String,
    /// Whom it names besides the text. Both together are always the whole set: null or omitted leaves only those whom the text names.
    mentions: Option<Vec<MentionInput>>,
}

/// `editNote`.
#[derive(Default)]
pub struct EditInternalNote;

#[Object]
impl EditInternalNote {
    /// Gives a note another text. Only whom it didn't name before is notified and begins to follow; an agent or team it named before
    /// stays as it was. Refused with NOT_FOUND, REQUIRED, TOO_LONG, INVALID or LIMIT_EXCEEDED, for all but its author and admins with
    /// FORBIDDEN.
    async fn edit_note(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The note, and what it says from now on.")] input: EditNoteInput,
    ) -> Result<Option<NotePayload>> {
        let note = note_id(&input.note_id);
        let draft = draft(&input.text, input.mentions);
        change(ctx, note, |note| Ok(Action::EditNote(EditNote { note, draft: draft? }))).await
    }
}
