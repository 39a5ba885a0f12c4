//! How urgent a conversation is (semantics §4, §6.3, §13).

use serde_json::{Value, json};

use crate::support::{World, both};

both!(
    a_priority_is_set_changed_and_cleared,
    the_priority_must_be_given,
    the_priority_can_be_set_in_every_state,
    a_priority_moves_neither_state_nor_activity,
    a_conversation_that_moved_on_keeps_its_priority,
    what_the_viewer_may_not_see_has_no_priority_to_set,
    lists_are_sorted_and_filtered_by_priority,
);

fn input(id: &str, priority: &Value) -> Value {
    json!({ "conversationId": id, "priority": priority })
}

async fn a_priority_is_set_changed_and_cleared(world: &World) {
    let id = world.opened().await;
    let mut before = Value::Null;
    for to in [json!("LOW"), json!("MEDIUM"), json!("HIGH"), json!("URGENT"), Value::Null] {
        let answer = world.bea().mutate("setPriority", input(&id, &to)).await.changed();
        assert_eq!((answer.kinds(), answer.get("conversation.priority")), (vec!["PRIORITIZED".to_owned()], &to));
        assert_eq!((answer.get("entries.0.fromPriority"), answer.get("entries.0.toPriority")), (&before, &to));
        world.bea().mutate("setPriority", input(&id, &to)).await.unchanged();
        before = to;
    }
}

async fn the_priority_must_be_given(world: &World) {
    let id = world.opened().await;
    world.bea().mutate("setPriority", json!({ "conversationId": id })).await.refused("REQUIRED", "input.priority");
    // An omitted variable is as good as nothing.
    let document = "mutation($id: ID!, $priority: Priority) {
        setPriority(input: { conversationId: $id, priority: $priority }) { changed userErrors { code field } } }";
    world.bea().query(document, json!({ "id": id })).await.refused("REQUIRED", "input.priority");
    world.bea().query(document, json!({ "id": id, "priority": "HIGH" })).await.changed();
    world.bea().query(document, json!({ "id": id, "priority": null })).await.changed();
}

async fn the_priority_can_be_set_in_every_state(world: &World) {
    for (id, state) in [(world.opened().await, "OPEN"), (world.closed().await, "CLOSED"), (world.spam().await, "SPAM")]
    {
        let answer = world.bea().mutate("setPriority", input(&id, &json!("HIGH"))).await.changed();
        assert_eq!(answer.text("conversation.state"), state);
        world.bea().mutate("setPriority", input(&id, &Value::Null)).await.changed();
    }
}

async fn a_priority_moves_neither_state_nor_activity(world: &World) {
    let id = world.opened().await;
    let before = world.bea().conversation(&id).await;
    world.clock.advance(chrono::TimeDelta::minutes(1));
    let after = world.bea().mutate("setPriority", input(&id, &json!("LOW"))).await.changed();
    for field in ["state", "lastActivityAt", "waitingSince"] {
        assert_eq!(after.get(&format!("conversation.{field}")), &before[field], "{field}");
    }
    assert_ne!(after.get("conversation.updatedAt"), &before["updatedAt"]);
}

async fn a_conversation_that_moved_on_keeps_its_priority(world: &World) {
    let id = world.opened().await;
    let with = |version: i32| json!({ "conversationId": id, "priority": "HIGH", "expectedVersion": version });
    world.bea().mutate("setPriority", with(1)).await.refused("CONFLICT", "input.expectedVersion");
    world.bea().mutate("setPriority", with(2)).await.changed();
    world.bea().mutate("setPriority", with(2)).await.refused("CONFLICT", "input.expectedVersion");
}

async fn what_the_viewer_may_not_see_has_no_priority_to_set(world: &World) {
    let hidden = world.hidden().await;
    for id in [hidden.as_str(), "conversation_01h455vb4pex5vsknk084sn02q", "nonsense"] {
        let answer = world.bea().mutate("setPriority", input(id, &json!("HIGH"))).await;
        answer.clone().refused("NOT_FOUND", "input.conversationId");
        assert_eq!(answer.get("conversation"), &Value::Null);
    }
    world.gateway().mutate("setPriority", input(&hidden, &json!("HIGH"))).await.failed("FORBIDDEN");
    world.dora().mutate("setPriority", input(&hidden, &json!("HIGH"))).await.changed();
}

async fn lists_are_sorted_and_filtered_by_priority(world: &World) {
    let (none, low, urgent) = (world.opened().await, world.opened().await, world.opened().await);
    world.bea().mutate("setPriority", input(&low, &json!("LOW"))).await.changed();
    world.bea().mutate("setPriority", input(&urgent, &json!("URGENT"))).await.changed();
    let list = async |arguments: &str| {
        let answer = world.bea().query(&format!("{{ inbox({arguments}) {{ nodes {{ id }} }} }}"), json!({})).await.ok();
        answer.texts("inbox.nodes", "id")
    };
    assert_eq!(list("orderBy: { by: PRIORITY }").await, [&*urgent, &low, &none]);
    assert_eq!(list("orderBy: { by: PRIORITY, direction: ASC }").await, [&*none, &low, &urgent]);
    assert_eq!(list("filter: { priorities: [URGENT, HIGH] }").await, [&*urgent]);
    assert_eq!(list("filter: { withoutPriority: true }").await, [&*none]);
}
