//! Notes' texts and whom they name.

use std::collections::BTreeMap;

use entity::ids::{AgentId, EventId};
use entity::{mention, mention_agent, note, notification};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::domain::change::{Mention, Mentionable, NoteText};
use crate::domain::conversation::Conversation;
use crate::error::Result;
use crate::store::write::Tx;

/// Keeps a new note.
pub(super) async fn insert(tx: &Tx, conversation: &Conversation, text: &NoteText) -> Result<()> {
    let row = note::ActiveModel {
        entry_id: Set(text.id),
        conversation_id: Set(conversation.id),
        text: Set(text.text.clone()),
        html: Set(text.html.clone()),
        edited_at: Set(None),
        deleted_at: Set(None),
    };
    note::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    insert_mentions(tx, text.id, &text.mentions).await
}

/// Keeps an edited note's text and mentions in the place of those before.
pub(super) async fn replace(tx: &Tx, conversation: &Conversation, text: &NoteText) -> Result<()> {
    note::Entity::update_many()
        .col_expr(note::Column::Text, Expr::value(text.text.clone()))
        .col_expr(note::Column::Html, Expr::value(text.html.clone()))
        .col_expr(note::Column::EditedAt, Expr::value(conversation.updated_at))
        .filter(note::Column::EntryId.eq(text.id))
        .exec(tx.conn())
        .await?;
    delete_mentions(tx, text.id).await?;
    insert_mentions(tx, text.id, &text.mentions).await
}

/// Erases a note for good, and retracts its unread notices.
pub(super) async fn erase(tx: &Tx, conversation: &Conversation, id: EventId) -> Result<()> {
    note::Entity::update_many()
        .col_expr(note::Column::Text, Expr::value(""))
        .col_expr(note::Column::Html, Expr::value(""))
        .col_expr(note::Column::DeletedAt, Expr::value(conversation.updated_at))
        .filter(note::Column::EntryId.eq(id))
        .exec(tx.conn())
        .await?;
    delete_mentions(tx, id).await?;
    notification::Entity::delete_many()
        .filter(notification::Column::NoteId.eq(id))
        .filter(notification::Column::ReadAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

async fn delete_mentions(tx: &Tx, id: EventId) -> Result<()> {
    mention_agent::Entity::delete_many().filter(mention_agent::Column::NoteId.eq(id)).exec(tx.conn()).await?;
    mention::Entity::delete_many().filter(mention::Column::NoteId.eq(id)).exec(tx.conn()).await?;
    Ok(())
}

async fn insert_mentions(tx: &Tx, id: EventId, mentions: &[Mention]) -> Result<()> {
    if mentions.is_empty() {
        return Ok(());
    }
    let (mut targets, mut agents) = (Vec::new(), Vec::new());
    for (position, mention) in (0_i16..).zip(mentions) {
        let (agent_id, team_id) = match mention.target {
            Mentionable::Agent(agent) => (Some(agent), None),
            Mentionable::Team(team) => (None, Some(team)),
        };
        targets.push(mention::ActiveModel {
            note_id: Set(id),
            position: Set(position),
            agent_id: Set(agent_id),
            team_id: Set(team_id),
        });
        agents.extend(reached(id, position, &mention.agents));
    }
    mention::Entity::insert_many(targets).exec_without_returning(tx.conn()).await?;
    // Twenty teams of 200 members are 16,000 values; SQLite binds 32,766 a statement.
    if !agents.is_empty() {
        mention_agent::Entity::insert_many(agents).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

fn reached(
    id: EventId,
    position: i16,
    agents: &BTreeMap<AgentId, bool>,
) -> impl Iterator<Item = mention_agent::ActiveModel> + '_ {
    agents.iter().map(move |(agent, reachable)| mention_agent::ActiveModel {
        note_id: Set(id),
        position: Set(position),
        agent_id: Set(*agent),
        reachable: Set(*reachable),
    })
}
