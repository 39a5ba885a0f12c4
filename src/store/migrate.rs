//! Bringing the schema up to date, once, and refusing one from the future.

use std::collections::HashSet;

use migration::{Migrator, MigratorTrait, SchemaManager};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

use super::{Backend, Store};

/// Held by whoever migrates a PostgreSQL database ("switchbd").
const ADVISORY_LOCK: i64 = 0x7377_6974_6368_6264;

impl Store {
    /// Runs the steps that are missing; doing it again does nothing. On PostgreSQL the pool must have one connection: the advisory
    /// lock that keeps two nodes from migrating at once belongs to its session, and ends with it.
    ///
    /// # Errors
    /// A sentence for the operator, also when the schema is newer than this binary knows.
    pub async fn migrate(&self) -> Result<(), String> {
        if self.backend == Backend::Postgres {
            execute(self.writer(), "SET statement_timeout = 0").await?;
            execute(self.writer(), "SET lock_timeout = 0").await?;
            execute(self.writer(), &format!("SELECT pg_advisory_lock({ADVISORY_LOCK})")).await?;
        }
        up(self.writer()).await
    }

    /// Whether this is a database of Switchboard's, and no newer than this binary; steps may be missing.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn check_ours(&self) -> Result<(), String> {
        let missing = missing(self.writer()).await?;
        if missing == Migrator::migrations().len() {
            return Err("this is no database of Switchboard".to_owned());
        }
        Ok(())
    }

    /// Whether the schema is exactly the one this binary knows.
    ///
    /// # Errors
    /// A sentence for the operator that says which way it differs.
    pub async fn check_schema(&self) -> Result<(), String> {
        let missing = missing(self.writer()).await?;
        if missing > 0 {
            return Err(format!("{missing} migration steps are missing; run `switchboard migrate`"));
        }
        Ok(())
    }
}

async fn up(connection: &DatabaseConnection) -> Result<(), String> {
    if missing(connection).await? > 0 {
        Migrator::up(connection, None).await.map_err(|fault| fault.to_string())?;
    }
    Ok(())
}

/// How many steps are missing; refuses steps that this binary doesn't know.
async fn missing(connection: &DatabaseConnection) -> Result<usize, String> {
    let applied = applied(connection).await.map_err(|fault| fault.to_string())?;
    let known: HashSet<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
    if let Some(newer) = applied.difference(&known).min() {
        return Err(format!("the database is newer than this binary: it has the step {newer}; use a newer binary"));
    }
    Ok(known.difference(&applied).count())
}

/// The steps that were run; an empty database has none, and isn't touched.
async fn applied(connection: &DatabaseConnection) -> Result<HashSet<String>, DbErr> {
    let table = Migrator::migration_table_name().to_string();
    if !SchemaManager::new(connection).has_table(table).await? {
        return Ok(HashSet::new());
    }
    let rows = Migrator::get_migration_models(connection).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

async fn execute(connection: &DatabaseConnection, sql: &str) -> Result<(), String> {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    connection.execute_raw(statement).await.map(|_| ()).map_err(|fault| fault.to_string())
}
