//! Draining timers: the longest due first, several at a time, a bad one alone.

use std::time::Instant;

use chrono::{DateTime, Utc};
use entity::enums::TimerKind;
use entity::timer::Model as Timer;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::error::{Error, Result};
use crate::service::Service;
use crate::service::pulse::{Count, Part};
use crate::service::timers::Fired;
use crate::store::Backend;

/// Timers that are looked up at a time.
const CHUNK: usize = 100;
/// Timers of one transaction: many, because each commit waits for the disk; few, because each waits for the others' locks.
const BATCH: usize = 25;

/// Fires every timer of these kinds that is due by then, until told to stop. What somebody else is at is left to the next time.
///
/// # Errors
/// The database's, when it is at fault as a whole: what a single conversation can't do puts off its timer alone.
pub(super) async fn drain(
    service: &Service,
    kinds: &[TimerKind],
    now: DateTime<Utc>,
    stop: &CancellationToken,
) -> Result<Fired> {
    let (mut total, mut last) = (Fired::default(), None);
    while !stop.is_cancelled() {
        let limit = u64::try_from(CHUNK).unwrap_or(u64::MAX);
        let due = service.store.due_timers(now, kinds, last.as_ref(), limit).await?;
        service.pulse.got_through(Part::Timers, Instant::now());
        let Some(newest) = due.last() else { break };
        service.pulse.next_timer_is(due.first().map(|timer| timer.next_try_at));
        last = Some(newest.clone());
        for done in at_once(service, &due, stop).await {
            total += done?;
        }
        if due.len() < CHUNK {
            break;
        }
    }
    Ok(total)
}

/// One drain worker on SQLite, which writes one after another anyway; on PostgreSQL one for each batch of a chunk.
async fn at_once(service: &Service, due: &[Timer], stop: &CancellationToken) -> Vec<Result<Fired>> {
    let batches = due.chunks(BATCH);
    match service.store.backend() {
        Backend::Postgres => join_all(batches.map(|batch| fire(service, batch, stop))).await,
        Backend::Sqlite => {
            let mut done = Vec::new();
            for batch in batches.take_while(|_| !stop.is_cancelled()) {
                done.push(fire(service, batch, stop).await);
            }
            done
        }
    }
}

/// Fires them together; where that fails, one by one, so that a bad one holds up nobody and is put off alone.
async fn fire(service: &Service, batch: &[Timer], stop: &CancellationToken) -> Result<Fired> {
    let mut total = Fired::default();
    match (service.fire(batch).await, batch) {
        (Ok(fired), _) => {
            service.pulse.got_through(Part::Timers, Instant::now());
            service.pulse.fired(TimerKind::Wake, fired.woken);
            service.pulse.fired(TimerKind::AutoClose, fired.closed);
            total = fired;
        }
        // Done or not: the next look tells. And a database that is too busy says nothing of these conversations: what they wait for,
        // all do.
        (Err(error @ (Error::UnknownOutcome(_) | Error::Unavailable(_))), _) => return Err(error),
        (Err(error), [timer]) => put_off(service, timer, &error).await?,
        (Err(_), several) => {
            for one in several.chunks(1).take_while(|_| !stop.is_cancelled()) {
                total += Box::pin(fire(service, one, stop)).await?;
            }
        }
    }
    Ok(total)
}

async fn put_off(service: &Service, timer: &Timer, error: &Error) -> Result<()> {
    let parked = service.put_off(timer, error).await?;
    service.pulse.got_through(Part::Timers, Instant::now());
    service.pulse.add(Count::TimerFailures, 1);
    let (conversation, kind) = (timer.conversation_id, timer.kind);
    match parked {
        true => {
            service.pulse.add(Count::TimersParked, 1);
            tracing::error!(?error, %conversation, ?kind, due = %timer.due_at, "a timer is parked");
        }
        false => tracing::warn!(?error, %conversation, ?kind, due = %timer.due_at, "a timer failed"),
    }
    Ok(())
}
