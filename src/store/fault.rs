//! What a database error means to us: a race to run again, an outage, or a fault of ours.

use sea_orm::{DbErr, RuntimeErr, SqlxError};

use crate::error::Error;

impl From<DbErr> for Error {
    fn from(fault: DbErr) -> Self {
        let text = fault.to_string();
        match sqlx_error(&fault) {
            Some(SqlxError::Database(error)) => match error.code().as_deref() {
                // PostgreSQL: serialization, deadlock, lock timeout. SQLite: busy and its extensions, locked.
                Some("40001" | "40P01" | "55P03" | "5" | "6" | "261" | "262" | "517") => Self::Race(text),
                // PostgreSQL: unique. SQLite: unique, primary key.
                Some("23505" | "2067" | "1555") => Self::Duplicate(text),
                // PostgreSQL: a statement over its time; too many connections; shutting down.
                Some("57014") => Self::TooComplex,
                Some(code) if is_outage(code) => Self::Unavailable(text),
                _ => Self::Internal(text),
            },
            Some(SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::Io(_)) => Self::Unavailable(text),
            _ => match fault {
                DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::Unavailable(text),
                _ => Self::Internal(text),
            },
        }
    }
}

/// Whether the database as a whole is at fault, not what it was asked: no room, no connection, shutting down, read-only, a broken disk.
fn is_outage(code: &str) -> bool {
    match code.parse::<u32>() {
        // SQLite: nothing may be written, an error of the disk, a full one; each with its extensions.
        Ok(number) if code.len() < 5 => matches!(number % 256, 8 | 10 | 13),
        // PostgreSQL: connections; a transaction that was ended or may only read; resources; the operator; the system.
        _ => ["08", "53", "57P", "58"].iter().any(|class| code.starts_with(class)) || matches!(code, "25P03" | "25006"),
    }
}

/// Whether the database refused because a constraint is broken, such as a foreign key that it looks at when everything is committed:
/// nothing was.
#[must_use]
pub fn is_refused(fault: &DbErr) -> bool {
    let Some(SqlxError::Database(error)) = sqlx_error(fault) else { return false };
    // PostgreSQL: class 23. SQLite: SQLITE_CONSTRAINT and its extensions.
    error.code().is_some_and(|code| match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => number % 256 == 19,
        _ => code.starts_with("23"),
    })
}

fn sqlx_error(fault: &DbErr) -> Option<&SqlxError> {
    match fault {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}
