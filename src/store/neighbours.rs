//! What several nodes on one PostgreSQL database tell each other: that there is something new, and at most where the log ends.
//!
//! Each has connections of its own, outside any transaction: a NOTIFY among the statements of a write costs more than half of what can
//! be written. Nothing hangs on them; who hears nothing looks by itself.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgListener, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::time::timeout;

use super::signal::{Signal, Waiter};
use super::{Backend, Store};
use crate::error::{Error, Result};

/// The channel of the database that carries the news.
const CHANNEL: &str = "switchboard_log";
/// How the connections are named among PostgreSQL's.
const ANNOUNCER: &str = "switchboard announcer";
const LISTENER: &str = "switchboard listener";
/// After which time a connection that doesn't answer is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a node knows of what is new.
#[derive(Debug, Default)]
pub(in crate::store) struct News {
    /// What this node committed.
    committed: Signal,
    /// That, and whatever others did.
    anywhere: Signal,
    /// The announcer's process in PostgreSQL, so that the listener knows this node's own voice; 0 = none.
    voice: AtomicU32,
}

impl News {
    /// This node has committed something, or may have.
    pub(in crate::store) fn committed(&self, newest: i64) {
        self.anywhere.give(Some(newest));
        self.committed.give(Some(newest));
    }
}

impl Store {
    /// Told of every commit of this store that made the log grow.
    #[must_use]
    pub fn commits(&self) -> Waiter {
        self.news.committed.waiter()
    }

    /// Told of the same, and, as far as this node listens, of what others committed.
    #[must_use]
    pub fn news(&self) -> Waiter {
        self.news.anywhere.waiter()
    }

    /// The options of this store's connections, for one that is named and counted by nobody.
    fn apart(&self, name: &str) -> Result<PgConnectOptions> {
        match self.backend {
            Backend::Postgres => {
                let options = self.writer.get_postgres_connection_pool().connect_options();
                Ok(PgConnectOptions::clone(&options).application_name(name).disable_statement_logging())
            }
            Backend::Sqlite => Err(Error::Internal("an SQLite file has one node".to_owned())),
        }
    }
}

/// Tells other nodes; a connection of its own.
#[derive(Debug)]
pub struct Announcer(PgConnection);

impl Announcer {
    /// Connects.
    ///
    /// # Errors
    /// The database's; [`Error::Unavailable`] when it doesn't answer.
    pub async fn connect(store: &Store) -> Result<Self> {
        let options = store.apart(ANNOUNCER)?;
        let connected = within(async {
            let mut connection = PgConnection::connect_with(&options).await?;
            let ask = sqlx::query_scalar::<_, i32>("SELECT pg_backend_pid()");
            let voice = ask.fetch_one(&mut connection).await?;
            Ok((connection, voice))
        });
        let (connection, voice) = connected.await?;
        store.news.voice.store(voice.unsigned_abs(), Ordering::Relaxed);
        Ok(Self(connection))
    }

    /// Tells that the log has grown, at least up to this row.
    ///
    /// # Errors
    /// The database's, after which another connection is needed.
    pub async fn announce(&mut self, newest: Option<i64>) -> Result<()> {
        let newest = newest.map(|newest| newest.to_string()).unwrap_or_default();
        let tell = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(newest);
        within(async { tell.execute(&mut self.0).await.map(|_| ()) }).await
    }
}

/// Hears other nodes; a connection of its own.
#[derive(Debug)]
pub struct Listener {
    heard: PgListener,
    store: Store,
}

impl Listener {
    /// Connects, and wakes everybody who waits for news: what was told before wasn't heard.
    ///
    /// # Errors
    /// The database's; [`Error::Unavailable`] when it doesn't answer.
    pub async fn connect(store: &Store) -> Result<Self> {
        let options = store.apart(LISTENER)?;
        let heard = within(async {
            let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
            let mut heard = PgListener::connect_with(&pool.connect_with(options).await?).await?;
            heard.eager_reconnect(false);
            heard.listen(CHANNEL).await?;
            Ok(heard)
        });
        let listener = Self { heard: heard.await?, store: store.clone() };
        listener.store.news.anywhere.give(None);
        Ok(listener)
    }

    /// Passes on what is told, to all who wait for news, until nothing is heard any more.
    ///
    /// # Errors
    /// Why nothing is heard any more; another connection is needed.
    pub async fn pass_on(&mut self) -> Result<()> {
        while let Some(told) = self.heard.try_recv().await.map_err(unheard)? {
            // What this node says itself, it knew before.
            if told.process_id() != self.store.news.voice.load(Ordering::Relaxed) {
                self.store.news.anywhere.give(told.payload().parse().ok());
            }
        }
        Err(Error::Unavailable("the connection is gone".to_owned()))
    }
}

async fn within<T>(work: impl Future<Output = std::result::Result<T, sqlx::Error>>) -> Result<T> {
    match timeout(PATIENCE, work).await {
        Ok(done) => done.map_err(unheard),
        Err(_) => Err(Error::Unavailable("the database doesn't answer".to_owned())),
    }
}

fn unheard(fault: sqlx::Error) -> Error {
    Error::Unavailable(fault.to_string())
}
