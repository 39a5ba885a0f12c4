//! What mutations of conversations answer: the object as it now is, what changed, and why it was refused.

use std::sync::Arc;

use async_graphql::{Result, SimpleObject};
use entity::event::Model as Event;
use entity::ids::ConversationId;

use super::conversation::Conversation;
use super::entry::{Message, Note, TimelineEntry};
use super::routing::Routing;
use super::user_error::UserError;
use crate::domain::rejection::Rejection;
use crate::error::Error;
use crate::graphql::error::{coded, refusal};
use crate::graphql::reader::Reader;
use crate::service::change::Changed;

/// What a change of a conversation came to.
#[derive(Clone, SimpleObject, Default)]
pub struct ConversationPayload {
    /// The conversation as it now is; when refused, as it is, unchanged by you. Null when it doesn't exist for the viewer.
    pub conversation: Option<Conversation>,
    /// Whether anything changed; false when nothing had to, and when refused.
    pub changed: bool,
    /// The entries this wrote, in order.
    pub entries: Vec<TimelineEntry>,
    /// Why it was refused; empty when done.
    pub user_errors: Vec<UserError>,
}

/// What a message to the customer came to.
#[derive(Clone, SimpleObject, Default)]
pub struct MessagePayload {
    /// The message; null when refused.
    pub message: Option<Message>,
    /// The conversation as it now is; when refused, as it is, unchanged by you. Null when it doesn't exist for the viewer.
    pub conversation: Option<Conversation>,
    /// Whether anything changed; false when nothing had to, and when refused.
    pub changed: bool,
    /// The entries this wrote, in order.
    pub entries: Vec<TimelineEntry>,
    /// Why it was refused; empty when done.
    pub user_errors: Vec<UserError>,
}

/// What a change of a note came to.
#[derive(Clone, SimpleObject, Default)]
pub struct NotePayload {
    /// The note as it now is; null when refused, and without NOTES_READ.
    pub note: Option<Note>,
    /// The conversation as it now is; when refused, as it is, unchanged by you. Null when it doesn't exist for the viewer.
    pub conversation: Option<Conversation>,
    /// Whether anything changed; false when nothing had to, and when refused.
    pub changed: bool,
    /// The entries this wrote, in order; those of notes are left out without NOTES_READ.
    pub entries: Vec<TimelineEntry>,
    /// Why it was refused; empty when done.
    pub user_errors: Vec<UserError>,
}

/// What receiving a customer's message came to.
#[derive(Clone, SimpleObject, Default)]
pub struct ReceiveMessagePayload {
    /// The message; for a duplicate the one received first. Null when refused.
    pub message: Option<Message>,
    /// The conversation it is in, as it now is.
    pub conversation: Option<Conversation>,
    /// Where it went, and why.
    pub routing: Option<Routing>,
    /// Whether anything changed; false for a duplicate, and when refused.
    pub changed: bool,
    /// The entries this wrote in the conversation, in order.
    pub entries: Vec<TimelineEntry>,
    /// Why it was refused; empty when done.
    pub user_errors: Vec<UserError>,
}

impl ConversationPayload {
    /// Answers a change; a refusal shows the conversation as it is, as far as the viewer sees it.
    ///
    /// # Errors
    /// Everything but a refusal.
    pub async fn of(
        reader: &Reader,
        asked: Option<ConversationId>,
        result: std::result::Result<Changed, Error>,
    ) -> Result<Option<Self>> {
        reader.forget();
        Ok(Some(match refusal(result)? {
            Ok(changed) => {
                Self::done(reader, &changed).await.map_err(|fault| after_the_fact(changed.changed, fault))?
            }
            Err(rejection) => {
                let conversation = conversation(reader, asked).await?;
                Self { conversation, user_errors: vec![rejection.into()], ..Self::default() }
            }
        }))
    }

    async fn done(reader: &Reader, changed: &Changed) -> Result<Self> {
        Ok(Self {
            conversation: conversation(reader, Some(changed.conversation)).await?,
            changed: changed.changed,
            entries: entries(reader, &changed.events)?,
            user_errors: Vec::new(),
        })
    }

    /// Answers a refusal before anything was looked at.
    #[must_use]
    pub fn refused(rejection: Rejection) -> Option<Self> {
        Some(Self { user_errors: vec![rejection.into()], ..Self::default() })
    }
}

impl MessagePayload {
    /// Answers a message; a refusal shows the conversation as it is, as far as the viewer sees it.
    ///
    /// # Errors
    /// Everything but a refusal.
    pub async fn of(
        reader: &Reader,
        asked: Option<ConversationId>,
        result: std::result::Result<Changed, Error>,
    ) -> Result<Option<Self>> {
        let written = result.as_ref().ok().cloned();
        let payload = ConversationPayload::of(reader, asked, result).await?.unwrap_or_default();
        Ok(Some(Self {
            message: match written {
                Some(changed) => {
                    message(reader, &changed).await.map_err(|fault| after_the_fact(changed.changed, fault))?
                }
                None => None,
            },
            conversation: payload.conversation,
            changed: payload.changed,
            entries: payload.entries,
            user_errors: payload.user_errors,
        }))
    }

    /// Answers a refusal before anything was looked at.
    #[must_use]
    pub fn refused(rejection: Rejection) -> Option<Self> {
        Some(Self { user_errors: vec![rejection.into()], ..Self::default() })
    }
}

impl NotePayload {
    /// Answers a change of a note; a refusal shows the conversation as it is, as far as the viewer sees it.
    ///
    /// # Errors
    /// Everything but a refusal.
    pub async fn of(
        reader: &Reader,
        asked: Option<ConversationId>,
        result: std::result::Result<Changed, Error>,
    ) -> Result<Option<Self>> {
        let written = result.as_ref().ok().cloned();
        let payload = ConversationPayload::of(reader, asked, result).await?.unwrap_or_default();
        Ok(Some(Self {
            note: match written {
                Some(changed) => {
                    note(reader, &changed).await.map_err(|fault| after_the_fact(changed.changed, fault))?
                }
                None => None,
            },
            conversation: payload.conversation,
            changed: payload.changed,
            entries: payload.entries,
            user_errors: payload.user_errors,
        }))
    }

    /// Answers a refusal before anything was looked at.
    #[must_use]
    pub fn refused(rejection: Rejection) -> Option<Self> {
        Some(Self { user_errors: vec![rejection.into()], ..Self::default() })
    }
}

impl ReceiveMessagePayload {
    /// Answers a received message.
    ///
    /// # Errors
    /// Everything but a refusal.
    pub async fn of(reader: &Reader, result: std::result::Result<Changed, Error>) -> Result<Option<Self>> {
        let changed = match refusal(result)? {
            Ok(changed) => changed,
            Err(rejection) => return Ok(Self::refused(rejection)),
        };
        let routing = changed.route.clone().map(|routed| Routing::of(&routed, Some(changed.conversation)));
        let payload = MessagePayload::of(reader, None, Ok(changed)).await?.unwrap_or_default();
        Ok(Some(Self {
            message: payload.message,
            conversation: payload.conversation,
            routing,
            changed: payload.changed,
            entries: payload.entries,
            user_errors: payload.user_errors,
        }))
    }

    /// Answers a refusal before anything was looked at.
    #[must_use]
    pub fn refused(rejection: Rejection) -> Option<Self> {
        Some(Self { user_errors: vec![rejection.into()], ..Self::default() })
    }
}

/// A failure to read what was just written must not look like a failure to write it, or it would be done again.
pub(super) fn after_the_fact(changed: bool, fault: async_graphql::Error) -> async_graphql::Error {
    if changed {
        return coded(
            "UNKNOWN_OUTCOME",
            "It is done, but couldn't be read back; try again only with the same idempotency key.",
        );
    }
    fault
}

async fn message(reader: &Reader, changed: &Changed) -> Result<Option<Message>> {
    match changed.message {
        Some(id) => Message::load(reader, id).await,
        None => Ok(None),
    }
}

async fn note(reader: &Reader, changed: &Changed) -> Result<Option<Note>> {
    match changed.note {
        Some(id) => Note::load(reader, id).await,
        None => Ok(None),
    }
}

/// The conversation that a mutation is about, as far as the viewer sees it.
pub(super) async fn conversation(reader: &Reader, id: Option<ConversationId>) -> Result<Option<Conversation>> {
    match id {
        Some(id) => Ok(reader.load(id).await?.map(Conversation)),
        None => Ok(None),
    }
}

/// What a change wrote, as far as it exists for the viewer.
pub(super) fn entries(reader: &Reader, events: &[Event]) -> Result<Vec<TimelineEntry>> {
    let rows = events.iter().filter(|row| reader.viewer().reads(row.kind));
    rows.map(|row| TimelineEntry::of(Arc::new(row.clone()))).collect()
}
