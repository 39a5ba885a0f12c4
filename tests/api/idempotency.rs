//! The same key does it once (semantics §13.2).

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    a_retry_answers_the_first_objects_and_does_nothing,
    the_same_key_with_another_input_is_refused,
    keys_are_of_one_principal_and_operation,
    a_refusal_stores_no_key,
    the_key_comes_before_the_expected_version,
    a_key_is_kept_seven_days,
    the_same_key_sixteen_times_at_once_does_it_once,
    an_unchanged_duplicate_is_remembered_as_unchanged,
);

fn keyed(id: &str, text: &str, key: &str) -> Value {
    json!({ "conversationId": id, "text": text, "idempotencyKey": key })
}

async fn a_retry_answers_the_first_objects_and_does_nothing(world: &World) {
    let id = world.opened().await;
    let first = world.bea().mutate("reply", keyed(&id, "Hi", "k")).await.changed();
    world.close(&id).await;
    let retry = world.bea().mutate("reply", keyed(&id, "Hi", "k")).await.changed();
    assert_eq!(retry.get("message.id"), first.get("message.id"));
    assert_eq!(retry.get("entries"), first.get("entries"));
    assert_eq!(retry.get("conversation.state"), "CLOSED", "as it now is");
    assert_eq!(retry.get("conversation.messageCount"), 2);
    let mut chat = world.chat("visitor-1", "Hello");
    chat["idempotencyKey"] = json!("k");
    let first = world.gateway().receive(chat.clone()).await.changed();
    let retry = world.gateway().receive(chat).await.changed();
    assert_eq!(retry.get("message.id"), first.get("message.id"));
    assert_eq!(retry.get("routing.decision"), "CREATE");
    assert_eq!(retry.get("conversation.messageCount"), 1);
    let start = json!({
        "channelId": world.organisation().mail, "customer": { "email": "zoe@example.com" }, "text": "Hi", "idempotencyKey": "k",
    });
    let first = world.bea().mutate("startConversation", start.clone()).await.changed();
    let retry = world.bea().mutate("startConversation", start).await.changed();
    assert_eq!(retry.conversation(), first.conversation());
}

async fn the_same_key_with_another_input_is_refused(world: &World) {
    let id = world.opened().await;
    world.bea().mutate("reply", keyed(&id, "Hi", "k")).await.changed();
    let other = world.bea().mutate("reply", keyed(&id, "Hi!", "k")).await;
    other.refused("IDEMPOTENCY_MISMATCH", "input.idempotencyKey");
    assert_eq!(world.bea().conversation(&id).await["messageCount"], 2);
}

async fn keys_are_of_one_principal_and_operation(world: &World) {
    let id = world.opened().await;
    let one = world.bea().mutate("reply", keyed(&id, "Hi", "k")).await.changed();
    let other = world.carl().mutate("reply", keyed(&id, "Hi", "k")).await.changed();
    assert_ne!(one.get("message.id"), other.get("message.id"));
    let start = json!({
        "channelId": world.organisation().mail, "customer": { "email": "zoe@example.com" }, "text": "Hi", "idempotencyKey": "k",
    });
    world.bea().mutate("startConversation", start).await.changed();
}

async fn a_refusal_stores_no_key(world: &World) {
    let id = world.opened().await;
    world.bea().mutate("reply", keyed(&id, " ", "k")).await.refused("REQUIRED", "input.text");
    let mut conflict = keyed(&id, "Hi", "k");
    conflict["expectedVersion"] = json!(1);
    world.bea().mutate("reply", conflict).await.refused("CONFLICT", "input.expectedVersion");
    world.bea().mutate("reply", keyed(&id, "Hi", "k")).await.changed();
}

async fn the_key_comes_before_the_expected_version(world: &World) {
    let id = world.opened().await;
    let mut input = keyed(&id, "Hi", "k");
    input["expectedVersion"] = json!(2);
    let first = world.bea().mutate("reply", input.clone()).await.changed();
    let retry = world.bea().mutate("reply", input).await.changed();
    assert_eq!(retry.get("message.id"), first.get("message.id"));
}

async fn a_key_is_kept_seven_days(world: &World) {
    let id = world.opened().await;
    let first = world.bea().mutate("reply", keyed(&id, "Hi", "k")).await.changed();
    world.clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
    world.app.service.store.forget_old_keys(world.clock.now()).await.unwrap();
    let retry = world.bea().mutate("reply", keyed(&id, "Hi", "k")).await.changed();
    assert_eq!(retry.get("message.id"), first.get("message.id"));
}

async fn the_same_key_sixteen_times_at_once_does_it_once(world: &World) {
    let id = world.opened().await;
    let bea = world.bea();
    let replies = join_all((0..16).map(|_| bea.mutate("reply", keyed(&id, "Hi", "k")))).await;
    let replies: Vec<Answer> = replies.into_iter().map(Answer::changed).collect();
    assert!(replies.iter().all(|reply| reply.get("message.id") == replies[0].get("message.id")));
    assert_eq!(world.bea().conversation(&id).await["messageCount"], 2);
    // Half of them with another input: exactly one input wins, the other is refused.
    let texts = (0..16).map(|at| if at % 2 == 0 { "even" } else { "odd" });
    let replies = join_all(texts.map(|text| bea.mutate("reply", keyed(&id, text, "l")))).await;
    let done = replies.iter().filter(|reply| reply.refusals().is_empty()).count();
    assert_eq!(done, 8, "{replies:#?}");
    assert_eq!(world.bea().conversation(&id).await["messageCount"], 3);
}

async fn an_unchanged_duplicate_is_remembered_as_unchanged(world: &World) {
    let mut chat = world.chat("visitor-1", "Hello");
    chat["externalId"] = json!("m1");
    world.gateway().receive(chat.clone()).await.changed();
    chat["idempotencyKey"] = json!("k");
    let duplicate = world.gateway().receive(chat.clone()).await.unchanged();
    let retry = world.gateway().receive(chat).await.unchanged();
    assert_eq!(retry.get("message.id"), duplicate.get("message.id"));
    assert_eq!(retry.get("routing.decision"), "DUPLICATE");
}
