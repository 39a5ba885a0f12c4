//! Notes that a decision looks at, with whom they and the conversation's other notes name. The conversation is locked, so they are too.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::ids::{AgentId, EventId};
use entity::{event, mention, mention_agent, note};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::domain::actor::Actor;
use crate::domain::change::{Mention, Mentionable};
use crate::domain::context::Note;
use crate::domain::conversation::Conversation;
use crate::error::Result;
use crate::store::write::Tx;

/// The notes among these that are the conversation's.
pub(super) async fn load(
    tx: &Tx,
    conversation: &Conversation,
    ids: &HashSet<EventId>,
) -> Result<HashMap<EventId, Note>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut select = note::Entity::find()
        .filter(note::Column::EntryId.is_in(ids.iter().copied()))
        .filter(note::Column::ConversationId.eq(conversation.id));
    let entry = Expr::col(event::Column::Id.as_column_ref()).eq(Expr::col(note::Column::EntryId.as_column_ref()));
    QueryTrait::query(&mut select).inner_join(event::Entity, entry);
    let rows = select.select_two_required(event::Entity).all(tx.conn()).await?;
    let mut mentions = mentions(tx, ids).await?;
    let mut notes = HashMap::new();
    for (row, entry) in rows {
        let note = Note {
            author: Actor::of_stored(entry.actor_kind, entry.actor_id),
            text: row.text,
            mentions: mentions.remove(&row.entry_id).unwrap_or_default(),
            deleted: row.deleted_at.is_some(),
            named_by_others: named_beside(tx, conversation, row.entry_id).await?,
        };
        notes.insert(row.entry_id, note);
    }
    Ok(notes)
}

/// Whom these notes name, in order.
async fn mentions(tx: &Tx, ids: &HashSet<EventId>) -> Result<HashMap<EventId, Vec<Mention>>> {
    let reached = mention_agent::Entity::find()
        .filter(mention_agent::Column::NoteId.is_in(ids.iter().copied()))
        .all(tx.conn())
        .await?;
    let mut agents: HashMap<(EventId, i16), BTreeMap<AgentId, bool>> = HashMap::new();
    for row in reached {
        agents.entry((row.note_id, row.position)).or_default().insert(row.agent_id, row.reachable);
    }
    let rows = mention::Entity::find()
        .filter(mention::Column::NoteId.is_in(ids.iter().copied()))
        .order_by_asc(mention::Column::NoteId)
        .order_by_asc(mention::Column::Position)
        .all(tx.conn())
        .await?;
    let mut mentions: HashMap<EventId, Vec<Mention>> = HashMap::new();
    for row in rows {
        let agents = agents.remove(&(row.note_id, row.position)).unwrap_or_default();
        let target = row.agent_id.map(Mentionable::Agent).or(row.team_id.map(Mentionable::Team));
        mentions.entry(row.note_id).or_default().extend(target.map(|target| Mention { target, agents }));
    }
    Ok(mentions)
}

/// The agents whom the conversation's notes name, all but this one. An erased note names nobody.
async fn named_beside(tx: &Tx, conversation: &Conversation, id: EventId) -> Result<BTreeSet<AgentId>> {
    let others = note::Entity::find()
        .select_only()
        .column(note::Column::EntryId)
        .filter(note::Column::ConversationId.eq(conversation.id))
        .filter(note::Column::DeletedAt.is_null())
        .filter(note::Column::EntryId.ne(id))
        .into_query();
    let agents: Vec<AgentId> = mention_agent::Entity::find()
        .select_only()
        .distinct()
        .column(mention_agent::Column::AgentId)
        .filter(mention_agent::Column::NoteId.in_subquery(others))
        .into_tuple()
        .all(tx.conn())
        .await?;
    Ok(agents.into_iter().collect())
}
