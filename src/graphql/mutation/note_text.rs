//! What the mutations of notes have in common: whom a note names, its text, and changing one that there is.

use async_graphql::{Context, ID, InputObject, OneofObject};
use entity::ids::{AgentId, EventId, TeamId};

use super::given;
use crate::domain::action::Action;
use crate::domain::action::add_note::{AddNote, Draft};
use crate::domain::change::Mentionable;
use crate::domain::input;
use crate::domain::mention::Naming;
use crate::domain::permission::Operation;
use crate::domain::rejection::Rejection;
use crate::graphql::error::{role_refusal, shown};
use crate::graphql::reader::Reader;
use crate::graphql::types::payload::NotePayload;
use crate::service::html;

/// Whom a note names: exactly one of them.
#[derive(Clone, OneofObject)]
pub enum MentionInput {
    /// An agent; an unknown one is NOT_FOUND.
    AgentId(ID),
    /// A team, which stands for its active members without the note's author; an unknown or deleted one is NOT_FOUND.
    TeamId(ID),
}

impl MentionInput {
    fn read(&self) -> Result<Mentionable, Rejection> {
        match self {
            Self::AgentId(id) => given::id("agentId", id, AgentId::parse).map(Mentionable::Agent),
            Self::TeamId(id) => given::id("teamId", id, TeamId::parse).map(Mentionable::Team),
        }
    }
}

/// A note for the team, as one action of several.
#[derive(Clone, InputObject)]
pub struct NoteInput {
    /// Plain text, at most 65,536 characters; names stand behind an `@`, as in `addNote`.
    text: String,
    /// Whom it names besides; null or omitted = nobody. Both together at most 20 different ones, more are LIMIT_EXCEEDED.
    mentions: Option<Vec<MentionInput>>,
}

impl NoteInput {
    /// The action.
    ///
    /// # Errors
    /// As for [`draft`].
    pub fn action(&self) -> Result<Action, Rejection> {
        let draft = draft(&self.text, self.mentions.clone())?;
        Ok(Action::AddNote(AddNote { draft }))
    }
}

/// Checks a note's text and makes HTML of it; whom it names is looked up when it is decided.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG`, `INVALID`, `NOT_FOUND`, `LIMIT_EXCEEDED`.
pub fn draft(text: &str, mentions: Option<Vec<MentionInput>>) -> Result<Draft, Rejection> {
    let text = input::body("text", text)?;
    let read = |(place, mention): (usize, &MentionInput)| {
        mention.read().map_err(|refused| refused.at(place.to_string()).at("mentions"))
    };
    let listed = mentions.unwrap_or_default().iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
    let naming = Naming::read(listed, &text)?;
    Ok(Draft { html: html::from_text(&text), text, naming })
}

/// The id of a note; any other names nothing.
pub fn note_id(id: &ID) -> Option<EventId> {
    EventId::from_wire("note", id)
}

/// Changes a note that there is. One that doesn't exist for the viewer answers like an unknown one, whatever else is wrong.
///
/// # Errors
/// A missing scope, and every failure that isn't a refusal.
pub async fn change(
    ctx: &Context<'_>,
    note: Option<EventId>,
    action: impl FnOnce(EventId) -> Result<Action, Rejection>,
) -> async_graphql::Result<Option<NotePayload>> {
    let reader = Reader::of(ctx)?;
    if let Err(rejection) = role_refusal(reader.viewer().permit(Operation::ManageConversation))? {
        return Ok(NotePayload::refused(rejection));
    }
    let asked = match note {
        Some(note) => reader.service.conversation_of_note(reader.viewer(), note).await.map_err(shown)?,
        None => None,
    };
    let (Some(note), Some(conversation)) = (note, asked) else {
        return Ok(NotePayload::refused(Rejection::not_found("noteId")));
    };
    let result = match action(note) {
        Ok(action) => reader.service.change_note(reader.viewer(), conversation, note, action).await,
        Err(rejection) => Err(rejection.into()),
    };
    NotePayload::of(reader, Some(conversation), result).await
}
