//! Snoozes that end while no server runs (semantics §7.6): however long that is, each wakes once, the longest due first.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{ActorKind, EventKind};
use entity::event;
use entity::ids::ConversationId;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use switchboard::clock::Clock;
use switchboard::store::Backend;

use crate::auto_close::snooze;
use crate::crash::{KILLS, random, until};
use crate::support::process::Process;
use crate::support::{World, both, size};

both!(
    a_server_that_was_down_wakes_each_once_and_the_longest_due_first,
    a_killed_server_wakes_each_once_and_the_longest_due_first,
);

/// How many snoozes end while no server runs; fifty times as many at full size.
const ENDED: usize = 20;
/// Timers of one transaction.
const BATCH: usize = 25;
/// Timers that are looked up at a time. On PostgreSQL the batches of one look-up are done side by side, on SQLite one after another.
const LOOKED_UP: usize = 100;

async fn a_server_that_was_down_wakes_each_once_and_the_longest_due_first(world: &World) {
    let planned = slept_through(world).await;
    let rows = world.rows().await;
    let mut server = Process::serve(&world.database.url());
    until(async || woken(&rows).await.len() == planned.len()).await;
    assert!(server.terminate().success());
    let together = if world.app.service.store.backend() == Backend::Sqlite { 1 } else { LOOKED_UP };
    woken_once(&rows, &planned, together).await;
    rows.close().await.unwrap();
}

async fn a_killed_server_wakes_each_once_and_the_longest_due_first(world: &World) {
    let planned = slept_through(world).await;
    let rows = world.rows().await;
    let mut moments: Vec<usize> = (0..KILLS).map(|_| random() % planned.len()).collect();
    moments.sort_unstable();
    for moment in moments {
        let mut server = Process::serve(&world.database.url());
        until(async || woken(&rows).await.len() >= moment).await;
        server.kill();
    }
    let mut server = Process::serve(&world.database.url());
    until(async || woken(&rows).await.len() == planned.len()).await;
    assert!(server.terminate().success());
    // On PostgreSQL a kill may leave all but one of a look-up's batches done, which the next look-up then reaches beyond.
    let together = match world.app.service.store.backend() {
        Backend::Sqlite => 1,
        Backend::Postgres => LOOKED_UP + KILLS * (LOOKED_UP - BATCH),
    };
    woken_once(&rows, &planned, together).await;
    rows.close().await.unwrap();
}

/// Conversations whose snoozes ended yesterday, one a second in no order of theirs, while no server ran; and when each was planned to.
async fn slept_through(world: &World) -> HashMap<ConversationId, DateTime<Utc>> {
    let now = Clock::System.now();
    world.clock.set(now - TimeDelta::days(2));
    let ids = world.laden(&world.organisation().bea.id, size(ENDED)).await;
    let mut planned = HashMap::new();
    for (at, id) in ids.iter().enumerate() {
        let after = TimeDelta::seconds(i64::try_from(at * 7_919 % ids.len()).unwrap());
        let until = now - TimeDelta::days(1) + after;
        snooze(world, &id.to_string(), until).await;
        planned.insert(*id, until);
    }
    planned
}

/// The entries of all wakings, in the log's order.
async fn woken(rows: &DatabaseConnection) -> Vec<event::Model> {
    let woken = event::Entity::find().filter(event::Column::Kind.eq(EventKind::Woken));
    woken.order_by_asc(event::Column::Seq).all(rows).await.unwrap()
}

/// Each was woken once by the clock, and tells when it should have been. What was planned at least so many places later came later: with 1 all are in
/// order.
async fn woken_once(rows: &DatabaseConnection, planned: &HashMap<ConversationId, DateTime<Utc>>, together: usize) {
    let entries = woken(rows).await;
    let told: HashMap<_, _> =
        entries.iter().map(|entry| (entry.conversation_id.unwrap(), entry.scheduled_for.unwrap())).collect();
    assert_eq!((told.len(), &told), (entries.len(), planned), "each once, with its planned time");
    assert!(entries.iter().all(|entry| entry.actor_kind == ActorKind::Clock && Some(entry.at) > entry.scheduled_for));
    let mut order: Vec<DateTime<Utc>> = planned.values().copied().collect();
    order.sort_unstable();
    let place = |entry: &event::Model| order.binary_search(&entry.scheduled_for.unwrap()).unwrap();
    let mut latest = 0;
    for entry in &entries {
        let place = place(entry);
        assert!(latest < place + together, "{place} came after {latest}");
        latest = latest.max(place);
    }
}
