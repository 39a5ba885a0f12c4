//! The head of the log: one row, the last lock of every transaction that appends.
//!
//! Because it is taken last and held until the commit, `seq` is dense and in commit order, and seeing n proves all below n.

use entity::event_head::{Column, Entity, Model};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::Store;
use super::write::Tx;
use crate::domain::cursor::Cursor;
use crate::error::{Error, Result};

/// The only row's id.
pub const ONLY: i16 = 1;

/// What a transaction takes from the head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Take {
    /// Log rows.
    pub rows: i64,
    /// Conversation numbers.
    pub conversations: i64,
    /// Ticket numbers.
    pub tickets: i64,
    /// Whether a row makes remembered display names stale.
    pub setup: bool,
}

/// What it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The epoch.
    pub epoch: i32,
    /// The first log row's seq.
    pub first_seq: i64,
    /// The first conversation's number.
    pub first_number: i64,
    /// The first ticket's number.
    pub first_ticket: i64,
}

/// Moves the head. Nothing that may wait for a lock comes after it.
///
/// # Errors
/// The database's.
pub async fn take(tx: &Tx, take: Take) -> Result<Taken> {
    let mut update = Entity::update_many()
        .col_expr(Column::LastSeq, Expr::col(Column::LastSeq).add(take.rows))
        .filter(Column::Id.eq(ONLY));
    if take.conversations > 0 {
        update = update.col_expr(
            Column::NextConversationNumber,
            Expr::col(Column::NextConversationNumber).add(take.conversations),
        );
    }
    if take.tickets > 0 {
        let next = Expr::col(Column::NextTicketNumber).add(take.tickets);
        update = update.col_expr(Column::NextTicketNumber, next);
    }
    if take.setup {
        update = update.col_expr(Column::SetupSeq, Expr::col(Column::LastSeq).add(take.rows));
    }
    let head = update.exec_with_returning(tx.conn()).await?.pop();
    let head = head.ok_or_else(|| Error::Internal("the log has no head".to_owned()))?;
    tx.appends(head.last_seq);
    Ok(Taken {
        epoch: head.epoch,
        first_seq: head.last_seq - take.rows + 1,
        first_number: head.next_conversation_number - take.conversations,
        first_ticket: head.next_ticket_number - take.tickets,
    })
}

/// The newest row of the log, as far as this transaction can tell; more may have been written since.
///
/// # Errors
/// The database's.
pub async fn last(tx: &Tx) -> Result<i64> {
    let head = Entity::find_by_id(ONLY).one(tx.conn()).await?;
    Ok(head.ok_or_else(|| Error::Internal("the log has no head".to_owned()))?.last_seq)
}

impl Store {
    /// The head as it is committed.
    ///
    /// # Errors
    /// The database's.
    pub async fn head(&self) -> Result<Model> {
        let head = Entity::find_by_id(ONLY).one(self.reader()).await?;
        head.ok_or_else(|| Error::Internal("the log has no head".to_owned()))
    }

    /// Whether a cursor can be followed on from.
    ///
    /// # Errors
    /// [`Error::EpochChanged`], [`Error::CursorAhead`].
    pub fn accept(cursor: Cursor, head: Cursor) -> Result<i64> {
        if cursor.epoch != head.epoch {
            return Err(Error::EpochChanged);
        }
        if cursor.seq > head.seq {
            return Err(Error::CursorAhead);
        }
        Ok(cursor.seq)
    }
}
