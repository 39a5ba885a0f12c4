//! Who doesn't read slows nobody down, and is told where to go on (architecture §3.10).

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use switchboard::http::{Limits, SocketTimes};

use crate::support::live::{Follower, Heard, Socket, Transport, seq};
use crate::support::world::serve;
use crate::support::{World, both};

both!(
    who_reads_is_told_at_once_whoever_does_not,
    who_fell_behind_goes_on_from_the_cursor_and_misses_nothing,
    a_replay_goes_at_the_readers_pace,
);

/// One text many times over, so that little of it fills whatever lies between.
fn heavy() -> String {
    let texts: String = (0..40).map(|at| format!(" t{at}: text")).collect();
    format!(
        "subscription($id: ID!, $after: EventCursor) {{ conversationChanged(conversationId: $id, after: $after) {{
            cursor entry {{ id version kind ... on Note {{ {texts} }} }} }} }}"
    )
}

/// Bytes of a note's text.
const TEXT: usize = 12_000;
/// Notes, which make 48 MB together as they are told.
const NOTES: usize = 100;
/// How long who reads may wait for one while another doesn't read.
const AT_ONCE: Duration = Duration::from_secs(5);
/// How long the queue of who doesn't read may stay full.
const SLOW_AFTER: Duration = Duration::from_millis(300);
/// Far longer than all notes take.
const PATIENT: Duration = Duration::from_secs(600);

async fn note(world: &World, id: &str, at: usize) {
    let text = format!("{at} {}", "x".repeat(TEXT));
    world.ada().mutate("addNote", json!({ "conversationId": id, "text": text })).await.changed();
}

async fn who_reads_is_told_at_once_whoever_does_not(world: &World) {
    let (id, after) = (world.opened().await, world.cursor().await);
    let variables = json!({ "id": id, "after": after });
    let socket = Socket::open(&world.bea()).await;
    let _stalled_socket = socket.follow(&heavy(), variables.clone()).await;
    socket.stall(true);
    // Whoever doesn't ask what comes next reads nothing of a body.
    let _stalled_events = world.bea().follow(Transport::Events, &heavy(), variables.clone()).await;
    let _stalled_parts = world.bea().follow(Transport::Parts, &heavy(), variables.clone()).await;
    let mut readers = Vec::new();
    for transport in Transport::ALL {
        readers.push(world.bea().follow(transport, &heavy(), variables.clone()).await);
    }
    for at in 0..NOTES {
        note(world, &id, at).await;
        let begun = Instant::now();
        for reader in &mut readers {
            assert_eq!(reader.next().await["entry"]["version"], 3 + at);
        }
        assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    }
}

async fn who_fell_behind_goes_on_from_the_cursor_and_misses_nothing(world: &World) {
    // However long the notes take, it isn't cut off for what else a client that doesn't read is cut off for.
    let sockets = SocketTimes { ping: PATIENT, ..SocketTimes::default() };
    let limits = Limits { slow_after: SLOW_AFTER, write_time: PATIENT, sockets, ..Limits::default() };
    let (base, _serving) = serve(&world.app, limits).await;
    let bea = world.client_at(&base, &world.organisation().bea.token);
    for transport in Transport::ALL {
        let id = world.opened().await;
        let variables = |after: &Value| json!({ "id": id, "after": after });
        let begin = json!(world.cursor().await);
        let socket = Socket::open(&bea).await;
        let mut slow = match transport {
            Transport::WebSocket => socket.follow(&heavy(), variables(&begin)).await,
            other => bea.follow(other, &heavy(), variables(&begin)).await,
        };
        socket.stall(true);
        for at in 0..NOTES {
            note(world, &id, at).await;
        }
        // How far behind it is, only the server knows.
        tokio::time::sleep(3 * SLOW_AFTER).await;
        socket.stall(false);
        let (mut told, cursor) = until_ended(&mut slow).await;
        assert!(told.len() < NOTES, "{transport:?} was never behind");
        assert!(told.last().is_none_or(|last| seq(&last["cursor"]) <= seq(&cursor)));
        let mut rest = bea.follow(transport, &heavy(), variables(&cursor)).await;
        told.extend(rest.take(NOTES - told.len()).await);
        let versions: Vec<i64> = told.iter().map(|change| change["entry"]["version"].as_i64().unwrap()).collect();
        assert_eq!(versions, (3..3 + i64::try_from(NOTES).unwrap()).collect::<Vec<_>>(), "{transport:?}");
        rest.silent(Duration::from_millis(100)).await;
    }
}

/// What is heard before the end, and the cursor that the end tells.
async fn until_ended(follower: &mut Follower) -> (Vec<Value>, Value) {
    let mut told = Vec::new();
    loop {
        match follower.heard().await {
            Heard::Next(result) => told.push(result["data"]["conversationChanged"].clone()),
            Heard::Ended(ended) => {
                assert_eq!(ended.code, "SLOW_CONSUMER");
                return (told, json!(ended.cursor.unwrap()));
            }
            Heard::Gone(code) => panic!("gone: {code:?}"),
        }
    }
}

/// What was long before is read no faster than it is taken: a long replay is no reason to be cut off.
async fn a_replay_goes_at_the_readers_pace(world: &World) {
    let (id, after) = (world.opened().await, world.cursor().await);
    for at in 0..NOTES {
        note(world, &id, at).await;
    }
    for transport in Transport::ALL {
        let mut slow = world.bea().follow(transport, &heavy(), json!({ "id": id, "after": after })).await;
        for at in 0..NOTES {
            if at % 20 == 0 {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            assert_eq!(slow.next().await["entry"]["version"], 3 + at);
        }
    }
}
