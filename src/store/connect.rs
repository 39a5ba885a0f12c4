//! Connections of both databases, each with the settings it needs on every connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

use super::{Backend, Store};

/// SQLite readers: enough for two cores, few enough for the page caches.
const READERS: u32 = 6;
/// A list that takes longer is `QUERY_TOO_COMPLEX`.
const STATEMENT_TIMEOUT: &str = "10s";

/// Older versions have a bug that can corrupt a WAL database.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

impl Store {
    /// Opens an SQLite file, which is made if it isn't there.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn open_sqlite(path: &str) -> Result<Self, String> {
        let statements = Arc::new(AtomicU64::new(0));
        let writer = sqlite(path, Use::Writes, 1, &statements).await.map_err(|fault| fault.to_string())?;
        check_version(&writer).await?;
        let reader = sqlite(path, Use::Reads, READERS, &statements).await.map_err(|fault| fault.to_string())?;
        Ok(Self {
            backend: Backend::Sqlite,
            writer,
            reader,
            statements,
            directory: Arc::default(),
            news: Arc::default(),
        })
    }

    /// Opens an SQLite file that must be there as it is, to read of it and to copy it: nothing is written to it, not even how it is
    /// written.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn open_sqlite_to_copy(path: &str) -> Result<Self, String> {
        let statements = Arc::new(AtomicU64::new(0));
        let only = sqlite(path, Use::Copies, 1, &statements).await.map_err(|fault| fault.to_string())?;
        check_version(&only).await?;
        Ok(Self {
            backend: Backend::Sqlite,
            writer: only.clone(),
            reader: only,
            statements,
            directory: Arc::default(),
            news: Arc::default(),
        })
    }

    /// Connects to PostgreSQL with a pool of this size.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn connect_postgres(url: &str, pool: u32) -> Result<Self, String> {
        let statements = Arc::new(AtomicU64::new(0));
        let writer = postgres(url, pool, &statements).await.map_err(|fault| fault.to_string())?;
        let reader = writer.clone();
        Ok(Self {
            backend: Backend::Postgres,
            writer,
            reader,
            statements,
            directory: Arc::default(),
            news: Arc::default(),
        })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// The database's.
    pub async fn ping(&self) -> crate::error::Result<()> {
        Ok(self.reader.ping().await?)
    }

    /// Closes every connection, so that an SQLite file is whole by itself.
    pub async fn close(self) {
        if self.backend == Backend::Sqlite {
            let _ = self.reader.close().await;
        }
        let _ = self.writer.close().await;
    }

    /// The connection that writes, for the migrations alone.
    pub(in crate::store) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }
}

/// What connections of an SQLite file are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Writes,
    Reads,
    Copies,
}

async fn sqlite(
    path: &str,
    what_for: Use,
    size: u32,
    statements: &Arc<AtomicU64>,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(size).min_connections(1).sqlx_logging(false).acquire_timeout(Duration::from_secs(30));
    options.idle_timeout(None).max_lifetime(None).test_before_acquire(false);
    let path = path.to_owned();
    options.map_sqlx_sqlite_opts(move |options| {
        let options = options
            .in_memory(false)
            .shared_cache(false)
            .filename(&path)
            .create_if_missing(what_for == Use::Writes)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-16000");
        match what_for {
            Use::Writes => options.journal_mode(SqliteJournalMode::Wal),
            Use::Reads => options.journal_mode(SqliteJournalMode::Wal).pragma("query_only", "on"),
            Use::Copies => options,
        }
    });
    Ok(counted(Database::connect(options).await?, statements))
}

async fn postgres(url: &str, size: u32, statements: &Arc<AtomicU64>) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(size).min_connections(1).sqlx_logging(false);
    options.acquire_timeout(Duration::from_secs(10)).connect_timeout(Duration::from_secs(10));
    options.test_before_acquire(false).test_before_acquire_if_idle_for(Duration::from_secs(30));
    options.map_sqlx_postgres_opts(|options| {
        options.options([
            ("statement_timeout", STATEMENT_TIMEOUT),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
            ("default_transaction_isolation", "read committed"),
            // What is planned for many and finds few would be compiled for longer than it runs.
            ("jit", "off"),
        ])
    });
    Ok(counted(Database::connect(options).await?, statements))
}

fn counted(mut connection: DatabaseConnection, statements: &Arc<AtomicU64>) -> DatabaseConnection {
    let statements = Arc::clone(statements);
    connection.set_metric_callback(move |_| {
        statements.fetch_add(1, Ordering::Relaxed);
    });
    connection
}

async fn check_version(connection: &DatabaseConnection) -> Result<(), String> {
    let ask = Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version()");
    let row = connection.query_one_raw(ask).await.map_err(|fault| fault.to_string())?;
    let version: String =
        row.ok_or("SQLite doesn't tell its version")?.try_get_by_index(0).map_err(|fault| fault.to_string())?;
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < OLDEST_SQLITE {
        return Err(format!("SQLite {version} can corrupt its log; 3.51.3 or newer is needed"));
    }
    Ok(())
}
