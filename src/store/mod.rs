//! The only place that speaks SQL: connections, the one door to writing, finders and savers.
//!
//! Every finder of something a viewer may not see takes the viewer's access and can't be called without it. No rules are decided here.

pub mod access;
pub mod agents;
pub mod append;
pub mod automation;
pub mod backup;
pub mod channels;
pub mod connect;
pub mod context;
pub mod conversations;
pub mod count;
pub mod customers;
mod deadline;
pub mod demo;
pub mod directory;
pub mod epoch;
pub mod events;
pub mod fault;
pub mod feed;
pub mod guard;
pub mod head;
pub mod idempotency;
pub mod known;
pub mod links;
pub mod macros;
pub mod messages;
pub mod migrate;
pub mod neighbours;
pub mod notes;
pub mod notifications;
pub mod page;
pub mod reach;
pub mod read_marks;
pub mod routing;
pub mod save;
pub mod search;
pub mod sessions;
pub mod signal;
pub mod sweeps;
pub mod tags;
pub mod teams;
pub mod tickets;
pub mod timers;
pub mod tokens;
pub mod workflow_runs;
pub mod workflows;
pub mod workload;
pub mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::DatabaseConnection;

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Embedded.
    Sqlite,
    /// Shared by several nodes.
    Postgres,
}

/// The database: a door for writing, a pool for reading, and a count of statements.
#[derive(Clone, Debug)]
pub struct Store {
    backend: Backend,
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    statements: Arc<AtomicU64>,
    news: Arc<neighbours::News>,
    /// Remembered display fields.
    pub directory: Arc<directory::Directory>,
}

impl Store {
    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// How many statements were sent since the start, for metrics and budgets.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// The pool for reading; never used inside a write.
    pub(in crate::store) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }
}
