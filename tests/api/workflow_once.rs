//! Each triggering entry gets each of its workflows exactly once and in order, whenever the server is killed and however many servers
//! there are (semantics §12.5, architecture §4).

mod expected;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use entity::ids::WorkflowId;
use entity::workflow_run;
use futures_util::future::{join, join_all};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use switchboard::app::App;
use switchboard::automation;
use switchboard::service::workflows::definition::Definition;
use switchboard::service::workflows::run::Ran;
use switchboard::store::Backend;
use tokio_util::sync::CancellationToken;

use crate::crash::random;
use crate::support::automation::Ledger;
use crate::support::database::Database;
use crate::support::process::Process;
use crate::support::{Client, World, both, size};

use expected::faults;

both!(
    a_killed_server_runs_each_workflow_once_for_each_message,
    several_servers_run_each_workflow_once_for_each_message,
    who_does_not_know_all_that_ran_runs_nothing,
    what_stopped_the_others_before_a_crash_stops_them_after_it,
    the_proof_notices_what_is_missing_repeated_and_out_of_order,
);

/// How many messages are handed in; fifty times as many at full size.
const MESSAGES: usize = 40;
/// How often the server is killed meanwhile; ten times as often at full size.
const KILLS: usize = 3;
/// How many hand them in at the same time.
const WRITERS: usize = 8;

/// Workflows that a message starts, in their order, and one that their notes start.
///
/// `never` stands before `notes` and asks for the tag that this puts on: for a conversation's first message it never holds, unless it has
/// its turn too late.
async fn workflows(world: &World) {
    let seen = world.tag("seen").await;
    let note = |text: &str| json!([{ "addNote": { "text": text } }]);
    let on = |name: &str, mode: &str, condition: Value, actions: Value| json!({ "name": name, "mode": mode, "trigger": "CUSTOMER_MESSAGE", "condition": condition, "actions": actions });
    let all = json!({ "not": { "text": { "containsAny": ["nothing"] } } });
    world.automate(on("first", "ALL", all.clone(), note("one"))).await;
    world.automate(on("stops", "STOP", json!({ "text": { "containsAny": ["stop"] } }), note("two"))).await;
    let tagged = json!({ "all": [{ "tags": { "hasAny": [seen] } }, { "firstMessage": true }] });
    world.automate(on("never", "ALL", tagged, note("three"))).await;
    let notes = json!([{ "addTags": [seen] }, { "addNote": { "text": "four" } }]);
    world.automate(on("notes", "ALL", all, notes)).await;
    let echo = json!({ "name": "echo", "trigger": "NOTE_ADDED", "actions": note("five"),
        "condition": { "text": { "containsAny": ["four"] } } });
    world.automate(echo).await;
}

/// How many messages were handed in, and how many of them were acknowledged.
#[derive(Default)]
struct Count {
    sent: AtomicUsize,
    acknowledged: AtomicUsize,
}

/// Hands in messages until enough were acknowledged or the server is gone: every fourth stops, every seventh starts nothing, every third
/// is one of a conversation that others write in, too.
async fn write(world: &World, client: &Client, count: &Count, until: usize) {
    while count.acknowledged.load(Ordering::Relaxed) < until {
        let at = count.sent.fetch_add(1, Ordering::Relaxed);
        let visitor = if at.is_multiple_of(3) { format!("shared-{}", at % 4) } else { format!("visitor-{at}") };
        let text = match at {
            at if at % 7 == 6 => "nothing",
            at if at % 4 == 3 => "stop",
            _ => "go on",
        };
        let mut message = world.chat(&visitor, text);
        message["externalId"] = json!(format!("m-{at}"));
        let Some(received) = client.try_mutate("receiveMessage", message).await else { return };
        received.changed();
        count.acknowledged.fetch_add(1, Ordering::Relaxed);
    }
}

/// Returns once so many were acknowledged.
async fn acknowledged(count: &Count, many: usize) {
    while count.acknowledged.load(Ordering::Relaxed) < many {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// How long nothing runs before what is missing counts as forgotten.
const FORGOTTEN: Duration = Duration::from_secs(20);

/// What is wrong once everything had its time, however long that takes.
async fn faults_in_the_end(world: &World) -> Vec<String> {
    let rows = world.rows().await;
    let (mut ran, mut since) = (0, Instant::now());
    let found = loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = workflow_run::Entity::find().count(&rows).await.unwrap();
        if now != ran {
            (ran, since) = (now, Instant::now());
            continue;
        }
        let found = faults(&Ledger::read(world).await);
        if found.is_empty() || since.elapsed() > FORGOTTEN {
            break found;
        }
    };
    rows.close().await.unwrap();
    found
}

async fn a_killed_server_runs_each_workflow_once_for_each_message(world: &World) {
    workflows(world).await;
    let (count, many) = (Count::default(), size(MESSAGES));
    let kills = KILLS * if many > MESSAGES { 10 } else { 1 };
    for kill in 0..kills {
        let mut server = Process::serve(&world.database.url());
        let client = world.client_at(&server.base, &world.organisation().gateway.token);
        // At a random moment of its share, or while what that started is still running.
        let (begin, end) = (many * kill / kills, many * (kill + 1) / kills);
        let strike = async {
            acknowledged(&count, begin + random() % (end - begin)).await;
            tokio::time::sleep(Duration::from_millis(random() as u64 % 400)).await;
            server.kill();
        };
        join(join_all((0..WRITERS).map(|_| write(world, &client, &count, end))), strike).await;
    }
    let server = Process::serve(&world.database.url());
    assert_eq!(faults_in_the_end(world).await, Vec::<String>::new());
    drop(server);
    assert!(Ledger::read(world).await.runs.len() >= count.acknowledged.load(Ordering::Relaxed));
}

/// A server that runs workflows until it is told to stop.
async fn node(world: &World, stop: &CancellationToken) -> (String, App) {
    let (base, app) = world.wide_node(stop).await;
    tokio::spawn(automation::run(app.service.clone(), app.spelling, stop.clone()));
    (base, app)
}

async fn several_servers_run_each_workflow_once_for_each_message(world: &World) {
    workflows(world).await;
    // A file has one server.
    let nodes = if world.app.service.store.backend() == Backend::Sqlite { 1 } else { 3 };
    let stops: Vec<CancellationToken> = (0..nodes).map(|_| CancellationToken::new()).collect();
    let mut clients = Vec::new();
    for stop in &stops {
        let (base, _) = node(world, stop).await;
        clients.push(world.client_at(&base, &world.organisation().gateway.token));
    }
    let (count, many) = (Count::default(), size(2 * MESSAGES));
    let stop = async {
        acknowledged(&count, many / 2).await;
        if nodes > 1 {
            stops[0].cancel();
        }
    };
    let writers = (0..WRITERS).map(|at| write(world, &clients[at % nodes], &count, many));
    join(join_all(writers), stop).await;
    assert_eq!(faults_in_the_end(world).await, Vec::<String>::new());
    stops.iter().for_each(CancellationToken::cancel);
}

/// A workflow as the engine reads it.
async fn definition(world: &World, id: &str) -> Definition {
    let row = Ledger::read(world).await.workflows.remove(&WorkflowId::parse(id).unwrap()).unwrap();
    let spelling = world.app.spelling;
    Definition {
        id: row.id,
        revision: row.revision,
        place: row.place,
        mode: row.mode,
        trigger: row.starts_on,
        enabled_after: row.enabled_after,
        condition: row.condition.as_ref().map(|stored| (spelling.condition)(stored).unwrap()),
        actions: (spelling.actions)(&row.actions).unwrap(),
    }
}

/// The entry of the only customer's message.
fn message_of(ledger: &Ledger) -> entity::event::Model {
    let mut messages = ledger.events.values().filter(|entry| entry.kind == entity::enums::EventKind::Message);
    messages.next().unwrap().clone()
}

async fn who_does_not_know_all_that_ran_runs_nothing(world: &World) {
    let service = &world.app.service;
    let first = world.on_message("first", json!([{ "addNote": { "text": "one" } }])).await;
    let second = world.on_message("second", json!([{ "addNote": { "text": "two" } }])).await;
    world.chatted("visitor-1", "Hello").await;
    let entry = message_of(&Ledger::read(world).await);
    let (first, second) = (definition(world, &first).await, definition(world, &second).await);
    let done = Ran::Done { failed: false, disabled: false };
    assert_eq!(service.run_workflow(&first, &entry, 0).await.unwrap(), done);
    // Somebody who began before that.
    assert_eq!(service.run_workflow(&second, &entry, 0).await.unwrap(), Ran::Left);
    assert_eq!(service.run_workflow(&first, &entry, 0).await.unwrap(), Ran::Left);
    let saved = service.went_through(entry.seq, 0).await.unwrap();
    assert_eq!(saved, switchboard::service::workflows::position::Saved::Outdated);
    // What has been changed since it was read doesn't run as it was.
    let outdated = Definition { revision: second.revision - 1, ..second.clone() };
    assert_eq!(service.run_workflow(&outdated, &entry, 1).await.unwrap(), Ran::Changed);
    assert_eq!(Ledger::read(world).await.runs.len(), 1);
    world.run_due().await;
    assert_eq!(world.ran().await, ["first on Message", "second on Message"]);
    // And nobody runs what lies behind the position.
    assert_eq!(service.run_workflow(&second, &entry, 2).await.unwrap(), Ran::Left);
}

async fn what_stopped_the_others_before_a_crash_stops_them_after_it(world: &World) {
    let gone = world.tag("gone").await;
    let stops =
        json!({ "name": "stops", "mode": "STOP", "trigger": "CUSTOMER_MESSAGE", "actions": [{ "addTags": [gone] }] });
    let stops = world.automate(stops).await;
    world.ada().mutate("deleteTag", json!({ "tagId": gone })).await.done();
    for _ in 0..19 {
        world.chatted("visitor-1", "Hello").await;
    }
    world.run_due().await;
    world.on_message("behind", json!([{ "setPriority": { "priority": "LOW" } }])).await;
    let last = world.chatted("visitor-2", "Hello").await;
    let ledger = Ledger::read(world).await;
    let entry = ledger.events.values().find(|entry| entry.id.to_wire("message") == last.text("message.id"));
    let stops = definition(world, &stops).await;
    // Its twentieth failure switches it off, and then the server is gone.
    let ran = world.app.service.run_workflow(&stops, entry.unwrap(), 19).await.unwrap();
    assert_eq!(ran, Ran::Done { failed: true, disabled: true });
    world.run_due().await;
    assert_eq!(world.ada().conversation(&last.conversation()).await["priority"], Value::Null);
}

async fn the_proof_notices_what_is_missing_repeated_and_out_of_order(world: &World) {
    // A world of its own: what is done to it will not be whole.
    let Some(database) = Database::copy(world.app.service.store.backend()).await else { return };
    let spoilt = World::start(database).await;
    workflows(&spoilt).await;
    let count = Count::default();
    write(&spoilt, &spoilt.gateway(), &count, 8).await;
    spoilt.run_due().await;
    let whole = Ledger::read(&spoilt).await;
    assert_eq!(faults(&whole), Vec::<String>::new());
    let rows = spoilt.rows().await;
    // A position that runs ahead of what was done.
    write(&spoilt, &spoilt.gateway(), &count, 9).await;
    rows.execute_unprepared("UPDATE consumer SET position = (SELECT last_seq FROM event_head)").await.unwrap();
    spoilt.run_due().await;
    assert!(faults(&Ledger::read(&spoilt).await).iter().any(|fault| fault.contains("didn't run")));
    // A position that falls back, where nothing keeps a workflow from running twice.
    rows.execute_unprepared("DROP INDEX workflow_run_by_entry").await.unwrap();
    rows.execute_unprepared("UPDATE consumer SET position = 0").await.unwrap();
    let first = whole.runs.iter().find(|run| whole.workflows[&run.workflow_id].name == "first").unwrap();
    let again = definition(&spoilt, &first.workflow_id.to_string()).await;
    let turn = i64::try_from(whole.runs.len()).unwrap();
    let entry = &whole.events[&first.entry_id];
    let ran = spoilt.app.service.run_workflow(&again, entry, turn).await.unwrap();
    assert!(matches!(ran, Ran::Done { .. }), "{ran:?}");
    let found = faults(&Ledger::read(&spoilt).await);
    assert!(found.iter().any(|fault| fault.contains("twice")), "{found:?}");
    assert!(found.iter().any(|fault| fault.contains("out of order")), "{found:?}");
    // A run without what it did.
    let written = whole.written.iter().map(|(run, wrote)| (*run, wrote[1..].to_vec())).collect();
    assert!(faults(&Ledger { written, ..whole }).iter().any(|fault| fault.contains("wrote")));
    rows.close().await.unwrap();
    spoilt.stop().await;
}
