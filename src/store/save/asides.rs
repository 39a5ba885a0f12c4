//! What a change stores beside its conversation's row and its entries.

use std::collections::BTreeMap;

use entity::enums::{FollowChoice, LinkKind};
use entity::ids::{AgentId, ConversationId, TagId};
use entity::{conversation_link, conversation_tag, follow, mentioned, tag, team};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{customer, message, note};
use crate::domain::change::{Aside, Change};
use crate::error::{Error, Result};
use crate::store::access::padded;
use crate::store::write::Tx;

/// Stores it, change by change and in order, but for turns: of a team's only the last one counts.
pub(super) async fn store(tx: &Tx, changes: impl Iterator<Item = &Change>) -> Result<()> {
    let mut turns = BTreeMap::new();
    for change in changes {
        store_one(tx, change).await?;
        turns.extend(change.asides.iter().filter_map(|aside| match aside {
            Aside::Turn(team, agent) => Some((*team, *agent)),
            _ => None,
        }));
    }
    for (id, agent) in turns {
        let turn = team::Entity::update_many().col_expr(team::Column::LastTurnId, Expr::value(agent));
        turn.filter(team::Column::Id.eq(id)).exec(tx.conn()).await?;
    }
    Ok(())
}

async fn store_one(tx: &Tx, change: &Change) -> Result<()> {
    let conversation = &change.conversation;
    choose(tx, change).await?;
    for aside in &change.asides {
        match aside {
            Aside::Follow(..) | Aside::Subject | Aside::Turn(..) => {}
            Aside::Message(text) => message::insert(tx, conversation, text).await?,
            Aside::Tags { added, removed, first } => label(tx, conversation.id, added, removed, first).await?,
            Aside::Note(text) => note::insert(tx, conversation, text).await?,
            Aside::NoteEdited(text) => note::replace(tx, conversation, text).await?,
            Aside::NoteErased(id) => note::erase(tx, conversation, *id).await?,
            Aside::Mentioned { added, gone } => name(tx, conversation.id, added, gone).await?,
            Aside::Block(blocked) => customer::block(tx, conversation, *blocked).await?,
            Aside::Link(kind, other) => link(tx, change, *kind, *other).await?,
            Aside::Unlink(kind, other) => {
                conversation_link::Entity::delete_by_id((conversation.id, *other, *kind)).exec(tx.conn()).await?;
            }
            Aside::Delivery { message, status, error, external_id } => {
                let (error, external_id) = (error.as_deref(), external_id.as_deref());
                message::deliver(tx, conversation, *message, *status, error, external_id).await?;
            }
        }
    }
    Ok(())
}

/// All follows of a change at once; an agent's last choice counts.
async fn choose(tx: &Tx, change: &Change) -> Result<()> {
    let choices: BTreeMap<AgentId, Option<FollowChoice>> = change
        .asides
        .iter()
        .filter_map(|aside| match aside {
            Aside::Follow(agent, choice) => Some((*agent, *choice)),
            _ => None,
        })
        .collect();
    let conversation = &change.conversation;
    let gone: Vec<AgentId> = choices.iter().filter(|(_, choice)| choice.is_none()).map(|(agent, _)| *agent).collect();
    if !gone.is_empty() {
        follow::Entity::delete_many()
            .filter(follow::Column::ConversationId.eq(conversation.id))
            .filter(follow::Column::AgentId.is_in(padded(&gone)))
            .exec(tx.conn())
            .await?;
    }
    let kept = choices.into_iter().filter_map(|(agent, choice)| {
        Some(follow::ActiveModel {
            conversation_id: Set(conversation.id),
            agent_id: Set(agent),
            choice: Set(choice?),
            since: Set(conversation.updated_at),
        })
    });
    let kept: Vec<follow::ActiveModel> = kept.collect();
    if !kept.is_empty() {
        let replace = OnConflict::columns([follow::Column::ConversationId, follow::Column::AgentId])
            .update_columns([follow::Column::Choice, follow::Column::Since])
            .to_owned();
        follow::Entity::insert_many(kept).on_conflict(replace).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

async fn label(tx: &Tx, id: ConversationId, added: &[TagId], removed: &[TagId], first: &[TagId]) -> Result<()> {
    if !removed.is_empty() {
        conversation_tag::Entity::delete_many()
            .filter(conversation_tag::Column::ConversationId.eq(id))
            .filter(conversation_tag::Column::TagId.is_in(removed.iter().copied()))
            .exec(tx.conn())
            .await?;
    }
    if !added.is_empty() {
        let rows =
            added.iter().map(|tag| conversation_tag::ActiveModel { conversation_id: Set(id), tag_id: Set(*tag) });
        conversation_tag::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    if !first.is_empty() {
        let used = tag::Entity::update_many().col_expr(tag::Column::Used, Expr::value(true));
        used.filter(tag::Column::Id.is_in(first.iter().copied())).exec(tx.conn()).await?;
    }
    Ok(())
}

async fn name(tx: &Tx, id: ConversationId, added: &[AgentId], gone: &[AgentId]) -> Result<()> {
    if !gone.is_empty() {
        mentioned::Entity::delete_many()
            .filter(mentioned::Column::ConversationId.eq(id))
            .filter(mentioned::Column::AgentId.is_in(gone.iter().copied()))
            .exec(tx.conn())
            .await?;
    }
    if !added.is_empty() {
        let rows = added.iter().map(|agent| mentioned::ActiveModel { conversation_id: Set(id), agent_id: Set(*agent) });
        let skip = OnConflict::columns([mentioned::Column::ConversationId, mentioned::Column::AgentId])
            .do_nothing()
            .to_owned();
        mentioned::Entity::insert_many(rows).on_conflict(skip).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

async fn link(tx: &Tx, change: &Change, kind: LinkKind, other: ConversationId) -> Result<()> {
    let entry = change.entries.last().ok_or_else(|| Error::internal("a link without an entry"))?;
    let (linked_by_kind, linked_by_id) = entry.moment.actor.stored();
    let row = conversation_link::ActiveModel {
        conversation_id: Set(change.conversation.id),
        other_id: Set(other),
        kind: Set(kind),
        linked_at: Set(entry.moment.now),
        linked_by_kind: Set(linked_by_kind),
        linked_by_id: Set(linked_by_id),
    };
    conversation_link::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}
