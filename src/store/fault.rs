//! What a database error means to us: a race to run again, an outage, or a fault of ours.

use sea_orm::{DbErr, RuntimeErr, SqlxError};

use crate::error::Error;

impl From<DbErr> for Error {
    fn from(fault: DbErr) -> Self {
        let text = fault.to_string();
        match sqlx_error(&fault) {
            Some(SqlxError::Database(error)) => match error.code().as_deref() {
                // PostgreSQL: serialization, deadlock, lock timeout, unique. SQLite: busy and its extensions, locked, unique, primary key.
                Some("40001" | "40P01" | "55P03" | "23505") => Self::Race(text),
                Some("5" | "6" | "261" | "262" | "517" | "2067" | "1555") => Self::Race(text),
                // PostgreSQL: a statement over its time; too many connections; shutting down.
                Some("57014") => Self::TooComplex,
                Some("53300" | "57P01" | "57P02" | "57P03") => Self::Unavailable(text),
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

fn sqlx_error(fault: &DbErr) -> Option<&SqlxError> {
    match fault {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}
