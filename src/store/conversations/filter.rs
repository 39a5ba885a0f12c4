//! Conditions on conversations, as SQL.
//!
//! States are literals in the text, because a partial index serves only statements that repeat its predicate; everything else is bound.

use entity::channel;
use entity::conversation::{Column, Entity};
use entity::enums::ConversationState;
use entity::ids::AgentId;
use sea_orm::prelude::Expr;
use sea_orm::sea_query::{IntoCondition, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select, Value};

use super::criteria::{Assignee, Criteria};
use super::relations::{Related, Start, unread_by};
use super::row::far_future;
use crate::store::access::{padded, visible};

/// The conversations that meet the conditions.
pub(super) fn select(criteria: &Criteria, start: Start) -> Select<Entity> {
    Entity::find().filter(condition(criteria, start))
}

fn condition(criteria: &Criteria, start: Start) -> Condition {
    let c = criteria;
    let waiting = c.waiting.map(|waiting| match waiting {
        true => Column::WaitingSince.lt(far_future()),
        false => Column::WaitingSince.eq(far_future()),
    });
    Condition::all()
        .add_option(in_states(&c.states))
        .add_option(Some(visible(Column::ChannelId, &c.access)).filter(|condition| !condition.is_empty()))
        .add_option(c.kind.map(of_kind))
        .add_option(assigned(&c.assignee))
        .add_option(c.teams.as_deref().map(|teams| any_of(Column::TeamId, teams)))
        .add_option(c.customers.as_deref().map(|customers| any_of(Column::CustomerId, customers)))
        .add_option(c.priorities.as_deref().map(|ranks| any_of(Column::Priority, ranks)))
        .add_option(c.tickets.as_deref().map(|tickets| Related::linked_to(tickets).condition(start)))
        .add_option(waiting)
        .add_option(c.creator.map(begun_by))
        .add_option(c.mentions.map(|agent| Related::mentioning(agent).condition(start)))
        .add_option(c.unread_by.map(unread_by))
        .add_option(Some(c.tags.condition(start)).filter(|condition| !condition.is_empty()))
        .add_option(Some(followed(&c.followers, start)).filter(|condition| !condition.is_empty()))
        .add_option(c.created_after.map(|at| Column::CreatedAt.gte(at)))
        .add_option(c.created_before.map(|at| Column::CreatedAt.lt(at)))
        .add_option(c.found.clone())
        .add_option(c.updated_after.map(|at| Column::UpdatedAt.gte(at)))
}

/// Conversations that the agent began; the kind is a literal for the same reason as states.
fn begun_by(agent: AgentId) -> Condition {
    Condition::all().add(Expr::cust("conversation.created_by_kind = 'AGENT'")).add(Column::CreatedById.eq(agent.0))
}

/// Conversations that all of these agents follow.
fn followed(agents: &[AgentId], start: Start) -> Condition {
    agents.iter().fold(Condition::all(), |all, agent| all.add(Related::followed_by(*agent).condition(start)))
}

/// Conversations in one of these states; no condition for all of them.
pub(super) fn in_states(states: &[ConversationState]) -> Option<Condition> {
    let spelled: Vec<&str> = states.iter().map(|state| literal(*state)).collect();
    let sql = match spelled.as_slice() {
        [one] => format!("conversation.state = {one}"),
        several if several.len() < 4 => format!("conversation.state IN ({})", several.join(", ")),
        _ => return None,
    };
    Some(Expr::cust(sql).into_condition())
}

fn literal(state: ConversationState) -> &'static str {
    match state {
        ConversationState::Open => "'OPEN'",
        ConversationState::Snoozed => "'SNOOZED'",
        ConversationState::Closed => "'CLOSED'",
        ConversationState::Spam => "'SPAM'",
    }
}

fn of_kind(kind: entity::enums::ChannelKind) -> Expr {
    let channels = Query::select()
        .column(channel::Column::Id)
        .from(channel::Entity)
        .and_where(channel::Column::Kind.eq(kind))
        .to_owned();
    Column::ChannelId.in_subquery(channels)
}

pub(super) fn assigned(assignee: &Assignee) -> Option<Expr> {
    match assignee {
        Assignee::Any => None,
        Assignee::Nobody => Some(Column::AssigneeId.is_null()),
        Assignee::Somebody => Some(Column::AssigneeId.is_not_null()),
        Assignee::OneOf(agents) => Some(any_of(Column::AssigneeId, agents)),
    }
}

/// One value is compared as such, so that an index led by the column keeps the order of its next.
fn any_of<T: Copy + Into<Value>>(column: Column, values: &[T]) -> Expr {
    match values {
        [one] => column.eq(*one),
        several => column.is_in(padded(several)),
    }
}
