//! Timers: set with the change that they follow from, looked up when they are due, put off when they fail.
//!
//! Whoever writes one holds its conversation's lock, so that a timer and the state it hangs on never disagree.

use chrono::{DateTime, Utc};
use entity::enums::TimerKind;
use entity::ids::ConversationId;
use entity::timer::{ActiveModel, Column, Entity, Model};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::Store;
use super::access::padded;
use super::conversations::row::far_future;
use super::write::Tx;
use crate::domain::timer::{Moved, Timers};
use crate::error::Result;

/// How often a timer is tried before it is parked. The index of the parked ones says the same number.
pub const TRIES: i16 = 20;

/// Everything the clock does.
pub const KINDS: [TimerKind; 2] = [TimerKind::Wake, TimerKind::AutoClose];

/// Moves the timers of conversations; those that stay where they are aren't touched.
///
/// # Errors
/// The database's.
pub async fn move_all(tx: &Tx, moved: &[(ConversationId, Moved)]) -> Result<()> {
    let (mut set, mut gone) = (Vec::new(), Vec::new());
    for (id, moved) in moved {
        for kind in KINDS.into_iter().filter(|kind| moved.touches(*kind)) {
            match moved.after.due(kind) {
                Some(due) => set.push((*id, kind, due)),
                None => gone.push((*id, kind)),
            }
        }
    }
    put(tx, &set).await?;
    take(tx, &gone).await
}

/// Sets these timers as if none had ever failed.
///
/// # Errors
/// The database's.
pub async fn put(tx: &Tx, timers: &[(ConversationId, TimerKind, DateTime<Utc>)]) -> Result<()> {
    let rows = timers.iter().map(|(conversation_id, kind, due_at)| {
        let row = Model {
            conversation_id: *conversation_id,
            kind: *kind,
            due_at: *due_at,
            next_try_at: *due_at,
            attempts: 0,
            last_error: None,
        };
        row.into_active_model().reset_all()
    });
    let rows: Vec<ActiveModel> = rows.collect();
    let replace = OnConflict::columns([Column::ConversationId, Column::Kind])
        .update_columns([Column::DueAt, Column::NextTryAt, Column::Attempts, Column::LastError])
        .to_owned();
    // SQLite binds at most 32,766 values a statement; a row has 6.
    for chunk in rows.chunks(1_000) {
        let insert = Entity::insert_many(chunk.iter().cloned()).on_conflict(replace.clone());
        insert.exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Takes these timers away.
///
/// # Errors
/// The database's.
pub async fn take(tx: &Tx, timers: &[(ConversationId, TimerKind)]) -> Result<()> {
    if timers.is_empty() {
        return Ok(());
    }
    Entity::delete_many().filter(any_of(timers)).exec(tx.conn()).await?;
    Ok(())
}

fn any_of(timers: &[(ConversationId, TimerKind)]) -> Condition {
    KINDS.into_iter().fold(Condition::any(), |any, kind| {
        let ids: Vec<ConversationId> = timers.iter().filter(|(_, of)| *of == kind).map(|(id, _)| *id).collect();
        match ids.is_empty() {
            true => any,
            false => any.add(Column::ConversationId.is_in(padded(&ids)).and(Column::Kind.eq(kind))),
        }
    })
}

/// The timers of locked conversations, as they now are.
///
/// # Errors
/// The database's.
pub async fn of(tx: &Tx, ids: &[ConversationId]) -> Result<Vec<Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(Entity::find().filter(Column::ConversationId.is_in(padded(ids))).all(tx.conn()).await?)
}

/// When the timers of one conversation are due, by their rows.
#[must_use]
pub fn of_rows(rows: &[Model]) -> Timers {
    let due = |kind| rows.iter().find(|row| row.kind == kind).map(|row| row.due_at);
    Timers { wake: due(TimerKind::Wake), auto_close: due(TimerKind::AutoClose) }
}

/// Remembers that a timer failed so often, unless it was set anew since: it is tried again then, or no more. Answers whether it
/// wasn't.
///
/// # Errors
/// The database's.
pub async fn failed(tx: &Tx, timer: &Model, attempts: i16, again: Option<DateTime<Utc>>, why: &str) -> Result<bool> {
    let known = Entity::update_many()
        .col_expr(Column::Attempts, Expr::value(attempts))
        .col_expr(Column::NextTryAt, Expr::value(again.unwrap_or_else(far_future)))
        .col_expr(Column::LastError, Expr::value(why))
        .filter(Column::ConversationId.eq(timer.conversation_id))
        .filter(Column::Kind.eq(timer.kind))
        .filter(Column::DueAt.eq(timer.due_at))
        .filter(Column::Attempts.eq(timer.attempts));
    Ok(known.exec(tx.conn()).await?.rows_affected > 0)
}

/// Lets those be tried when they are due that failed and are put off beyond this instant, but not the parked ones.
///
/// # Errors
/// The database's.
pub async fn recall(tx: &Tx, beyond: DateTime<Utc>) -> Result<u64> {
    let again = Entity::update_many().col_expr(Column::NextTryAt, Expr::col(Column::DueAt));
    let put_off = again.filter(Column::NextTryAt.gt(beyond)).filter(Column::NextTryAt.lt(far_future()));
    Ok(put_off.filter(Column::Attempts.gt(0)).exec(tx.conn()).await?.rows_affected)
}

/// Lets the parked ones be tried again.
///
/// # Errors
/// The database's.
pub async fn unpark(tx: &Tx) -> Result<u64> {
    let again = Entity::update_many()
        .col_expr(Column::Attempts, Expr::value(0))
        .col_expr(Column::NextTryAt, Expr::col(Column::DueAt));
    Ok(again.filter(Expr::cust(PARKED)).exec(tx.conn()).await?.rows_affected)
}

/// A literal, so that a generic plan knows it may use the partial index.
const PARKED: &str = "timer.attempts >= 20";

/// Timers of these kinds to be tried by now, after this one, the longest due first.
#[must_use]
pub fn due(now: DateTime<Utc>, kinds: &[TimerKind], after: Option<&Model>, limit: u64) -> Select<Entity> {
    let mut query = Entity::find().filter(Column::NextTryAt.lte(now)).filter(Column::Kind.is_in(kinds.to_vec()));
    if let Some(last) = after {
        let key = Expr::tuple([Column::NextTryAt, Column::ConversationId, Column::Kind].map(Expr::col));
        let behind =
            Expr::tuple([Expr::value(last.next_try_at), Expr::value(last.conversation_id.0), Expr::value(last.kind)]);
        query = query.filter(key.gt(behind));
    }
    let query = query.order_by_asc(Column::NextTryAt).order_by_asc(Column::ConversationId);
    query.order_by_asc(Column::Kind).limit(limit)
}

/// When the next timer of these kinds is to be tried.
#[must_use]
pub fn next(kinds: &[TimerKind]) -> Select<Entity> {
    let next = Entity::find().select_only().column(Column::NextTryAt).order_by_asc(Column::NextTryAt);
    next.filter(Column::NextTryAt.lt(far_future())).filter(Column::Kind.is_in(kinds.to_vec())).limit(1)
}

/// The parked ones.
#[must_use]
pub fn parked() -> Select<Entity> {
    Entity::find().filter(Expr::cust(PARKED))
}

impl Store {
    /// Timers to be tried by now, after this one, the longest due first.
    ///
    /// # Errors
    /// The database's.
    pub async fn due_timers(
        &self,
        now: DateTime<Utc>,
        kinds: &[TimerKind],
        after: Option<&Model>,
        limit: u64,
    ) -> Result<Vec<Model>> {
        Ok(due(now, kinds, after, limit).all(self.reader()).await?)
    }

    /// When the next timer of these kinds is to be tried; none = there is none.
    ///
    /// # Errors
    /// The database's.
    pub async fn next_timer(&self, kinds: &[TimerKind]) -> Result<Option<DateTime<Utc>>> {
        Ok(next(kinds).into_tuple().one(self.reader()).await?)
    }

    /// How many timers are parked.
    ///
    /// # Errors
    /// The database's.
    pub async fn parked_timers(&self) -> Result<u64> {
        Ok(parked().count(self.reader()).await?)
    }
}
