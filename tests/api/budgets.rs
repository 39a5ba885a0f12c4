//! What a page costs in SQL statements: the same for 1 and for 50 rows, at 1 and at 16 clients (performance budgets).

use std::ops::Range;
use std::time::Duration;

use chrono::TimeDelta;
use entity::consumer;
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use serde_json::json;
use switchboard::automation;
use switchboard::scheduler::run_due;
use switchboard::service::pulse::Count;
use tokio_util::sync::CancellationToken;

use crate::support::{Client, World, both};
use crate::timers::asleep;

both!(
    an_inbox_page_costs_the_same_for_one_and_for_fifty_rows,
    a_conversation_with_its_timeline_costs_the_same_however_long,
    whatever_is_nested_costs_one_statement_a_level,
    sixteen_clients_cost_sixteen_times_one,
    a_page_costs_the_same_whoever_is_on_it,
    a_feed_page_costs_the_same_for_one_and_for_fifty_entries,
    members_leave_a_team_at_the_same_cost_however_many,
    due_timers_cost_by_the_batch_however_many_are_in_it,
    a_server_without_workflows_looks_at_the_head_and_writes_nothing,
    workflows_that_do_not_match_cost_by_the_stretch_however_many_there_are,
    a_run_costs_the_same_however_many_workflows_there_are,
);

/// An inbox as a client shows it.
const INBOX: &str = "query($first: Int) { inbox(first: $first) { nodes {
    id number subject state priority waitingSince lastActivityAt version snooze { until by { displayName } } upcoming { kind at }
    channel { id name kind } customer { id displayName email } assignee { id displayName } team { id name } tags { id name color }
    lastMessage { id text at actor { displayName } } } pageInfo { hasNextPage endCursor } } }";

const CONVERSATION: &str = "query($id: ID!, $first: Int) { conversation(id: $id) {
    id number state customer { displayName } assignee { displayName } followers { displayName } availableActions
    timeline(first: $first) { nodes { id kind at actor { displayName }
        ... on Message { text html direction delivery { status } }
        ... on AssignedEntry { toAgent { displayName } fromAgent { displayName } } ... on FollowEntry { agent { displayName } }
        ... on TaggedEntry { added { name } removed { name } } } } } }";

const FEED: &str = "query($first: Int) { conversationChanges(first: $first) {
    nodes { cursor conversation { id number } entry { id kind actor { displayName } ... on Message { text recipient } } } } }";

/// How many rows the large pages have.
const ROWS: usize = 50;

pub async fn cost(world: &World, client: &Client, document: &str, variables: serde_json::Value) -> u64 {
    let before = world.statements();
    client.query(document, variables).await.ok();
    world.statements() - before
}

/// Uses the token once, so that remembering its use costs nothing within this minute, and fills what is remembered of people.
pub async fn warm(world: &World, client: &Client, document: &str, variables: serde_json::Value) {
    client.query(document, variables).await.ok();
    world.settled(client).await;
}

async fn filled(world: &World) -> String {
    let mut tags = Vec::new();
    for at in 0..10 {
        tags.push(world.tag(&format!("tag {at}")).await);
    }
    for at in 0..ROWS {
        let id = world.mailed(&format!("customer{at}@example.com"), "Hello").await.conversation();
        world.tagged(&id, &[&tags[at % 10], &tags[at % 3]]).await;
        if at % 2 == 0 {
            world.assign(&id, [&world.organisation().bea.id, &world.organisation().carl.id][at % 4 / 2]).await;
            world.carl().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
        }
    }
    let id = world.opened().await;
    world.tagged(&id, &[&tags[0]]).await;
    for at in 0..ROWS / 2 {
        world.bea().mutate("reply", json!({ "conversationId": id, "text": format!("reply {at}") })).await.changed();
        world.assign(&id, [&world.organisation().bea.id, &world.organisation().carl.id][at % 2]).await;
    }
    id
}

async fn an_inbox_page_costs_the_same_for_one_and_for_fifty_rows(world: &World) {
    filled(world).await;
    for client in [world.bea(), world.ada(), world.robot()] {
        warm(world, &client, INBOX, json!({ "first": ROWS })).await;
        let one = cost(world, &client, INBOX, json!({ "first": 1 })).await;
        let fifty = cost(world, &client, INBOX, json!({ "first": ROWS })).await;
        assert_eq!(one, fifty);
        assert!(fifty <= 5, "an inbox page takes {fifty} statements");
    }
}

async fn a_conversation_with_its_timeline_costs_the_same_however_long(world: &World) {
    let id = filled(world).await;
    let bea = world.bea();
    warm(world, &bea, CONVERSATION, json!({ "id": id, "first": ROWS })).await;
    // Every kind of entry is among the first few.
    let few = cost(world, &bea, CONVERSATION, json!({ "id": id, "first": 5 })).await;
    let many = cost(world, &bea, CONVERSATION, json!({ "id": id, "first": ROWS })).await;
    // The customer is read as such and as an actor of the timeline; whichever comes second mostly finds it read.
    assert_eq!(few, many);
    assert!(many <= 6, "a conversation page takes {many} statements");
}

/// What no page reads ahead, so that only the batches of loads keep it from costing a statement a row.
const NESTED: &str = "query($first: Int) { conversations(first: $first, orderBy: { by: UPDATED }) { nodes {
    lastMessage { conversation { channel { agents { id } teams { name } }
        team { members { displayName } } customer { displayName } links { conversation { subject } } } } } } }";

async fn whatever_is_nested_costs_one_statement_a_level(world: &World) {
    filled(world).await;
    let both = |id: &str| json!({ "conversationId": id, "teamId": world.organisation().support });
    let ids = world.ada().query("{ conversations(first: 50) { nodes { id } } }", json!({})).await.ok();
    // Every kind of nested thing is among the newest few.
    world.clock.advance(chrono::TimeDelta::minutes(1));
    for id in ids.texts("conversations.nodes", "id").iter().take(5) {
        world.ada().mutate("assignConversation", both(id)).await.changed();
    }
    world.hidden().await;
    let ada = world.ada();
    warm(world, &ada, NESTED, json!({ "first": ROWS })).await;
    let few = cost(world, &ada, NESTED, json!({ "first": 10 })).await;
    let many = cost(world, &ada, NESTED, json!({ "first": ROWS })).await;
    // Branches that meet at the same kind of thing may read it together or one after the other.
    assert!(many <= 14 && many <= few + 3, "{few} statements for ten, {many} for fifty");
}

async fn sixteen_clients_cost_sixteen_times_one(world: &World) {
    filled(world).await;
    let bea = world.bea();
    warm(world, &bea, INBOX, json!({ "first": ROWS })).await;
    let one = cost(world, &bea, INBOX, json!({ "first": ROWS })).await;
    let before = world.statements();
    for answer in join_all((0..16).map(|_| bea.query(INBOX, json!({ "first": ROWS })))).await {
        answer.ok();
    }
    assert_eq!(world.statements() - before, 16 * one);
}

async fn a_feed_page_costs_the_same_for_one_and_for_fifty_entries(world: &World) {
    filled(world).await;
    let gateway = world.gateway();
    warm(world, &gateway, FEED, json!({ "first": ROWS })).await;
    let few = cost(world, &gateway, FEED, json!({ "first": 2 })).await;
    let many = cost(world, &gateway, FEED, json!({ "first": ROWS })).await;
    assert_eq!(few, many);
    assert!(many <= 6, "a feed page takes {many} statements");
}

async fn a_page_costs_the_same_whoever_is_on_it(world: &World) {
    filled(world).await;
    let bea = world.bea();
    warm(world, &bea, INBOX, json!({ "first": 1 })).await;
    // A change of set-up makes what is remembered stale; the next page reads it anew, whole.
    world.away(&world.organisation().dora.id).await;
    let anew = cost(world, &bea, INBOX, json!({ "first": 1 })).await;
    let fifty = cost(world, &bea, INBOX, json!({ "first": ROWS })).await;
    assert!(fifty <= 5 && fifty < anew, "an inbox page takes {fifty} statements after one that took {anew}");
    assert_eq!(cost(world, &bea, INBOX, json!({ "first": ROWS })).await, fifty);
}

async fn members_leave_a_team_at_the_same_cost_however_many(world: &World) {
    let (ada, billing) = (world.ada(), &world.organisation().billing);
    let mut members = vec![world.organisation().dora.id.clone()];
    for at in 0..22 {
        let name = format!("member-{at}");
        let new = json!({ "handle": name, "name": name, "email": format!("{name}@example.org"), "teamIds": [billing] });
        members.push(ada.mutate("createAgent", new).await.changed().text("agent.id"));
    }
    world.settled(&ada).await;
    // Through the team they see a restricted channel too.
    let mut costs = Vec::new();
    for stay in [21, 1] {
        let before = world.statements();
        ada.mutate("updateTeam", json!({ "teamId": billing, "memberIds": members[..stay] })).await.changed();
        costs.push(world.statements() - before);
    }
    let [two, twenty] = costs[..] else { panic!("{costs:?}") };
    assert!(twenty <= two && twenty <= 30, "two take {two} statements, twenty {twenty}");
}

/// Looking for sweeps and timers, and once more after something was done.
const LOOKS: u64 = 4;
/// Closing up to 25 conversations of a channel, and telling whom it concerns.
const CLOSING: u64 = 10;
/// Waking as many: besides, they are to be closed from then on.
const WAKING: u64 = CLOSING + 1;

async fn due_timers_cost_by_the_batch_however_many_are_in_it(world: &World) {
    let service = &world.app.service;
    let cost = async |many: usize| {
        let before = (world.statements(), service.pulse.get(Count::AutoClosed) + service.pulse.get(Count::Woken));
        run_due(service).await.unwrap();
        let fired = service.pulse.get(Count::AutoClosed) + service.pulse.get(Count::Woken) - before.1;
        assert_eq!(fired, many as u64);
        world.statements() - before.0
    };
    for (many, batches) in [(1, 1), (2, 1), (25, 1), (26, 2), (75, 3)] {
        world.laden(&world.organisation().bea.id, many).await;
        world.clock.advance(TimeDelta::days(8));
        assert_eq!(cost(many).await, LOOKS + batches * CLOSING, "closing {many}");
    }
    for (many, batches) in [(1, 1), (25, 1), (30, 2)] {
        let soon = world.clock.now() + TimeDelta::hours(1);
        for id in world.laden(&world.organisation().bea.id, many).await {
            asleep(world, &id.to_string(), soon).await;
        }
        world.settled(&world.ada()).await;
        world.clock.set(soon);
        assert_eq!(cost(many).await, LOOKS + batches * WAKING, "waking {many}");
        world.clock.advance(TimeDelta::days(8));
        run_due(service).await.unwrap();
    }
}

/// The head, the position, which workflows are in force; at the end the head again, and the position saved.
const NO_WORKFLOWS: u64 = 6;
/// The same with the workflows themselves, what happened, what ran on that, and what is judged.
const JUDGING: u64 = NO_WORKFLOWS + 7;
/// One run: locks, what is judged, what its actions need, and what it writes; then the next workflows are judged anew.
const RUN: u64 = 22;

/// What looking for something to run costs, and running it.
async fn look(world: &World) -> u64 {
    world.settled(&world.gateway()).await;
    let before = world.statements();
    automation::run_due(&world.app.service, world.app.spelling).await.unwrap();
    world.statements() - before
}

/// Workflows that wait for a word each.
async fn waiting(world: &World, which: Range<usize>) {
    for at in which {
        let condition = json!({ "any": [{ "text": { "containsAny": [format!("word-{at}-x")] } }, { "priorities": ["URGENT"] },
            { "customerAttribute": { "key": "plan", "equals": "gold" } }, { "subject": { "matches": "^never$" } }] });
        let new = json!({ "name": format!("workflow {at}"), "trigger": "CUSTOMER_MESSAGE", "condition": condition,
            "actions": [{ "setPriority": { "priority": "HIGH" } }, { "assign": { "assigneeId": world.organisation().bea.id } }] });
        world.automate(new).await;
    }
}

async fn a_server_without_workflows_looks_at_the_head_and_writes_nothing(world: &World) {
    let stop = CancellationToken::new();
    let running = tokio::spawn(automation::run(world.app.service.clone(), world.app.spelling, stop.clone()));
    for at in 0..10 {
        world.chatted(&format!("visitor-{at}"), "Hello").await;
    }
    world.settled(&world.gateway()).await;
    let before = world.statements();
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let idle = world.statements() - before;
    assert!((2..=4).contains(&idle), "{idle} statements in two and a half seconds");
    let rows = world.rows().await;
    let consumer = consumer::Entity::find().one(&rows).await.unwrap().unwrap();
    rows.close().await.unwrap();
    assert_eq!((consumer.position, consumer.turn), (0, 0));
    stop.cancel();
    running.await.unwrap();
}

async fn workflows_that_do_not_match_cost_by_the_stretch_however_many_there_are(world: &World) {
    world.opened().await;
    assert_eq!(look(world).await, NO_WORKFLOWS, "without workflows");
    waiting(world, 0..100).await;
    let mut costs = Vec::new();
    for many in [1, 50] {
        for at in 0..many {
            world.chatted(&format!("visitor-{many}-{at}"), "Hello").await;
        }
        costs.push(look(world).await);
    }
    assert_eq!(costs, [JUDGING; 2], "one message, fifty");
    assert_eq!(look(world).await, 3, "with nothing new");
}

async fn a_run_costs_the_same_however_many_workflows_there_are(world: &World) {
    waiting(world, 0..2).await;
    world.chatted("visitor-1", "word-0-x").await;
    let few = look(world).await;
    waiting(world, 2..100).await;
    world.chatted("visitor-2", "word-0-x").await;
    let many = look(world).await;
    assert!(many == few && many <= JUDGING + RUN, "{few} among two, {many} among a hundred");
    for at in 0..10 {
        world.chatted(&format!("other-{at}"), "word-1-x").await;
    }
    let ten = look(world).await;
    assert!(ten <= JUDGING + 10 * RUN, "{ten} for ten");
    // Also where they all are of one conversation, which is judged anew after each.
    for _ in 0..10 {
        world.chatted("visitor-3", "word-1-x").await;
    }
    let same = look(world).await;
    assert!(same <= JUDGING + 10 * RUN, "{same} for ten of one conversation, {many} for one, {ten} for ten");
}
