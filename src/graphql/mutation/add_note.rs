//! `addNote`.

use async_graphql::{Context, ID, InputObject, InputType, Object, Result};
use entity::ids::ConversationId;

use super::note_text::{MentionInput, draft};
use crate::domain::action::Action;
use crate::domain::action::add_note::AddNote;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::error::role_refusal;
use crate::graphql::reader::Reader;
use crate::graphql::types::payload::NotePayload;
use crate::service::change::{Changed, Command};
use crate::service::idempotency;

/// A note for the team.
#[derive(Clone, InputObject)]
pub struct AddNoteInput {
    /// The conversation, in any state.
    conversation_id: ID,
    /// Plain text, at most 65,536 characters. What stands behind an `@` names the agent with this handle and the team with this slug;
    /// anything else is plain text, and so are e-mail addresses. More than 1,000 different names are LIMIT_EXCEEDED.
    text: String,
    /// Whom it names besides; null or omitted = nobody. Both together at most 20 different ones, more are LIMIT_EXCEEDED.
    mentions: Option<Vec<MentionInput>>,
    /// The same key adds it once: a retry answers the first note. At most 255 characters, kept 7 days.
    idempotency_key: Option<String>,
}

async fn add(reader: &Reader, id: ConversationId, input: AddNoteInput) -> crate::error::Result<Changed> {
    let spelled = input.to_value().to_string();
    let key = idempotency::key(reader.viewer(), "addNote", input.idempotency_key.as_deref(), &spelled)?;
    let draft = draft(&input.text, input.mentions)?;
    let actions = [Action::AddNote(AddNote { draft })];
    let command =
        Command { conversation: id, actions: &actions, listed: false, expected_version: None, key: key.as_ref() };
    reader.service.change(reader.viewer(), command).await
}

/// `addNote`.
#[derive(Default)]
pub struct AddInternalNote;

#[Object]
impl AddInternalNote {
    /// Adds an internal note, which no customer ever sees. Whom it names is notified and begins to follow, as far as they have access
    /// and didn't choose not to; nothing else of the conversation moves. Refused with NOT_FOUND, REQUIRED, TOO_LONG, INVALID,
    /// LIMIT_EXCEEDED or IDEMPOTENCY_MISMATCH.
    async fn add_note(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, and what to note.")] input: AddNoteInput,
    ) -> Result<Option<NotePayload>> {
        let reader = Reader::of(ctx)?;
        if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::ManageConversation))? {
            return Ok(NotePayload::refused(rejection));
        }
        let Some(id) = ConversationId::parse(&input.conversation_id) else {
            return Ok(NotePayload::refused(Rejection::not_found("conversationId")));
        };
        let result = add(reader, id, input).await;
        NotePayload::of(reader, Some(id), result).await
    }
}
