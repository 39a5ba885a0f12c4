//! Killed at any moment, stopped in good order: what was acknowledged is there, and everything is whole (afterwards `audit` looks).

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use entity::enums::{AssignmentReason, EventKind};
use entity::ids::{AgentId, ConversationId};
use entity::{agent, conversation, event, sweep, timer};
use futures_util::future::{join, join_all};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use switchboard::clock::Clock;
use switchboard::domain::fact::Fact;
use switchboard::store::Backend;
use switchboard::store::append::fact_of;

use crate::support::process::Process;
use crate::support::{Client, World, both, size};

both!(
    a_killed_server_keeps_what_it_acknowledged,
    a_stopped_server_finishes_what_it_began,
    cut_connections_lose_nothing_that_was_acknowledged,
    a_killed_server_takes_every_conversation_from_a_deactivated_agent_once,
    a_stopped_server_leaves_a_sweep_to_the_next,
    a_killed_server_plans_every_conversation_by_the_new_policy,
);

/// How often a server is killed; fifty times as often at full size.
pub const KILLS: usize = 3;
/// How many conversations a deactivated agent has.
const LADEN: usize = 60;
/// How many write at the same time.
pub const WRITERS: usize = 8;

/// What clients sent, and what they know was done.
#[derive(Default)]
pub struct Ledger {
    sent: Mutex<BTreeSet<String>>,
    pub acknowledged: Mutex<Vec<(String, String)>>,
}

impl Ledger {
    /// Returns once the server is well at work.
    pub async fn grows(&self) {
        let count = || self.acknowledged.lock().unwrap().len();
        let enough = count() + 3 * WRITERS;
        for _ in 0..2_000 {
            if count() >= enough {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} of {enough} messages within 20 s", count());
    }
}

async fn a_killed_server_keeps_what_it_acknowledged(world: &World) {
    let ledger = Ledger::default();
    for round in 0..size(KILLS) {
        let mut server = Process::serve(&world.database.url());
        let client = world.client_at(&server.base, &world.organisation().robot.token);
        let kill = async {
            let mut random = [0];
            getrandom::fill(&mut random).unwrap();
            ledger.grows().await;
            tokio::time::sleep(Duration::from_millis(u64::from(random[0]))).await;
            server.kill();
        };
        join(join_all((0..WRITERS).map(|writer| write(world, &client, &ledger, round, writer))), kill).await;
    }
    let mut server = Process::serve(&world.database.url());
    let client = world.client_at(&server.base, &world.organisation().robot.token);
    all_is_there(world, &client, &ledger).await;
    assert!(server.terminate().success());
}

async fn a_stopped_server_finishes_what_it_began(world: &World) {
    let ledger = Ledger::default();
    let mut server = Process::serve(&world.database.url());
    let client = world.client_at(&server.base, &world.organisation().robot.token);
    let stop = async {
        ledger.grows().await;
        tokio::task::block_in_place(|| server.terminate())
    };
    let (_, status) = join(join_all((0..WRITERS).map(|writer| write(world, &client, &ledger, 0, writer))), stop).await;
    assert!(status.success(), "{status}");
    let server = Process::serve(&world.database.url());
    let client = world.client_at(&server.base, &world.organisation().robot.token);
    all_is_there(world, &client, &ledger).await;
}

/// Hands in messages and works on their conversations until the server is gone.
pub async fn write(world: &World, client: &Client, ledger: &Ledger, round: usize, writer: usize) {
    for at in 0.. {
        let external_id = format!("m-{round}-{writer}-{at}");
        ledger.sent.lock().unwrap().insert(external_id.clone());
        let Some(received) = client.try_mutate("receiveMessage", message(world, &external_id)).await else { return };
        let received = received.changed();
        ledger.acknowledged.lock().unwrap().push((received.text("message.id"), external_id));
        let id = received.conversation();
        let next = match at % 4 {
            0 => {
                client
                    .try_mutate("reply", json!({ "conversationId": id, "text": "Hi", "then": { "close": true } }))
                    .await
            }
            1 => client.try_mutate("closeConversation", json!({ "conversationId": id })).await,
            2 => {
                let input = json!({ "conversationId": id, "assigneeId": world.organisation().bea.id });
                client.try_mutate("assignConversation", input).await
            }
            _ => client.try_mutate("reopenConversation", json!({ "conversationId": id })).await,
        };
        if next.is_none() {
            return;
        }
    }
}

/// A message of one of three visitors, whose conversations everybody works on.
fn message(world: &World, external_id: &str) -> Value {
    let mut message = world.chat(&format!("visitor-{}", external_id.len() % 3), external_id);
    message["externalId"] = json!(external_id);
    message
}

/// How often all connections are cut; fifty times as often at full size.
const CUTS: usize = 10;

async fn cut_connections_lose_nothing_that_was_acknowledged(world: &World) {
    if world.app.service.store.backend() == Backend::Sqlite {
        return; // A file has no connections to cut.
    }
    let (ledger, client, done) = (Ledger::default(), world.robot(), AtomicBool::new(false));
    let write = async |writer: usize| {
        for at in 0.. {
            if done.load(Ordering::Relaxed) {
                return;
            }
            let key = format!("c-{writer}-{at}");
            ledger.sent.lock().unwrap().insert(key.clone());
            let received = client.receive(message(world, &key)).await;
            // A cut while the answer is read leaves an error at each field that couldn't be.
            let codes = received.error_codes();
            let cut = codes.iter().all(|code| ["OVERLOADED", "UNKNOWN_OUTCOME"].contains(code));
            assert!(cut, "{received:#?}");
            if codes.is_empty() {
                ledger.acknowledged.lock().unwrap().push((received.changed().text("message.id"), key));
            }
        }
    };
    let cut = async {
        let knife = world.rows().await;
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        for _ in 0..size(CUTS) {
            tokio::time::sleep(Duration::from_millis(40)).await;
            knife.execute_unprepared(others).await.unwrap();
        }
        ledger.grows().await;
        done.store(true, Ordering::Relaxed);
        knife.close().await.unwrap();
    };
    join(join_all((0..WRITERS).map(write)), cut).await;
    all_is_there(world, &client, &ledger).await;
}

/// Every acknowledged message is there; whatever was sent can be sent again and is there once.
async fn all_is_there(world: &World, client: &Client, ledger: &Ledger) {
    let acknowledged = ledger.acknowledged.lock().unwrap().clone();
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Message { id externalId text } } }";
    for some in acknowledged.chunks(100) {
        let ids: Vec<&String> = some.iter().map(|(id, _)| id).collect();
        let found = client.query(document, json!({ "ids": ids })).await.ok();
        let expected: Vec<Value> =
            some.iter().map(|(id, key)| json!({ "id": id, "externalId": key, "text": key })).collect();
        assert_eq!(found.at("nodes"), &json!(expected));
    }
    let sent = ledger.sent.lock().unwrap().clone();
    let known: BTreeSet<&String> = acknowledged.iter().map(|(_, key)| key).collect();
    for unsure in sent.iter().filter(|key| !known.contains(key)) {
        let again = client.receive(message(world, unsure)).await.done();
        assert_eq!(again.text("message.text"), **unsure);
        client.receive(message(world, unsure)).await.unchanged();
    }
}

async fn a_killed_server_takes_every_conversation_from_a_deactivated_agent_once(world: &World) {
    let bea = &world.organisation().bea.id;
    world.clock.set(Clock::System.now()); // The server's own: what is open there isn't closed for its age.
    let ids = world.laden(bea, size(LADEN)).await;
    let rows = world.rows().await;
    // Killed while it answers, and again each time it has begun to catch up.
    let mut moments: Vec<usize> = (0..KILLS).map(|_| random() % ids.len()).collect();
    moments.sort_unstable();
    for moment in moments {
        let mut server = Process::serve(&world.database.url());
        let client = world.client_at(&server.base, &world.organisation().ada.token);
        let deactivate = client.try_mutate("deactivateAgent", json!({ "agentId": bea }));
        let kill = async {
            until(async || !is_active(&rows, bea).await && free(&rows).await >= moment).await;
            server.kill();
        };
        join(deactivate, kill).await;
    }
    let mut server = Process::serve(&world.database.url());
    until(async || sweep::Entity::find().count(&rows).await.unwrap() == 0).await;
    assert!(server.terminate().success());
    assert_eq!(relieved(&rows, &ids).await, ids.len());
    rows.close().await.unwrap();
}

pub fn random() -> usize {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).unwrap();
    u32::from_le_bytes(bytes) as usize
}

/// Returns once this is so.
pub async fn until(so: impl AsyncFn() -> bool) {
    for _ in 0..60_000 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("not within a minute");
}

async fn is_active(rows: &DatabaseConnection, id: &str) -> bool {
    let row = agent::Entity::find_by_id(AgentId::parse(id).unwrap()).one(rows).await.unwrap();
    row.unwrap().deactivated_at.is_none()
}

/// A server told to stop in the middle of a sweep, before anybody has asked it anything.
async fn a_stopped_server_leaves_a_sweep_to_the_next(world: &World) {
    let bea = &world.organisation().bea.id;
    world.clock.set(Clock::System.now());
    let ids = world.laden(bea, 560).await;
    world.ada().mutate("deactivateAgent", json!({ "agentId": bea })).await.changed();
    let mut server = Process::serve(&world.database.url());
    assert!(server.terminate().success());
    let rows = world.rows().await;
    assert!(relieved(&rows, &ids).await >= 500);
    let mut server = Process::serve(&world.database.url());
    until(async || sweep::Entity::find().count(&rows).await.unwrap() == 0).await;
    assert!(server.terminate().success());
    assert_eq!(relieved(&rows, &ids).await, 560);
    rows.close().await.unwrap();
}

/// Killed while it answers, and again each time it has begun to catch up.
async fn a_killed_server_plans_every_conversation_by_the_new_policy(world: &World) {
    world.clock.set(Clock::System.now());
    let many = 700 + size(LADEN);
    world.laden(&world.organisation().bea.id, many).await;
    let rows = world.rows().await;
    let later = world.clock.now() + TimeDelta::days(8);
    let planned = async || {
        let planned = timer::Entity::find().filter(timer::Column::DueAt.gt(later)).count(&rows).await;
        usize::try_from(planned.unwrap()).unwrap()
    };
    let input = json!({ "channelId": world.organisation().mail, "policy": { "autoCloseAfter": "P9D" } });
    let mut moments: Vec<usize> = (0..KILLS).map(|_| random() % many + 1).collect();
    moments.sort_unstable();
    for moment in moments {
        let mut server = Process::serve(&world.database.url());
        let client = world.client_at(&server.base, &world.organisation().ada.token);
        let change = client.try_mutate("updateChannel", input.clone());
        let kill = async {
            until(async || planned().await >= moment).await;
            server.kill();
        };
        join(change, kill).await;
    }
    let mut server = Process::serve(&world.database.url());
    until(async || sweep::Entity::find().count(&rows).await.unwrap() == 0).await;
    assert!(server.terminate().success());
    assert_eq!(planned().await, many);
    rows.close().await.unwrap();
}

/// How many conversations nobody has.
pub async fn free(rows: &DatabaseConnection) -> usize {
    let count = conversation::Entity::find().filter(conversation::Column::AssigneeId.is_null()).count(rows).await;
    usize::try_from(count.unwrap()).unwrap()
}

/// How many of these conversations have lost a deactivated agent: each with exactly one entry that says so, the others with none.
pub async fn relieved(rows: &DatabaseConnection, ids: &[ConversationId]) -> usize {
    let assigned = event::Entity::find().filter(event::Column::Kind.eq(EventKind::Assigned)).all(rows).await.unwrap();
    let mut entries: HashMap<ConversationId, usize> = HashMap::new();
    for event in assigned {
        if let Fact::Assigned { reason: AssignmentReason::AgentDeactivated, .. } = fact_of(&event).unwrap() {
            *entries.entry(event.conversation_id.unwrap()).or_default() += 1;
        }
    }
    let held = conversation::Entity::find().filter(conversation::Column::AssigneeId.is_not_null()).all(rows).await;
    let held: BTreeSet<ConversationId> = held.unwrap().into_iter().map(|row| row.id).collect();
    for id in ids {
        assert_eq!(entries.get(id).copied().unwrap_or_default(), usize::from(!held.contains(id)), "{id}");
    }
    ids.iter().filter(|id| !held.contains(id)).count()
}
