//! Closing, reopening, editing, and versions (semantics §8.9, 8.5, 13).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    closing_moves_it_from_the_inbox_to_history_for_good,
    closing_twice_changes_nothing,
    reopening_brings_it_back,
    spam_is_neither_closed_nor_reopened,
    the_timeline_tells_everything_in_order,
    the_subject_changes_and_clears,
    attributes_merge_by_key,
    an_edit_keeps_to_its_limits,
    a_stale_version_is_a_conflict_and_writes_nothing,
    a_clock_that_steps_back_keeps_the_order,
);

async fn act(world: &World, mutation: &str, id: &str) -> Answer {
    world.bea().mutate(mutation, json!({ "conversationId": id })).await
}

async fn listed(world: &World, view: &str) -> Vec<String> {
    world
        .bea()
        .query(&format!("{{ {view} {{ nodes {{ id }} }} }}"), json!({}))
        .await
        .ok()
        .texts(&format!("{view}.nodes"), "id")
}

async fn closing_moves_it_from_the_inbox_to_history_for_good(world: &World) {
    let id = world.opened().await;
    assert_eq!((listed(world, "inbox").await, listed(world, "history").await), (vec![id.clone()], vec![]));
    let closed = act(world, "closeConversation", &id).await.changed();
    assert_eq!(closed.kinds(), ["CLOSED"]);
    assert_eq!(closed.get("conversation.state"), "CLOSED");
    assert_eq!(closed.get("conversation.closeReason"), "RESOLVED");
    assert_eq!(closed.get("conversation.closedAt"), "2026-01-05T09:00:00Z");
    assert_eq!(closed.get("conversation.waitingSince"), &Value::Null);
    world.clock.advance(TimeDelta::days(3_000));
    assert_eq!((listed(world, "inbox").await, listed(world, "history").await), (vec![], vec![id.clone()]));
    assert_eq!(world.bea().timeline(&id).await, ["CREATED", "MESSAGE", "CLOSED"]);
}

async fn closing_twice_changes_nothing(world: &World) {
    let id = world.opened().await;
    act(world, "closeConversation", &id).await.changed();
    world.clock.advance(TimeDelta::hours(1));
    let again = act(world, "closeConversation", &id).await.unchanged();
    assert_eq!(again.get("conversation.closedAt"), "2026-01-05T09:00:00Z");
}

async fn reopening_brings_it_back(world: &World) {
    let id = world.closed().await;
    world.clock.advance(TimeDelta::hours(1));
    let reopened = act(world, "reopenConversation", &id).await.changed();
    assert_eq!(reopened.kinds(), ["REOPENED"]);
    assert_eq!(reopened.get("conversation.state"), "OPEN");
    assert_eq!(reopened.get("conversation.closeReason"), &Value::Null);
    assert_eq!(reopened.get("conversation.lastActivityAt"), "2026-01-05T10:00:00Z");
    act(world, "reopenConversation", &id).await.unchanged();
    assert_eq!(listed(world, "inbox").await, [id]);
}

async fn spam_is_neither_closed_nor_reopened(world: &World) {
    let id = world.spam().await;
    for mutation in ["closeConversation", "reopenConversation"] {
        let refused = act(world, mutation, &id).await.refused("IS_SPAM", "");
        assert_eq!(refused.get("conversation.id"), &json!(id));
    }
    assert_eq!((listed(world, "inbox").await, listed(world, "history").await), (vec![], vec![]));
}

async fn the_timeline_tells_everything_in_order(world: &World) {
    let id = world.opened().await;
    world.assign(&id, &world.organisation().bea.id).await;
    let reply = json!({ "conversationId": id, "text": "Done", "then": { "close": true } });
    world.bea().mutate("reply", reply).await.changed();
    act(world, "reopenConversation", &id).await.changed();
    let document = "query($id: ID!) { conversation(id: $id) { version timeline(first: 100) { nodes {
        kind version actor { displayName }
        ... on AssignedEntry { assignReason toAgent { id } fromAgent { id } }
        ... on ClosedEntry { closeReason } ... on ReopenedEntry { reopenReason } ... on CreatedEntry { routingReason }
        ... on FollowEntry { agent { id } } ... on Message { text direction } } } } }";
    let answer = world.bea().query(document, json!({ "id": id })).await.ok();
    let nodes = answer.at("conversation.timeline.nodes").as_array().unwrap().clone();
    let kinds: Vec<_> = nodes.iter().map(|node| node["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["CREATED", "MESSAGE", "ASSIGNED", "MESSAGE", "FOLLOWED", "CLOSED", "REOPENED"]);
    let versions: Vec<_> = nodes.iter().map(|node| node["version"].as_i64().unwrap()).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(answer.at("conversation.version"), 7);
    assert_eq!(nodes[2]["assignReason"], "MANUAL");
    assert_eq!(nodes[2]["toAgent"]["id"], json!(world.organisation().bea.id));
    assert_eq!(nodes[6]["reopenReason"], "MANUAL");
}

async fn edit(world: &World, id: &str, more: Value) -> Answer {
    let mut input = json!({ "conversationId": id });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    world.bea().mutate("updateConversation", input).await
}

async fn the_subject_changes_and_clears(world: &World) {
    let id = world.opened().await;
    let named = edit(world, &id, json!({ "subject": " Order 4711 " })).await.changed();
    assert_eq!((named.kinds(), named.get("conversation.subject")), (vec!["EDITED".to_owned()], &json!("Order 4711")));
    edit(world, &id, json!({ "subject": "Order 4711" })).await.unchanged();
    edit(world, &id, json!({})).await.unchanged();
    let cleared = edit(world, &id, json!({ "subject": null })).await.changed();
    assert_eq!(cleared.get("conversation.subject"), &Value::Null);
}

async fn attributes_merge_by_key(world: &World) {
    let id = world.opened().await;
    edit(world, &id, json!({ "attributes": { "order": 4711, "plan": "pro" } })).await.changed();
    let merged = edit(world, &id, json!({ "attributes": { "plan": null, "tags": ["a"] } })).await.changed();
    assert_eq!(merged.get("conversation.attributes"), &json!({ "order": 4711, "tags": ["a"] }));
    edit(world, &id, json!({ "attributes": { "plan": null, "order": 4711 } })).await.unchanged();
}

async fn an_edit_keeps_to_its_limits(world: &World) {
    let id = world.opened().await;
    edit(world, &id, json!({ "subject": "s".repeat(256) })).await.refused("TOO_LONG", "input.subject");
    edit(world, &id, json!({ "subject": "a\0b" })).await.refused("INVALID", "input.subject");
    let many: serde_json::Map<_, _> = (0..65).map(|key| (key.to_string(), json!(1))).collect();
    edit(world, &id, json!({ "attributes": many })).await.refused("LIMIT_EXCEEDED", "input.attributes");
    let large = json!({ "attributes": { "a": "x".repeat(16 * 1024) } });
    edit(world, &id, large).await.refused("LIMIT_EXCEEDED", "input.attributes");
    edit(world, &id, json!({ "attributes": { "a": ["b\0"] } })).await.refused("INVALID", "input.attributes");
    edit(world, &id, json!({ "attributes": null })).await.refused("REQUIRED", "input.attributes");
    // All or nothing.
    edit(world, &id, json!({ "subject": "Kept?", "attributes": { "a": "\0" } }))
        .await
        .refused("INVALID", "input.attributes");
    assert_eq!(world.bea().conversation(&id).await["subject"], Value::Null);
}

async fn a_stale_version_is_a_conflict_and_writes_nothing(world: &World) {
    let id = world.opened().await;
    let at = |version: i64| json!({ "conversationId": id, "expectedVersion": version });
    edit(world, &id, json!({ "subject": "Moved on" })).await.changed();
    let stale = world.bea().mutate("closeConversation", at(2)).await.refused("CONFLICT", "input.expectedVersion");
    assert_eq!(stale.get("conversation.version"), 3, "the conversation as it is now");
    world.bea().mutate("closeConversation", at(4)).await.refused("CONFLICT", "input.expectedVersion");
    world.bea().mutate("closeConversation", at(0)).await.refused("CONFLICT", "input.expectedVersion");
    assert_eq!(world.bea().conversation(&id).await["state"], "OPEN");
    world.bea().mutate("closeConversation", at(3)).await.changed();
    // Judged before the rules: what would change nothing is a conflict too.
    world.bea().mutate("closeConversation", at(3)).await.refused("CONFLICT", "input.expectedVersion");
}

async fn a_clock_that_steps_back_keeps_the_order(world: &World) {
    let id = world.opened().await;
    world.clock.advance(TimeDelta::hours(-5));
    let closed = act(world, "closeConversation", &id).await.changed();
    assert_eq!(closed.get("conversation.closedAt"), "2026-01-05T09:00:00Z");
    assert_eq!(closed.get("conversation.updatedAt"), "2026-01-05T09:00:00Z");
}
