//! Subscriptions over a WebSocket: several on one, begun, completed and ended.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use switchboard::http::Limits;
use switchboard::store::Backend;

use crate::socket_protocol::raw::{Raw, Step, complete, follow, says, together};
use crate::socket_protocol::{Leaving, counted, mortal, short};
use crate::support::world::serve;
use crate::support::{World, both};

both!(
    subscriptions_of_one_socket_are_told_apart,
    what_is_completed_says_nothing_more,
    an_id_is_taken_as_long_as_its_subscription_runs,
    the_fifty_first_is_refused_and_the_others_go_on,
    a_slow_opening_holds_up_nothing,
    the_server_leaving_ends_each_subscription_and_then_the_socket,
    a_dead_token_ends_each_subscription_and_then_the_socket,
    who_does_not_read_is_cut_and_holds_up_nobody,
);

const CONVERSATION: &str =
    "subscription($id: ID!, $after: EventCursor) { conversationChanged(conversationId: $id, after: $after) {
    cursor conversation { id } entry { kind } } }";
const FEED: &str = "subscription($after: EventCursor) { conversationsChanged(after: $after) {
    cursor conversation { id } entry { kind } } }";

fn conversation(name: &str, id: &str, after: &str) -> Step {
    follow(name, CONVERSATION, json!({ "id": id, "after": after }))
}

/// The names of the subscriptions that tell something, with whose conversation they tell of and what.
async fn told(socket: &mut Raw, many: usize) -> BTreeSet<(String, String, String)> {
    let mut told = BTreeSet::new();
    for _ in 0..many {
        let (name, data) = socket.next().await;
        let (_, change) = data.as_object().unwrap().iter().next().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        told.insert((name, text(&change["conversation"]["id"]), text(&change["entry"]["kind"])));
    }
    told
}

fn set<const N: usize>(of: [(&str, &str, &str); N]) -> BTreeSet<(String, String, String)> {
    of.into_iter().map(|(name, id, kind)| (name.to_owned(), id.to_owned(), kind.to_owned())).collect()
}

async fn subscriptions_of_one_socket_are_told_apart(world: &World) {
    let (one, other) = (world.opened().await, world.opened().await);
    let after = world.cursor().await;
    let mut socket = Raw::acknowledged(&world.base, &world.organisation().bea.token).await;
    let feed = follow("f", FEED, json!({ "after": after }));
    socket.play("begin", vec![conversation("1", &one, &after), conversation("2", &other, &after), feed]).await;
    world.close(&one).await.changed();
    assert_eq!(told(&mut socket, 2).await, set([("1", &one, "CLOSED"), ("f", &one, "CLOSED")]));
    world.close(&other).await.changed();
    assert_eq!(told(&mut socket, 2).await, set([("2", &other, "CLOSED"), ("f", &other, "CLOSED")]));
    socket
        .play("an error is one's own", vec![conversation("3", "nonsense", &after), Step::Fails("3", "NOT_FOUND")])
        .await;
    world.bea().mutate("reopenConversation", json!({ "conversationId": one })).await.changed();
    assert_eq!(told(&mut socket, 2).await, set([("1", &one, "REOPENED"), ("f", &one, "REOPENED")]));
    socket.play("no more", vec![Step::Silence]).await;
}

async fn what_is_completed_says_nothing_more(world: &World) {
    let id = world.opened().await;
    let after = world.cursor().await;
    let mut socket = Raw::acknowledged(&world.base, &world.organisation().bea.token).await;
    socket.play("begin", vec![conversation("1", &id, &after), conversation("2", &id, &after)]).await;
    world.close(&id).await.changed();
    told(&mut socket, 2).await;
    let ping = || says(json!({ "type": "ping" }));
    let pong = || Step::Hears(json!({ "type": "pong" }));
    // The pong shows that the server has heard.
    socket.play("complete one", vec![complete("1"), complete("1"), complete("never"), ping(), pong()]).await;
    world.bea().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
    assert_eq!(told(&mut socket, 1).await, set([("2", &id, "REOPENED")]));
    let at_once = together([conversation("1", &id, &after), complete("1")]);
    socket.play("complete at once", vec![at_once, Step::Silence]).await;
}

async fn an_id_is_taken_as_long_as_its_subscription_runs(world: &World) {
    let id = world.opened().await;
    let after = world.cursor().await;
    let token = &*world.organisation().bea.token;
    let mut socket = Raw::acknowledged(&world.base, token).await;
    world.close(&id).await.changed();
    socket.play("begin", vec![conversation("1", &id, &after)]).await;
    told(&mut socket, 1).await;
    socket.play("again", vec![complete("1"), conversation("1", &id, &after)]).await;
    told(&mut socket, 1).await;
    let taken = || Step::Closed(4409, "Subscriber for 1 already exists");
    socket.play("twice", vec![conversation("1", &id, &after), taken()]).await;
    let mut socket = Raw::acknowledged(&world.base, token).await;
    socket.play("twice at once", vec![conversation("1", &id, &after), conversation("1", &id, &after)]).await;
    let mut last = socket.frame().await;
    while !last.as_ref().is_none_or(|frame| frame.is_close()) {
        last = socket.frame().await;
    }
    assert!(format!("{last:?}").contains("already exists"), "{last:?}");
}

async fn the_fifty_first_is_refused_and_the_others_go_on(world: &World) {
    let id = world.opened().await;
    let after = world.cursor().await;
    let mut socket = Raw::acknowledged(&world.base, &world.organisation().bea.token).await;
    let steps = (0..51).map(|at| conversation(&at.to_string(), &id, &after));
    socket.play("begin", steps.chain([Step::Fails("50", "LIMIT_EXCEEDED")]).collect()).await;
    world.close(&id).await.changed();
    assert_eq!(told(&mut socket, 50).await.len(), 50);
    let more = vec![complete("7"), conversation("50", &id, &after)];
    socket.play("one more", more).await;
    assert_eq!(told(&mut socket, 1).await, set([("50", &id, "CLOSED")]));
    socket.play("and no more", vec![conversation("7", &id, &after), Step::Fails("7", "LIMIT_EXCEEDED")]).await;
}

/// On SQLite nothing that reads ever waits for another.
async fn a_slow_opening_holds_up_nothing(world: &World) {
    let id = world.opened().await;
    let after = world.cursor().await;
    let mut socket = Raw::acknowledged(&world.base, &world.organisation().bea.token).await;
    let rows = world.rows().await;
    if world.app.service.store.backend() == Backend::Postgres {
        rows.execute_unprepared("BEGIN; LOCK TABLE api_token IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let ping = says(json!({ "type": "ping" }));
        let pong = Step::Hears(json!({ "type": "pong" }));
        let slow = vec![conversation("1", &id, &after), ping, pong, complete("1"), conversation("1", &id, &after)];
        socket.play("slow", slow).await;
        socket.play("still", vec![Step::Silence]).await;
        rows.execute_unprepared("ROLLBACK").await.unwrap();
    } else {
        socket.play("quick", vec![conversation("1", &id, &after)]).await;
    }
    world.close(&id).await.changed();
    assert_eq!(told(&mut socket, 1).await, set([("1", &id, "CLOSED")]));
    socket.play("once", vec![Step::Silence]).await;
    rows.close().await.unwrap();
}

/// The ends of these subscriptions, in whichever order, with the cursor that each tells.
async fn ends(socket: &mut Raw, many: usize, code: &str) -> Vec<(String, String)> {
    let mut ends = Vec::new();
    for _ in 0..many {
        let told = socket.hear().await;
        assert_eq!(told["type"], "error", "{told}");
        assert_eq!(told["payload"][0]["extensions"]["code"], code, "{told}");
        let cursor = told["payload"][0]["extensions"]["cursor"].as_str().unwrap();
        ends.push((told["id"].as_str().unwrap().to_owned(), cursor.to_owned()));
    }
    ends.sort();
    ends
}

async fn the_server_leaving_ends_each_subscription_and_then_the_socket(world: &World) {
    let server = Leaving::serve(&world.app).await;
    let id = world.opened().await;
    let after = world.cursor().await;
    let token = &*world.organisation().bea.token;
    let mut socket = Raw::acknowledged(&server.base, token).await;
    world.close(&id).await.changed();
    let feed = follow("2", FEED, json!({ "after": after }));
    socket.play("begin", vec![conversation("1", &id, &after), feed]).await;
    told(&mut socket, 2).await;
    let start = Instant::now();
    let serving = server.leave();
    let ends = ends(&mut socket, 2, "SHUTTING_DOWN").await;
    assert_eq!(ends.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["1", "2"]);
    socket.play("leaving", vec![Step::Closed(4503, "The server is shutting down")]).await;
    assert_eq!(socket.frame().await, None);
    serving.await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    world.bea().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
    let mut elsewhere = Raw::acknowledged(&world.base, token).await;
    elsewhere.play("go on", vec![conversation("1", &id, &ends[0].1)]).await;
    assert_eq!(told(&mut elsewhere, 1).await, set([("1", &id, "REOPENED")]));
    elsewhere.play("no more", vec![Step::Silence]).await;
}

async fn a_dead_token_ends_each_subscription_and_then_the_socket(world: &World) {
    let id = world.opened().await;
    let after = world.cursor().await;
    let (token, revoke) = mortal(world).await;
    let mut socket = Raw::acknowledged(&world.base, &token).await;
    let mut living = Raw::acknowledged(&world.base, &world.organisation().bea.token).await;
    world.close(&id).await.changed();
    let many = || ["1", "2", "3"].map(|name| conversation(name, &id, &after)).into();
    socket.play("begin", many()).await;
    living.play("begin", many()).await;
    told(&mut socket, 3).await;
    told(&mut living, 3).await;
    let start = Instant::now();
    world.ada().mutate("revokeApiToken", revoke).await.done();
    let ends = ends(&mut socket, 3, "UNAUTHENTICATED").await;
    assert_eq!(ends.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["1", "2", "3"]);
    socket.play("dead", vec![Step::Closed(4403, "Forbidden")]).await;
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    living.play("the other", vec![Step::Silence]).await;
}

/// Bytes of a note, which is told forty times over.
const TEXT: usize = 12_000;
const NOTES: usize = 40;

async fn who_does_not_read_is_cut_and_holds_up_nobody(world: &World) {
    assert_eq!(Limits::default().write_time, Duration::from_secs(10));
    // No queue is too full: here it is the write that takes too long.
    let limits = Limits { slow_after: Duration::from_secs(60), sockets: Limits::default().sockets, ..short() };
    let (base, serving) = serve(&world.app, limits).await;
    let (id, after) = (world.opened().await, world.cursor().await);
    for at in 0..NOTES {
        let text = format!("{at} {}", "x".repeat(TEXT));
        world.ada().mutate("addNote", json!({ "conversationId": id, "text": text })).await.changed();
    }
    let texts: String = (0..40).map(|at| format!(" t{at}: text")).collect();
    let heavy = format!(
        "subscription($id: ID!, $after: EventCursor) {{ conversationChanged(conversationId: $id, after: $after) {{
            conversation {{ id }} entry {{ kind ... on Note {{ {texts} }} }} }} }}"
    );
    let variables = json!({ "id": id, "after": after });
    let token = &*world.organisation().bea.token;
    let mut deaf = Raw::narrow(&base, token).await;
    deaf.play("begin", vec![follow("1", &heavy, variables.clone())]).await;
    let mut reader = Raw::acknowledged(&base, token).await;
    reader.play("begin", vec![follow("1", &heavy, variables)]).await;
    told(&mut reader, NOTES).await;
    counted(&base, "closed_total{code=\"stalled\"} 1").await;
    counted(&base, "open 1").await;
    world.close(&id).await.changed();
    told(&mut reader, 1).await;
    let mut frames = 0;
    while deaf.frame().await.is_some() {
        frames += 1;
    }
    assert!(frames < NOTES, "it was cut in the middle");
    serving.abort();
}
