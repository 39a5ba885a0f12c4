//! The few words in which the two databases differ, so that each step is written once.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Runs each statement of a step, with the type words replaced by the database's own:
/// `UUID` (16 bytes), `TIME` (an instant), `JSON`, `BYTES`, `KEY` (text compared bytewise), `LONG` (64 bits).
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let words: [(&str, &str); 6] = match manager.get_database_backend() {
        DbBackend::Postgres => [
            ("UUID", "uuid"),
            ("TIME", "timestamptz"),
            ("JSON", "jsonb"),
            ("BYTES", "bytea"),
            ("KEY", "text COLLATE \"C\""),
            ("LONG", "bigint"),
        ],
        _ => [
            ("UUID", "blob"),
            ("TIME", "text"),
            ("JSON", "text"),
            ("BYTES", "blob"),
            ("KEY", "text"),
            ("LONG", "integer"),
        ],
    };
    for statement in statements {
        let spelled =
            words.iter().fold((*statement).to_owned(), |sql, (word, own)| sql.replace(&format!(":{word}"), own));
        manager.get_connection().execute_unprepared(&spelled).await?;
    }
    Ok(())
}

/// Runs statements that only PostgreSQL knows.
pub(crate) async fn run_on_postgres(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        run(manager, statements).await?;
    }
    Ok(())
}
