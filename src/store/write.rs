//! The only door to writing.
//!
//! Owns begin, commit and running again. The work is a function without effects outside its transaction, so that it can run up to
//! three times when others were in the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sea_orm::{DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait};

use super::fault::is_refused;
use super::{Backend, Store};
use crate::error::{Error, Result};

const ATTEMPTS: u32 = 3;

/// An open write transaction. Only the store's own functions can use it.
#[derive(Clone, Debug)]
pub struct Tx {
    inner: Arc<DatabaseTransaction>,
    /// The newest log row it appends; 0 = none.
    newest: Arc<AtomicI64>,
}

impl Tx {
    /// The connection it runs on.
    pub(in crate::store) fn conn(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// The log grows up to this row with the commit.
    pub(in crate::store) fn appends(&self, newest: i64) {
        self.newest.store(newest, Ordering::Relaxed);
    }
}

/// How a transaction ends whose work succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Commit,
    TakeBack,
}

impl Store {
    /// Runs the work in one transaction and commits it; nothing is written when it fails. If the log grew, or may have, those who wait
    /// for that are told.
    ///
    /// # Errors
    /// The work's own; [`Error::Unavailable`] after three races; [`Error::UnknownOutcome`] when the connection broke during the commit.
    pub async fn write<F, Fut, T>(&self, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        self.try_thrice(work, End::Commit).await
    }

    /// Runs the work in one transaction and takes it back, whatever it did.
    ///
    /// # Errors
    /// The work's own; [`Error::Unavailable`] after three races.
    pub async fn rehearse<F, Fut, T>(&self, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        self.try_thrice(work, End::TakeBack).await
    }

    async fn try_thrice<F, Fut, T>(&self, work: F, end: End) -> Result<T>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let mut attempt = 1;
        loop {
            match self.attempt(&work, end).await {
                Err(Error::Race(why) | Error::Duplicate(why)) if attempt < ATTEMPTS => {
                    tracing::debug!(attempt, why, "running a write again");
                    attempt += 1;
                }
                // The second try has seen who was in the way.
                Err(Error::Duplicate(why)) => return Err(Error::Internal(why)),
                Err(Error::Race(why)) => return Err(Error::Unavailable(why)),
                done => return done,
            }
        }
    }

    async fn attempt<F, Fut, T>(&self, work: &F, end: End) -> Result<T>
    where
        F: Fn(Tx) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        // SQLite: take the write lock at once; a read that later wants to write would fail instead of waiting.
        let options = TransactionOptions {
            sqlite_transaction_mode: (self.backend == Backend::Sqlite).then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = Arc::new(self.writer.begin_with_options(options).await?);
        // On the heap: held inline, the largest work would size the future of every mutation, and their resolvers nest deep.
        let newest = Arc::new(AtomicI64::new(0));
        let result = Box::pin(work(Tx { inner: Arc::clone(&inner), newest: Arc::clone(&newest) })).await;
        let Some(inner) = Arc::into_inner(inner) else {
            return Err(Error::Internal("a transaction outlived its work".to_owned()));
        };
        match result {
            Ok(value) if end == End::TakeBack => {
                inner.rollback().await?;
                Ok(value)
            }
            Ok(value) => {
                let committed = inner.commit().await.map_err(uncommitted);
                if matches!(committed, Ok(()) | Err(Error::UnknownOutcome(_))) {
                    self.tell(newest.load(Ordering::Relaxed));
                }
                committed.map(|()| value)
            }
            Err(Error::TooComplex) => {
                let _ = inner.rollback().await;
                // A short statement that took too long has waited for others all the time.
                Err(Error::Unavailable("a write waited for a lock too long".to_owned()))
            }
            Err(error) => {
                // A rollback that fails closes the connection, which rolls back too.
                let _ = inner.rollback().await;
                Err(error)
            }
        }
    }

    fn tell(&self, newest: i64) {
        if newest > 0 {
            self.news.committed(newest);
        }
    }
}

/// What a failed commit means.
fn uncommitted(fault: DbErr) -> Error {
    let refused = is_refused(&fault);
    match Error::from(fault) {
        race @ (Error::Race(_) | Error::Duplicate(_)) => race,
        surely_rolled_back if refused => surely_rolled_back,
        other => Error::UnknownOutcome(format!("{other:?}")),
    }
}
