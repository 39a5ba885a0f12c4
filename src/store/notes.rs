//! Reading notes with their log rows, and whom they name. Without NOTES_READ no note exists: every finder here asks for it itself.

use std::collections::HashMap;
use std::sync::Arc;

use entity::enums::EventKind;
use entity::ids::{AgentId, ConversationId, EventId, TeamId};
use entity::{conversation, event, mention, mention_agent, note};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::Store;
use super::access::{padded, visible};
use crate::domain::permission::{ChannelAccess, Viewer};
use crate::error::Result;

/// A note's text and its log row.
pub type Note = Arc<(note::Model, event::Model)>;

/// Whom a note names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The agent, if it names one.
    pub agent: Option<AgentId>,
    /// The team, if it names one.
    pub team: Option<TeamId>,
    /// Those whom it came to and who could not be notified, in id order.
    pub unreachable: Vec<AgentId>,
}

/// A mention with one of its unreachable agents, or none.
#[derive(FromQueryResult)]
struct Row {
    note_id: EventId,
    position: i16,
    agent_id: Option<AgentId>,
    team_id: Option<TeamId>,
    unreachable_id: Option<AgentId>,
}

impl Store {
    /// The texts of notes whose log rows the caller holds.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_texts(&self, viewer: &Viewer, ids: &[EventId]) -> Result<Vec<note::Model>> {
        if ids.is_empty() || !viewer.reads(EventKind::Note) {
            return Ok(Vec::new());
        }
        let select = note::Entity::find().filter(note::Column::EntryId.is_in(padded(ids)));
        Ok(select.all(self.reader()).await?)
    }

    /// Notes by the id of their entry, as far as they exist for the viewer.
    ///
    /// # Errors
    /// The database's.
    pub async fn notes_by_id(&self, viewer: &Viewer, ids: &[EventId]) -> Result<HashMap<EventId, Note>> {
        if ids.is_empty() || !viewer.reads(EventKind::Note) {
            return Ok(HashMap::new());
        }
        let mut select = note::Entity::find().filter(note::Column::EntryId.is_in(padded(ids)));
        let entry = Expr::col(event::Column::Id.as_column_ref()).eq(Expr::col(note::Column::EntryId.as_column_ref()));
        QueryTrait::query(&mut select).inner_join(event::Entity, entry);
        if viewer.channels != ChannelAccess::All {
            let thread = Expr::col(conversation::Column::Id.as_column_ref())
                .eq(Expr::col(note::Column::ConversationId.as_column_ref()));
            QueryTrait::query(&mut select).inner_join(conversation::Entity, thread);
            select = select.filter(visible(conversation::Column::ChannelId, &viewer.channels));
        }
        let rows = select.select_two_required(event::Entity).all(self.reader()).await?;
        Ok(rows.into_iter().map(|row| (row.0.entry_id, Arc::new(row))).collect())
    }

    /// Whom notes name that the caller holds, in order, in one statement.
    ///
    /// # Errors
    /// The database's.
    pub async fn mentions_of(&self, viewer: &Viewer, ids: &[EventId]) -> Result<HashMap<EventId, Vec<Mention>>> {
        let mut found: HashMap<EventId, Vec<Mention>> = HashMap::new();
        if ids.is_empty() || !viewer.reads(EventKind::Note) {
            return Ok(found);
        }
        let column = |column: mention_agent::Column| Expr::col(column.as_column_ref());
        let unreachable = column(mention_agent::Column::NoteId)
            .eq(Expr::col(mention::Column::NoteId.as_column_ref()))
            .and(column(mention_agent::Column::Position).eq(Expr::col(mention::Column::Position.as_column_ref())))
            .and(column(mention_agent::Column::Reachable).eq(false));
        let mut select = mention::Entity::find().filter(mention::Column::NoteId.is_in(padded(ids)));
        QueryTrait::query(&mut select).left_join(mention_agent::Entity, unreachable);
        let rows = select
            .column_as(mention_agent::Column::AgentId, "unreachable_id")
            .order_by_asc(mention::Column::NoteId)
            .order_by_asc(mention::Column::Position)
            .order_by_asc(mention_agent::Column::AgentId)
            .into_model::<Row>()
            .all(self.reader())
            .await?;
        let mut last = None;
        for row in rows {
            let mentions = found.entry(row.note_id).or_default();
            if last.replace((row.note_id, row.position)) != Some((row.note_id, row.position)) {
                mentions.push(Mention { agent: row.agent_id, team: row.team_id, unreachable: Vec::new() });
            }
            if let Some(mention) = mentions.last_mut() {
                mention.unreachable.extend(row.unreachable_id);
            }
        }
        Ok(found)
    }

    /// The conversation of a note that may be the viewer's to change: one that exists for them, or that they wrote themselves without
    /// the right to read notes.
    ///
    /// # Errors
    /// The database's.
    pub async fn place_of_note(&self, viewer: &Viewer, id: EventId) -> Result<Option<ConversationId>> {
        let thread = Expr::col(conversation::Column::Id.as_column_ref())
            .eq(Expr::col(event::Column::ConversationId.as_column_ref()));
        let mut select = event::Entity::find()
            .filter(event::Column::Id.eq(id))
            .filter(event::Column::Kind.eq(EventKind::Note))
            .filter(visible(conversation::Column::ChannelId, &viewer.channels));
        QueryTrait::query(&mut select).inner_join(conversation::Entity, thread);
        if !viewer.reads(EventKind::Note) {
            let (kind, actor) = viewer.actor().stored();
            select = select.filter(event::Column::ActorKind.eq(kind)).filter(event::Column::ActorId.eq(actor));
        }
        Ok(select.one(self.reader()).await?.and_then(|row| row.conversation_id))
    }
}
