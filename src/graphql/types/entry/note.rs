//! Internal notes: entries with a text beside the log, and the entries that tell how one changed.
//!
//! No token without NOTES_READ meets any of them: their rows don't exist for it.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, Union};
use entity::event;
use entity::ids::EventId;
use entity::note::Model;

use super::{Entry, entry_type, gone};
use crate::domain::fact::Fact;
use crate::graphql::error::shown;
use crate::graphql::loaders::notes::{MentionsOf, NoteKey};
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;
use crate::graphql::types::agent::Agent;
use crate::graphql::types::team::Team;
use crate::store::append::fact_of;
use crate::store::notes;

entry_type! {
    /// NOTE: an internal note, as it now is. No customer ever sees it, and no token without NOTES_READ.
    Note {
        /// Plain text, at most 65,536 characters; empty when it is deleted.
        async fn text(&self, ctx: &Context<'_>) -> Result<String> {
            Ok(self.text_row(ctx).await?.0.text.clone())
        }

        /// Sanitised HTML made from the text, safe to show; empty when it is deleted.
        async fn html(&self, ctx: &Context<'_>) -> Result<String> {
            Ok(self.text_row(ctx).await?.0.html.clone())
        }

        /// Whom it names, at most 20: those of the list first, then those of the text. Empty when it is deleted.
        async fn mentions(&self, ctx: &Context<'_>) -> Result<Vec<Mention>> {
            let mentions = Reader::of(ctx)?.load(MentionsOf(self.0.row.id)).await?.unwrap_or_default();
            Ok(mentions.iter().cloned().map(Mention).collect())
        }

        /// When it was last edited, in UTC; null when it never was.
        async fn edited_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
            Ok(self.text_row(ctx).await?.0.edited_at.map(Into::into))
        }

        /// When it was deleted, in UTC: text, HTML and mentions are erased for good, the entry stays. Null when it isn't.
        async fn deleted_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
            Ok(self.text_row(ctx).await?.0.deleted_at.map(Into::into))
        }
    }
}

entry_type! {
    /// NOTE_EDITED, NOTE_DELETED: a note says something else, or was erased.
    NoteChangedEntry {
        /// The note, as it now is.
        async fn note(&self, ctx: &Context<'_>) -> Result<Note> {
            match &*self.0.fact {
                Fact::NoteEdited { note, .. } | Fact::NoteDeleted { note, .. } => {
                    Note::load(Reader::of(ctx)?, *note).await?.ok_or_else(gone)
                }
                _ => Err(gone()),
            }
        }
    }
}

/// What a note can name.
#[derive(Clone, Debug, Union)]
pub enum Mentionable {
    /// An agent.
    Agent(Agent),
    /// A team: its active members when it was written, without the author.
    Team(Team),
}

/// Whom a note names.
#[derive(Clone, Debug)]
pub struct Mention(notes::Mention);

/// Whom a note names, and who of them could not be told.
#[Object]
impl Mention {
    /// The agent or team it names.
    async fn target(&self, ctx: &Context<'_>) -> Result<Mentionable> {
        let reader = Reader::of(ctx)?;
        let found = match (self.0.agent, self.0.team) {
            (Some(agent), _) => reader.load(agent).await?.map(|row| Mentionable::Agent(Agent(row))),
            (None, Some(team)) => reader.load(team).await?.map(|row| Mentionable::Team(Team(row))),
            (None, None) => None,
        };
        found.ok_or_else(gone)
    }

    /// The agents of this mention who were not notified, because when it was written they had no access to the conversation or, named
    /// themselves, were deactivated; at most 200, in the order of their ids.
    async fn unreachable(&self, ctx: &Context<'_>) -> Result<Vec<Agent>> {
        let agents = Reader::of(ctx)?.load_all(self.0.unreachable.iter().copied()).await?;
        Ok(agents.into_iter().map(Agent).collect())
    }
}

impl Note {
    /// A note by its id, as far as it exists for the viewer.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn load(reader: &Reader, id: EventId) -> Result<Option<Self>> {
        let Some(both) = reader.load(NoteKey(id)).await? else { return Ok(None) };
        let row = Arc::new(both.1.clone());
        let fact = Arc::new(fact_of(&row).map_err(shown)?);
        Ok(Some(Self(Entry { row, fact })))
    }

    async fn text_row(&self, ctx: &Context<'_>) -> Result<Arc<(Model, event::Model)>> {
        Reader::of(ctx)?.load(NoteKey(self.0.row.id)).await?.ok_or_else(gone)
    }
}
