//! A bulk over many conversations whose server is killed again and again: whoever tries again with the same key goes on, and each
//! conversation is changed exactly once (semantics §13.2, §13.4).

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};

use entity::conversation;
use entity::enums::{ConversationState, EventKind};
use entity::event;
use futures_util::future::join;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use switchboard::clock::Clock;

use crate::crash::{KILLS, random, until};
use crate::support::process::Process;
use crate::support::{Answer, World, both, size};

both!(a_killed_server_changes_each_conversation_once);

/// How many match; at full size three calls are needed to reach all.
const MANY: usize = 24;

const BULK: &str = "mutation($input: BulkApplyActionsInput!) { bulkApplyActions(input: $input) {
    results { conversationId changed } changedCount endCursor userErrors { code message field } } }";

/// The call after this cursor, with its own key.
fn call(number: usize, after: &Value) -> Value {
    let matching = json!({ "view": "INBOX", "filter": {}, "after": after });
    let actions = json!([{ "addNote": { "text": "Cleared away." } }, { "setPriority": { "priority": "LOW" } }, { "close": true }]);
    json!({ "input": { "target": { "matching": matching }, "actions": actions, "idempotencyKey": format!("night-{number}") } })
}

async fn a_killed_server_changes_each_conversation_once(world: &World) {
    world.clock.set(Clock::System.now()); // The server's own: what is open there isn't closed for its age.
    let ids = world.laden(&world.organisation().bea.id, size(MANY)).await;
    let rows = world.rows().await;
    let mut moments: Vec<usize> = (0..KILLS).map(|_| random() % ids.len()).collect();
    moments.sort_unstable();
    let mut server = Process::serve(&world.database.url());
    let (mut told, mut after, mut number) = (BTreeSet::new(), Value::Null, 0);
    loop {
        let client = world.client_at(&server.base, &world.organisation().carl.token);
        let (asked, heard) = (call(number, &after), AtomicBool::new(false));
        let ask = async {
            let answer = client.try_query(BULK, asked).await;
            heard.store(true, Ordering::Relaxed);
            answer
        };
        let kill = async {
            let Some(moment) = moments.first().copied() else { return };
            until(async || heard.load(Ordering::Relaxed) || closed(&rows).await >= moment).await;
            if closed(&rows).await >= moment {
                server.kill();
            }
        };
        let (answer, ()) = join(ask, kill).await;
        if server.is_gone() {
            moments.remove(0);
            server = Process::serve(&world.database.url());
        }
        // However far it came: whoever didn't hear of it asks again.
        let Some(answer) = answer.map(Answer::done) else { continue };
        let results = answer.get("results").as_array().unwrap();
        assert_eq!(answer.get("changedCount"), results.len(), "also of those that were done before a crash");
        for result in results {
            assert!(told.insert(result["conversationId"].as_str().unwrap().to_owned()), "told once: {result}");
        }
        (after, number) = (answer.get("endCursor").clone(), number + 1);
        if after.is_null() {
            break;
        }
    }
    assert!(server.terminate().success());
    assert_eq!(number, ids.len().div_ceil(500));
    assert_eq!(told, ids.iter().map(ToString::to_string).collect());
    let events = event::Entity::find().filter(event::Column::ConversationId.is_not_null()).all(&rows).await.unwrap();
    let mut entries: HashMap<_, Vec<EventKind>> = HashMap::new();
    for entry in events {
        entries.entry(entry.conversation_id.unwrap()).or_default().push(entry.kind);
    }
    let mut once =
        vec![EventKind::Created, EventKind::Assigned, EventKind::Note, EventKind::Prioritized, EventKind::Closed];
    once.sort_unstable_by_key(|kind| format!("{kind:?}"));
    for id in ids {
        let mut kinds = entries.remove(&id).unwrap();
        kinds.sort_unstable_by_key(|kind| format!("{kind:?}"));
        assert_eq!(kinds, once, "{id}");
    }
    rows.close().await.unwrap();
}

/// How many conversations are closed.
async fn closed(rows: &DatabaseConnection) -> usize {
    let count = conversation::Entity::find().filter(conversation::Column::State.eq(ConversationState::Closed));
    usize::try_from(count.count(rows).await.unwrap()).unwrap()
}
