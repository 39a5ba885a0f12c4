//! The viewer's own notifications, live (semantics §6): one each for who is told, with how many are unread.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::live::{Follower, NOTIFICATIONS, Transport};
use crate::support::{Client, World, both};

both!(
    whoever_is_notified_is_told_why,
    what_was_before_is_told_as_it_now_is,
    a_note_that_names_a_team_tells_its_members,
    what_became_hidden_is_not_told,
    integrations_are_notified_of_nothing,
);

const QUIET: Duration = Duration::from_millis(200);

async fn follow(client: &Client, transport: Transport, after: &str) -> Follower {
    client.follow(transport, NOTIFICATIONS, json!({ "after": after })).await
}

fn told(change: &Value) -> (&str, &str, i64) {
    let notification = &change["notification"];
    let text = |value: &'static str| notification.pointer(value).unwrap().as_str().unwrap();
    (text("/reason"), text("/entry/kind"), change["unreadCount"].as_i64().unwrap())
}

async fn whoever_is_notified_is_told_why(world: &World) {
    let (bea, after) = (&world.organisation().bea.id, world.cursor().await);
    for transport in Transport::ALL {
        let mut hers = follow(&world.bea(), transport, &world.cursor().await).await;
        let mut carls = follow(&world.carl(), transport, &after).await;
        let id = world.opened().await;
        let unread = world.bea().query("{ notifications { unreadCount } }", json!({})).await.ok();
        let unread = unread.at("notifications.unreadCount").as_i64().unwrap();
        world.assign(&id, bea).await;
        assert_eq!(told(&hers.next().await), ("ASSIGNED", "ASSIGNED", unread + 1));
        world.mailed("zoe@example.com", "Elsewhere").await;
        let note = json!({ "conversationId": id, "text": "Look", "mentions": [{ "agentId": bea }] });
        world.ada().mutate("addNote", note).await.changed();
        let change = hers.next().await;
        assert_eq!(told(&change), ("MENTION", "NOTE", unread + 2));
        assert_eq!(change["notification"]["conversation"]["id"], id);
        assert_eq!(change["notification"]["readAt"], Value::Null);
        // Her own doings tell her nothing.
        world.bea().mutate("closeConversation", json!({ "conversationId": id })).await.changed();
        hers.silent(QUIET).await;
        carls.silent(QUIET).await;
    }
}

async fn what_was_before_is_told_as_it_now_is(world: &World) {
    let (bea, after) = (&world.organisation().bea.id, world.cursor().await);
    let ids = [world.opened().await, world.opened().await];
    for id in &ids {
        world.assign(id, bea).await;
    }
    world.bea().mutate("markNotificationsRead", json!({ "conversationId": ids[0] })).await.changed();
    for transport in Transport::ALL {
        let mut replay = follow(&world.bea(), transport, &after).await;
        let two = replay.take(2).await;
        let of: Vec<&Value> = two.iter().map(|change| &change["notification"]["conversation"]["id"]).collect();
        assert_eq!(of, [&json!(ids[0]), &json!(ids[1])]);
        assert!(two[0]["notification"]["readAt"].is_string());
        assert_eq!(two.iter().map(|change| change["unreadCount"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 1]);
        let rest = two[0]["cursor"].as_str().unwrap();
        let mut rest = follow(&world.bea(), transport, rest).await;
        assert_eq!(rest.next().await["notification"], two[1]["notification"]);
        rest.silent(QUIET).await;
    }
}

async fn a_note_that_names_a_team_tells_its_members(world: &World) {
    let (id, after) = (world.opened().await, world.cursor().await);
    let mut members = [
        follow(&world.bea(), Transport::WebSocket, &after).await,
        follow(&world.carl(), Transport::Events, &after).await,
    ];
    let mut dora = follow(&world.dora(), Transport::WebSocket, &after).await;
    world.ada().mutate("addNote", json!({ "conversationId": id, "text": "Look, @support" })).await.changed();
    for member in &mut members {
        assert_eq!(told(&member.next().await), ("MENTION", "NOTE", 1));
    }
    dora.silent(QUIET).await;
}

async fn what_became_hidden_is_not_told(world: &World) {
    let (bea, after) = (&world.organisation().bea.id, world.cursor().await);
    world.belongs_to_vip(bea, true).await;
    let (hidden, shown) = (world.hidden().await, world.opened().await);
    world.assign(&hidden, bea).await;
    world.belongs_to_vip(bea, false).await;
    world.assign(&shown, bea).await;
    let mut replay = follow(&world.bea(), Transport::WebSocket, &after).await;
    assert_eq!(replay.next().await["notification"]["conversation"]["id"], shown);
    replay.silent(QUIET).await;
}

async fn integrations_are_notified_of_nothing(world: &World) {
    let mut follower = follow(&world.robot(), Transport::WebSocket, &world.cursor_at(0).await).await;
    let id = world.opened().await;
    world.assign(&id, &world.organisation().bea.id).await;
    follower.silent(QUIET).await;
}
