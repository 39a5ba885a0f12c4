//! The way between a row of `ticket` and the ticket the rules see, both ways and without loss.

use std::collections::{BTreeMap, BTreeSet};

use entity::enums::Priority;
use entity::ids::TicketId;
use entity::ticket::{ActiveModel, Model};
use sea_orm::ActiveValue::Set;
use serde_json::Value;

use crate::domain::actor::Actor;
use crate::domain::ticket::{RefKey, Ticket};
use crate::store::conversations::row::tags;

/// The ticket a row stands for, with its references.
#[must_use]
pub fn to_domain(row: Model, refs: BTreeMap<RefKey, Option<String>>) -> Ticket {
    Ticket {
        tags: tags(&row.tags),
        refs,
        id: row.id,
        number: row.number,
        title: row.title,
        description: row.description,
        status: row.status,
        priority: Priority::of_rank(row.priority),
        assignee: row.assignee_id,
        team: row.team_id,
        origin: row.origin_id,
        conversations: row.conversation_count,
        created_by: Actor::of_stored(row.created_by_kind, row.created_by_id),
        created_at: row.created_at,
        updated_at: row.updated_at,
        resolved_at: row.resolved_at,
        version: row.version,
    }
}

/// The row of a ticket.
#[must_use]
pub fn of_domain(ticket: &Ticket) -> ActiveModel {
    let (created_by_kind, created_by_id) = ticket.created_by.stored();
    ActiveModel {
        id: Set(ticket.id),
        number: Set(ticket.number),
        title: Set(ticket.title.clone()),
        description: Set(ticket.description.clone()),
        status: Set(ticket.status),
        priority: Set(Priority::rank(ticket.priority)),
        assignee_id: Set(ticket.assignee),
        team_id: Set(ticket.team),
        tags: Set(ticket.tags.iter().map(ToString::to_string).collect::<Vec<_>>().into()),
        origin_id: Set(ticket.origin),
        conversation_count: Set(ticket.conversations),
        created_by_kind: Set(created_by_kind),
        created_by_id: Set(created_by_id),
        created_at: Set(ticket.created_at),
        updated_at: Set(ticket.updated_at),
        resolved_at: Set(ticket.resolved_at),
        version: Set(ticket.version),
    }
}

/// The tickets a stored list names.
#[must_use]
pub fn tickets(list: &Value) -> BTreeSet<TicketId> {
    list.as_array().into_iter().flatten().filter_map(|id| TicketId::parse(id.as_str()?)).collect()
}
