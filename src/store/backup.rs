//! What backups need of an SQLite file: a whole copy of it beside its users, and whether a file is whole.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::Store;

impl Store {
    /// Copies an SQLite database as it is at this moment into a file that is empty or isn't there; others go on reading and writing.
    ///
    /// # Errors
    /// A sentence for the operator; the file may then hold a part.
    pub async fn copy_to(&self, path: &str) -> Result<(), String> {
        let copy = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [path.into()]);
        self.writer().execute_raw(copy).await.map(|_| ()).map_err(|fault| fault.to_string())
    }

    /// Whether an SQLite file holds what it should: pages, indexes, and what rows refer to.
    ///
    /// # Errors
    /// A sentence for the operator with the first thing that is wrong.
    pub async fn check_whole(&self) -> Result<(), String> {
        match self.first_of("PRAGMA integrity_check(1)").await?.as_deref() {
            Some("ok") => {}
            wrong => return Err(format!("it is damaged: {}", wrong.unwrap_or("it doesn't tell how"))),
        }
        match self.first_of("PRAGMA foreign_key_check").await? {
            None => Ok(()),
            Some(table) => Err(format!("it is damaged: rows of {table} refer to rows that aren't there")),
        }
    }

    /// The text that the first row begins with.
    async fn first_of(&self, question: &str) -> Result<Option<String>, String> {
        let answer = self.writer().query_one_raw(Statement::from_string(DbBackend::Sqlite, question)).await;
        let row = answer.map_err(|fault| format!("it is damaged: {fault}"))?;
        row.map(|row| row.try_get_by_index(0)).transpose().map_err(|fault| fault.to_string())
    }
}
