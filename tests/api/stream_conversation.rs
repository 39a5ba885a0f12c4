//! Everything in one conversation, live (semantics §9, architecture §3.7): in order, without a gap, and only while it exists for the viewer.

use std::time::Duration;

use entity::enums::Scope;
use serde_json::json;
use tokio::time::timeout;

use crate::support::live::{CONVERSATION, Follower, Heard, Transport, kinds, seq};
use crate::support::{Client, World, both};

both!(
    each_entry_of_the_conversation_is_told_once_on_each_transport,
    what_happened_since_the_cursor_is_told_first,
    without_a_cursor_it_starts_now,
    events_go_on_from_the_last_id,
    a_cursor_that_cannot_be_followed_is_refused,
    what_does_not_exist_for_the_viewer_is_not_found,
    losing_access_ends_it_as_if_it_did_not_exist,
    notes_are_told_to_who_may_read_them,
    a_deleted_note_is_told_without_its_text,
    without_the_scope_it_is_forbidden,
    ten_subscriptions_of_a_socket_end_one_by_one,
);

/// What is heard while nothing is to come.
const QUIET: Duration = Duration::from_millis(300);

/// The conversation, from this cursor on.
async fn follow(client: &Client, transport: Transport, id: &str, after: &str) -> Follower {
    client.follow(transport, CONVERSATION, json!({ "id": id, "after": after })).await
}

/// Four entries, and others elsewhere.
async fn busy(world: &World, id: &str, other: &str) {
    world.close(id).await;
    world.close(other).await;
    let it = json!({ "conversationId": id });
    world.bea().mutate("reopenConversation", it.clone()).await.changed();
    world.bea().mutate("addNote", json!({ "conversationId": id, "text": "Hm" })).await.changed();
    world.bea().mutate("reopenConversation", json!({ "conversationId": other })).await.changed();
    world
        .bea()
        .mutate("snoozeConversation", json!({ "conversationId": id, "until": { "after": "PT1H" } }))
        .await
        .changed();
}

const BUSY: [&str; 4] = ["CLOSED", "REOPENED", "NOTE", "SNOOZED"];

async fn each_entry_of_the_conversation_is_told_once_on_each_transport(world: &World) {
    let (id, other) = (world.opened().await, world.opened().await);
    let (bea, after) = (world.bea(), world.cursor().await);
    let mut followers = Vec::new();
    for transport in Transport::ALL {
        followers.push(follow(&bea, transport, &id, &after).await);
    }
    busy(world, &id, &other).await;
    let mut told = Vec::new();
    for follower in &mut followers {
        let heard = follower.take(4).await;
        assert_eq!(kinds(&heard), BUSY);
        for change in &heard {
            assert_eq!(change["conversation"]["id"], id);
            assert!(change["conversation"]["version"].as_i64() >= change["entry"]["version"].as_i64(), "{change}");
        }
        assert!(heard.windows(2).all(|two| seq(&two[0]["cursor"]) < seq(&two[1]["cursor"])));
        told.push(heard.iter().map(|change| json!([change["cursor"], change["entry"]])).collect::<Vec<_>>());
        follower.silent(QUIET).await;
    }
    assert!(told.iter().all(|other| *other == told[0]), "the same on each: {told:#?}");
}

async fn what_happened_since_the_cursor_is_told_first(world: &World) {
    let (id, other) = (world.opened().await, world.opened().await);
    let after = world.cursor().await;
    busy(world, &id, &other).await;
    for transport in Transport::ALL {
        let mut whole = follow(&world.bea(), transport, &id, &world.cursor_at(0).await).await;
        assert_eq!(kinds(&whole.take(2).await), ["CREATED", "MESSAGE"]);
        assert_eq!(kinds(&whole.take(4).await), BUSY);
        let mut since = follow(&world.bea(), transport, &id, &after).await;
        let told = since.take(4).await;
        assert_eq!(kinds(&told), BUSY);
        let mut rest = follow(&world.bea(), transport, &id, told[1]["cursor"].as_str().unwrap()).await;
        assert_eq!(kinds(&rest.take(2).await), BUSY[2..]);
    }
}

async fn without_a_cursor_it_starts_now(world: &World) {
    let id = world.opened().await;
    for (at, transport) in Transport::ALL.into_iter().enumerate() {
        let before = world.ada().conversation(&id).await["version"].as_i64().unwrap();
        let mut follower = world.bea().follow(transport, CONVERSATION, json!({ "id": id })).await;
        // When it has begun it doesn't say.
        let mut subjects = (0..).map(|count| format!("{at} {count}"));
        let first = loop {
            let input = json!({ "conversationId": id, "subject": subjects.next().unwrap() });
            world.bea().mutate("updateConversation", input).await.changed();
            match timeout(Duration::from_millis(100), follower.hear()).await {
                Ok(Heard::Next(result)) => break result["data"]["conversationChanged"].clone(),
                Ok(other) => panic!("{other:?}"),
                Err(_) => {}
            }
        };
        let first = first["entry"]["version"].as_i64().unwrap();
        assert!(first > before, "{first} was there before");
        let last = world.ada().conversation(&id).await["version"].as_i64().unwrap();
        for version in first + 1..=last {
            assert_eq!(follower.next().await["entry"]["version"], version);
        }
        world.close(&id).await;
        assert_eq!(follower.next().await["entry"]["kind"], "CLOSED");
        world.bea().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
    }
}

async fn events_go_on_from_the_last_id(world: &World) {
    let (id, other) = (world.opened().await, world.opened().await);
    let (early, after) = (world.cursor_at(0).await, world.cursor().await);
    busy(world, &id, &other).await;
    let request = json!({ "query": CONVERSATION, "variables": { "id": id, "after": early } });
    let mut follower = world.bea().follow_from(Transport::Events, request, Some(&after)).await;
    assert_eq!(kinds(&follower.take(4).await), BUSY, "it wins over the argument");
}

async fn a_cursor_that_cannot_be_followed_is_refused(world: &World) {
    let id = world.opened().await;
    let head = world.cursor().await;
    let ahead = world.cursor_at(world.last_seq().await + 1).await;
    let mut elsewhere = head.clone();
    elsewhere.replace_range(5..6, if &head[5..6] == "A" { "B" } else { "A" });
    for transport in Transport::ALL {
        for (after, code) in [
            (json!(ahead), "CURSOR_AHEAD"),
            (json!(elsewhere), "EPOCH_CHANGED"),
            (json!("nonsense"), "BAD_REQUEST"),
            (json!(""), "BAD_REQUEST"),
            (json!(head[1..]), "BAD_REQUEST"),
            (json!(format!("{head}A")), "BAD_REQUEST"),
            (json!(format!(" {head}")), "BAD_REQUEST"),
            (json!(1), "BAD_REQUEST"),
        ] {
            let mut refused = world.bea().follow(transport, CONVERSATION, json!({ "id": id, "after": after })).await;
            assert_eq!(refused.error().await.0, code, "{after} on {transport:?}");
        }
        follow(&world.bea(), transport, &id, &head).await.silent(QUIET).await;
    }
}

async fn what_does_not_exist_for_the_viewer_is_not_found(world: &World) {
    let hidden = world.hidden().await;
    let unknown = "conversation_01h455vb4pex5vsknk084sn02q";
    for transport in Transport::ALL {
        let mut refusals = Vec::new();
        for id in [&*hidden, unknown, "nonsense", "", &world.organisation().bea.id] {
            let mut refused = world.bea().follow(transport, CONVERSATION, json!({ "id": id })).await;
            let Heard::Ended(ended) = refused.heard().await else { panic!("{id} is told") };
            refusals.push(ended);
        }
        assert_eq!(refusals[0].code, "NOT_FOUND");
        assert!(refusals.iter().all(|other| *other == refusals[0]), "{refusals:#?}");
        let mut shown = follow(&world.dora(), transport, &hidden, &world.cursor_at(0).await).await;
        assert_eq!(kinds(&shown.take(2).await), ["CREATED", "MESSAGE"]);
    }
}

async fn losing_access_ends_it_as_if_it_did_not_exist(world: &World) {
    let (id, bea) = (world.hidden().await, &world.organisation().bea.id);
    for transport in Transport::ALL {
        world.belongs_to_vip(bea, true).await;
        let after = world.cursor().await;
        let mut follower = follow(&world.bea(), transport, &id, &after).await;
        world.close(&id).await;
        assert_eq!(follower.next().await["entry"]["kind"], "CLOSED");
        world.belongs_to_vip(bea, false).await;
        world.ada().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
        let (code, cursor) = follower.error().await;
        assert_eq!(code, "NOT_FOUND");
        assert!(seq(&json!(cursor.unwrap())) >= seq(&json!(after)));
    }
}

async fn notes_are_told_to_who_may_read_them(world: &World) {
    let (id, other) = (world.opened().await, world.opened().await);
    let after = world.cursor().await;
    let robot = &world.organisation().robot.id;
    let blind = world.client(&world.token(robot, &[Scope::ConversationsRead], None).await);
    let mut followers = Vec::new();
    for client in [&blind, &world.robot()] {
        followers.push(follow(client, Transport::WebSocket, &id, &after).await);
    }
    busy(world, &id, &other).await;
    followers.push(follow(&blind, Transport::WebSocket, &id, &after).await);
    assert_eq!(kinds(&followers[0].take(3).await), ["CLOSED", "REOPENED", "SNOOZED"]);
    assert_eq!(kinds(&followers[1].take(4).await), BUSY);
    assert_eq!(kinds(&followers[2].take(3).await), ["CLOSED", "REOPENED", "SNOOZED"], "nor in what was before");
}

async fn a_deleted_note_is_told_without_its_text(world: &World) {
    let (id, after) = (world.opened().await, world.cursor().await);
    let document =
        "subscription($id: ID!, $after: EventCursor) { conversationChanged(conversationId: $id, after: $after) {
        entry { kind ... on Note { text html deletedAt } ... on NoteChangedEntry { note { id text } } } } }";
    let variables = json!({ "id": id, "after": after });
    let mut live = world.carl().follow(Transport::WebSocket, document, variables.clone()).await;
    let note = world.bea().mutate("addNote", json!({ "conversationId": id, "text": "Secret" })).await.changed();
    assert_eq!(live.next().await["entry"]["text"], "Secret");
    world.bea().mutate("deleteNote", json!({ "noteId": note.text("note.id") })).await.changed();
    assert!(!live.next().await.to_string().contains("Secret"));
    let mut replay = world.carl().follow(Transport::WebSocket, document, variables).await;
    let told = replay.take(2).await;
    assert_eq!(kinds(&told), ["NOTE", "NOTE_DELETED"]);
    assert!(!json!(told).to_string().contains("Secret"), "{told:#?}");
}

async fn without_the_scope_it_is_forbidden(world: &World) {
    let id = world.opened().await;
    let robot = &world.organisation().robot.id;
    let narrow = world.client(&world.token(robot, &[Scope::ConversationsWrite], None).await);
    for transport in Transport::ALL {
        for id in [&*id, "nonsense"] {
            let mut refused = narrow.follow(transport, CONVERSATION, json!({ "id": id })).await;
            assert_eq!(refused.error().await.0, "FORBIDDEN");
        }
    }
}

async fn ten_subscriptions_of_a_socket_end_one_by_one(world: &World) {
    let (id, after) = (world.opened().await, world.cursor().await);
    let socket = crate::support::live::Socket::open(&world.bea()).await;
    let mut followers = Vec::new();
    for _ in 0..10 {
        followers.push(socket.follow(CONVERSATION, json!({ "id": id, "after": after })).await);
    }
    world.close(&id).await;
    for follower in &mut followers {
        assert_eq!(follower.next().await["entry"]["kind"], "CLOSED");
    }
    for follower in followers.drain(..5) {
        follower.complete().await;
    }
    let mut refused = socket.follow(CONVERSATION, json!({ "id": "nonsense" })).await;
    assert_eq!(refused.error().await.0, "NOT_FOUND");
    world.bea().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
    for follower in &mut followers {
        assert_eq!(follower.next().await["entry"]["kind"], "REOPENED");
    }
}
