//! Saving decided changes of tickets: what stands beside them and their rows before the head, new rows under it.

use entity::ids::{ConversationId, TagId, TicketId};
use entity::{external_ref, tag, ticket, ticket_link};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::domain::fact::Fact;
use crate::domain::ticket::{Beside, Record, RefKey, TicketChange};
use crate::error::{Error, Result};
use crate::store::search;
use crate::store::tickets::row::of_domain;
use crate::store::write::Tx;

/// Stores what may wait for others: references first taken away, then given, links, and the rows of tickets that there are.
pub(super) async fn store(tx: &Tx, change: &TicketChange) -> Result<()> {
    if change.records.is_empty() {
        return Ok(());
    }
    let id = change.ticket.id;
    if !change.begins() {
        let update = ticket::Entity::update_many().set(of_domain(&change.ticket)).filter(ticket::Column::Id.eq(id));
        update.exec(tx.conn()).await?;
    }
    let mut given = Vec::new();
    for beside in &change.beside {
        match beside {
            Beside::Unref(named) => {
                let of = external_ref::Entity::delete_by_id((named.system.clone(), named.key.clone()));
                of.exec(tx.conn()).await?;
            }
            Beside::Ref(named, url) => given.push((named, url)),
            Beside::Link { conversation, reopen_on_resolve } => {
                link(tx, change, *conversation, *reopen_on_resolve).await?;
            }
            Beside::Unlink(conversation) => {
                ticket_link::Entity::delete_by_id((id, *conversation)).exec(tx.conn()).await?;
            }
            Beside::FirstTagged(tags) => first_tagged(tx, tags).await?,
        }
    }
    refer(tx, id, given).await?;
    if change.records.iter().any(is_of_texts) {
        let ticket = &change.ticket;
        let texts = [&ticket.title].into_iter().chain(&ticket.description);
        let parts: Vec<&str> = texts.chain(ticket.refs.keys().map(|named| &named.key)).map(String::as_str).collect();
        search::index_ticket(tx, id, &parts).await?;
    }
    Ok(())
}

/// Whether what the ticket is found by may have changed.
fn is_of_texts(record: &Record) -> bool {
    match &record.fact {
        Fact::TicketCreated => true,
        Fact::TicketUpdated { fields, .. } => {
            fields.iter().any(|field| matches!(field.as_str(), "title" | "description" | "externalRefs"))
        }
        _ => false,
    }
}

/// Inserts tickets that begin, which have their numbers.
pub(super) async fn begin(tx: &Tx, changes: &[TicketChange]) -> Result<()> {
    for change in changes.iter().filter(|change| change.begins()) {
        ticket::Entity::insert(of_domain(&change.ticket)).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// A pair that another ticket got in this instant is a unique race: the transaction runs again and sees it.
async fn refer(tx: &Tx, id: TicketId, given: Vec<(&RefKey, &Option<String>)>) -> Result<()> {
    if given.is_empty() {
        return Ok(());
    }
    let rows = given.into_iter().map(|(named, url)| external_ref::ActiveModel {
        system: Set(named.system.clone()),
        key: Set(named.key.clone()),
        ticket_id: Set(id),
        url: Set(url.clone()),
    });
    external_ref::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}

async fn link(tx: &Tx, change: &TicketChange, conversation: ConversationId, reopen_on_resolve: bool) -> Result<()> {
    let record = change.records.last().ok_or_else(|| Error::internal("a ticket's link without a log row"))?;
    let (linked_by_kind, linked_by_id) = record.moment.actor.stored();
    let row = ticket_link::ActiveModel {
        ticket_id: Set(change.ticket.id),
        conversation_id: Set(conversation),
        reopen_on_resolve: Set(reopen_on_resolve),
        linked_at: Set(record.moment.now),
        linked_by_kind: Set(linked_by_kind),
        linked_by_id: Set(linked_by_id),
    };
    let otherwise = OnConflict::columns([ticket_link::Column::TicketId, ticket_link::Column::ConversationId])
        .update_column(ticket_link::Column::ReopenOnResolve)
        .to_owned();
    ticket_link::Entity::insert(row).on_conflict(otherwise).exec_without_returning(tx.conn()).await?;
    Ok(())
}

async fn first_tagged(tx: &Tx, tags: &[TagId]) -> Result<()> {
    let used = tag::Entity::update_many().col_expr(tag::Column::Used, Expr::value(true));
    used.filter(tag::Column::Id.is_in(tags.iter().copied())).exec(tx.conn()).await?;
    Ok(())
}
