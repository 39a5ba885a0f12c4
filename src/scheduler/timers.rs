//! Draining timers: the longest due first, several at a time, a bad one alone.

use entity::enums::TimerKind;
use entity::timer::Model as Timer;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::timers::Fired;
use crate::store::Backend;

/// Timers that are looked up at a time.
const CHUNK: u64 = 100;
/// Timers of one transaction: many, because each commit waits for the disk; few, because each waits for the others' locks.
const BATCH: usize = 25;

/// Fires every timer of these kinds that is due. What somebody else is at, or the database was too busy for, is left to the next time.
///
/// # Errors
/// The first failure of the database; what doesn't hang on it was done all the same.
pub(super) async fn drain(service: &Service, kinds: &[TimerKind], stop: &CancellationToken) -> Result<Fired> {
    let now = service.clock.now();
    let (mut total, mut last, mut outcome) = (Fired::default(), None, Ok(()));
    loop {
        let due = service.store.due_timers(now, kinds, last.as_ref(), CHUNK).await?;
        let Some(newest) = due.last() else { return outcome.map(|()| total) };
        last = Some(newest.clone());
        for done in at_once(service, &due).await {
            match done {
                Ok(fired) => {
                    total.changed += fired.changed;
                    total.left += fired.left;
                }
                Err(error) => outcome = outcome.and(Err(error)),
            }
        }
        if stop.is_cancelled() {
            return outcome.map(|()| total);
        }
    }
}

/// One drain worker on SQLite, which writes one after another anyway; on PostgreSQL one for each batch of a chunk.
async fn at_once(service: &Service, due: &[Timer]) -> Vec<Result<Fired>> {
    let batches = due.chunks(BATCH);
    match service.store.backend() {
        Backend::Postgres => join_all(batches.map(|batch| fire(service, batch))).await,
        Backend::Sqlite => {
            let mut done = Vec::new();
            for batch in batches {
                done.push(fire(service, batch).await);
            }
            done
        }
    }
}

async fn fire(service: &Service, batch: &[Timer]) -> Result<Fired> {
    match service.fire(batch).await {
        Ok(fired) => Ok(fired),
        Err(error) if is_passing(&error) => Err(error),
        Err(_) if batch.len() > 1 => one_by_one(service, batch).await,
        Err(error) => {
            for timer in batch {
                put_off(service, timer, &error).await?;
            }
            Ok(Fired::default())
        }
    }
}

/// So that a bad one holds up nobody.
async fn one_by_one(service: &Service, batch: &[Timer]) -> Result<Fired> {
    let mut total = Fired::default();
    for timer in batch {
        let fired = Box::pin(fire(service, std::slice::from_ref(timer))).await?;
        total.changed += fired.changed;
        total.left += fired.left;
    }
    Ok(total)
}

async fn put_off(service: &Service, timer: &Timer, error: &Error) -> Result<()> {
    let parked = service.put_off(timer, error).await?;
    let (conversation, kind) = (timer.conversation_id, timer.kind);
    match parked {
        true => tracing::error!(?error, %conversation, ?kind, due = %timer.due_at, "a timer is parked"),
        false => tracing::warn!(?error, %conversation, ?kind, due = %timer.due_at, "a timer failed"),
    }
    Ok(())
}

/// Whether it is nobody's fault and may be gone by itself.
fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Unavailable(_) | Error::UnknownOutcome(_) | Error::Race(_) | Error::TooComplex)
}
