//! The way between a row of `conversation` and the conversation the rules see, both ways and without loss.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::conversation::{ActiveModel, Model};
use entity::enums::{ConversationState, ConversationStatus, Priority};
use entity::ids::TagId;
use sea_orm::ActiveValue::Set;
use serde_json::{Map, Value};

use super::people::People;
use crate::domain::actor::Actor;
use crate::domain::conversation::{Closed, Conversation, Snooze, Spam};
use crate::domain::timer::Standing;
use crate::store::tickets::row::tickets;

/// Stands for a time that isn't there and sorts last.
#[must_use]
pub fn far_future() -> DateTime<Utc> {
    day(9999, 12, 31)
}

/// Stands for a time that isn't there and sorts first.
#[must_use]
pub fn far_past() -> DateTime<Utc> {
    day(1, 1, 1)
}

fn day(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(year, month, day).and_then(|date| date.and_hms_opt(0, 0, 0)).unwrap_or_default().and_utc()
}

/// A stored time, or none where its stand-in is stored.
#[must_use]
pub fn present(at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (at != far_future() && at != far_past()).then_some(at)
}

/// How a conversation stands, by what its row says of that.
#[must_use]
pub fn standing(
    state: ConversationState,
    snoozed_until: DateTime<Utc>,
    waiting_since: DateTime<Utc>,
    restarted_at: DateTime<Utc>,
) -> Standing {
    Standing { state, sleeps_until: present(snoozed_until), waiting: present(waiting_since).is_some(), restarted_at }
}

/// The conversation a row stands for, with what stands beside it.
#[must_use]
pub fn to_domain(row: Model, people: People) -> Conversation {
    Conversation {
        tags: tags(&row.tags),
        tickets: tickets(&row.tickets),
        closed: closed(&row),
        snooze: snooze(&row),
        spam: spam(&row),
        id: row.id,
        number: row.number,
        channel: row.channel_id,
        customer: row.customer_id,
        subject: row.subject,
        attributes: object(row.attributes),
        priority: Priority::of_rank(row.priority),
        assignee: row.assignee_id,
        team: row.team_id,
        follows: people.follows,
        mentioned: people.mentioned,
        waiting_since: present(row.waiting_since),
        message_count: row.message_count,
        unread_version: row.unread_version,
        last_message: row.last_message_id.zip(row.last_message_at),
        created_by: Actor::of_stored(row.created_by_kind, row.created_by_id),
        created_at: row.created_at,
        updated_at: row.updated_at,
        last_activity_at: row.last_activity_at,
        restarted_at: row.restarted_at,
        version: row.version,
        moved_version: row.moved_version,
    }
}

/// The row of a conversation.
#[must_use]
pub fn of_domain(conversation: &Conversation) -> ActiveModel {
    let c = conversation;
    let (created_by_kind, created_by_id) = c.created_by.stored();
    let closed_by = c.closed.map(|closed| closed.by.stored());
    let snoozed_by = c.snooze.map(|snooze| snooze.by.stored());
    let spam_by = c.spam.map(|spam| spam.by.stored());
    ActiveModel {
        id: Set(c.id),
        number: Set(c.number),
        channel_id: Set(c.channel),
        customer_id: Set(c.customer),
        subject: Set(c.subject.clone()),
        attributes: Set(Value::Object(c.attributes.clone())),
        status: Set(if c.closed.is_some() { ConversationStatus::Closed } else { ConversationStatus::Open }),
        state: Set(c.state()),
        close_reason: Set(c.closed.map(|closed| closed.reason)),
        closed_at: Set(c.closed.map_or_else(far_past, |closed| closed.at)),
        closed_by_kind: Set(closed_by.map(|(kind, _)| kind)),
        closed_by_id: Set(closed_by.and_then(|(_, id)| id)),
        snoozed_until: Set(c.snooze.and_then(|snooze| snooze.until).unwrap_or_else(far_future)),
        snoozed_at: Set(c.snooze.map(|snooze| snooze.at)),
        snooze_wake_on_reply: Set(c.snooze.is_some_and(|snooze| snooze.wake_on_reply)),
        snoozed_by_kind: Set(snoozed_by.map(|(kind, _)| kind)),
        snoozed_by_id: Set(snoozed_by.and_then(|(_, id)| id)),
        spam_reason: Set(c.spam.map(|spam| spam.reason)),
        spam_at: Set(c.spam.map(|spam| spam.at)),
        spam_by_kind: Set(spam_by.map(|(kind, _)| kind)),
        spam_by_id: Set(spam_by.and_then(|(_, id)| id)),
        spam_arrived: Set(c.spam.is_some_and(|spam| spam.arrived)),
        priority: Set(Priority::rank(c.priority)),
        assignee_id: Set(c.assignee),
        team_id: Set(c.team),
        tags: Set(c.tags.iter().map(ToString::to_string).collect::<Vec<_>>().into()),
        tickets: Set(c.tickets.iter().map(ToString::to_string).collect::<Vec<_>>().into()),
        waiting_since: Set(c.waiting_since.unwrap_or_else(far_future)),
        message_count: Set(c.message_count),
        unread_version: Set(c.unread_version),
        last_message_id: Set(c.last_message.map(|(id, _)| id)),
        last_message_at: Set(c.last_message.map(|(_, at)| at)),
        created_by_kind: Set(created_by_kind),
        created_by_id: Set(created_by_id),
        created_at: Set(c.created_at),
        updated_at: Set(c.updated_at),
        last_activity_at: Set(c.last_activity_at),
        restarted_at: Set(c.restarted_at),
        version: Set(c.version),
        moved_version: Set(c.moved_version),
    }
}

fn closed(row: &Model) -> Option<Closed> {
    let by = Actor::of_stored(row.closed_by_kind?, row.closed_by_id);
    Some(Closed { reason: row.close_reason?, at: row.closed_at, by })
}

/// How it sleeps; none when it doesn't.
#[must_use]
pub fn snooze(row: &Model) -> Option<Snooze> {
    Some(Snooze {
        until: present(row.snoozed_until),
        wake_on_reply: row.snooze_wake_on_reply,
        at: row.snoozed_at?,
        by: Actor::of_stored(row.snoozed_by_kind?, row.snoozed_by_id),
    })
}

fn spam(row: &Model) -> Option<Spam> {
    let by = Actor::of_stored(row.spam_by_kind?, row.spam_by_id);
    Some(Spam { reason: row.spam_reason?, at: row.spam_at?, by, arrived: row.spam_arrived })
}

/// The tags a stored list names.
#[must_use]
pub fn tags(list: &Value) -> BTreeSet<TagId> {
    list.as_array().into_iter().flatten().filter_map(|id| TagId::parse(id.as_str()?)).collect()
}

/// The object a stored JSON value is; anything else reads as empty.
#[must_use]
pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
