//! The team writes: replying, starting, and what becomes of the delivery (semantics §8.8, 8.10, 14).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    a_reply_is_queued_and_its_author_follows,
    a_reply_answers_the_waiting_customer_and_keeps_the_state,
    then_closes_or_opens_in_the_same_step,
    a_reply_to_spam_is_refused,
    a_reply_keeps_to_its_limits,
    a_gateway_reads_where_to_deliver,
    reports_of_delivery_leave_entries,
    reports_out_of_order_change_nothing,
    what_cannot_be_reported_is_refused,
    the_team_starts_a_conversation,
    starting_is_refused_for_a_blocked_customer,
);

async fn reply(world: &World, id: &str, text: &str) -> Answer {
    world.bea().mutate("reply", json!({ "conversationId": id, "text": text })).await
}

async fn a_reply_is_queued_and_its_author_follows(world: &World) {
    let id = world.opened().await;
    let first = reply(world, &id, "On its <way>").await.changed();
    assert_eq!(first.kinds(), ["MESSAGE", "FOLLOWED"]);
    assert_eq!(first.get("message.direction"), "OUTBOUND");
    assert_eq!(first.get("message.delivery"), &json!({ "status": "QUEUED", "error": null }));
    assert_eq!(first.text("message.text"), "On its <way>");
    assert!(first.text("message.html").contains("&lt;way&gt;"));
    assert_eq!(first.get("conversation.followers"), &json!([{ "id": world.organisation().bea.id }]));
    assert_eq!(first.get("conversation.lastMessage.id"), first.get("message.id"));
    assert_eq!(first.get("conversation.version"), 4);
    let second = reply(world, &id, "It left").await.changed();
    assert_eq!(second.kinds(), ["MESSAGE"]);
    assert_eq!(second.get("conversation.messageCount"), 3);
}

async fn a_reply_answers_the_waiting_customer_and_keeps_the_state(world: &World) {
    let id = world.opened().await;
    world.clock.advance(TimeDelta::hours(1));
    let open = reply(world, &id, "On its way").await.changed();
    assert_eq!((open.get("conversation.state"), open.get("conversation.waitingSince")), (&json!("OPEN"), &Value::Null));
    assert_eq!(open.get("conversation.lastActivityAt"), "2026-01-05T10:00:00Z");
    world.close(&id).await;
    let closed = reply(world, &id, "P.S.").await.changed();
    assert_eq!(closed.get("conversation.state"), "CLOSED");
    assert_eq!(closed.kinds(), ["MESSAGE"]);
}

async fn then_closes_or_opens_in_the_same_step(world: &World) {
    let id = world.opened().await;
    let then = |then: Value| {
        let input = json!({ "conversationId": id, "text": "Done", "then": then });
        async move { world.bea().mutate("reply", input).await }
    };
    let closed = then(json!({ "close": true })).await.changed();
    assert_eq!(closed.kinds(), ["MESSAGE", "FOLLOWED", "CLOSED"]);
    assert_eq!(closed.get("conversation.state"), "CLOSED");
    assert_eq!(then(json!({ "close": true })).await.changed().kinds(), ["MESSAGE"]);
    let opened = then(json!({ "open": true })).await.changed();
    assert_eq!(opened.kinds(), ["MESSAGE", "REOPENED"]);
    assert_eq!(opened.get("conversation.state"), "OPEN");
    assert_eq!(then(json!({ "open": true })).await.changed().kinds(), ["MESSAGE"]);
    assert_eq!(then(json!(null)).await.changed().kinds(), ["MESSAGE"]);
    then(json!({ "close": false })).await.refused("INVALID", "input.then.close");
    let both = then(json!({ "close": true, "open": true })).await;
    assert!(!both.error_codes().is_empty(), "one choice only: {both:#?}");
}

async fn a_reply_to_spam_is_refused(world: &World) {
    let id = world.spam().await;
    let before = world.last_seq().await;
    let refused = reply(world, &id, "Hello").await.refused("IS_SPAM", "");
    assert_eq!(refused.get("conversation.state"), "SPAM");
    assert_eq!(refused.get("message"), &Value::Null);
    assert_eq!(world.last_seq().await, before, "a refusal writes nothing");
}

async fn a_reply_keeps_to_its_limits(world: &World) {
    let id = world.opened().await;
    reply(world, &id, " \n ").await.refused("REQUIRED", "input.text");
    reply(world, &id, &"x".repeat(65_537)).await.refused("TOO_LONG", "input.text");
    reply(world, &id, "a\0b").await.refused("INVALID", "input.text");
    reply(world, &id, &"ü".repeat(65_536)).await.changed();
    assert_eq!(world.ada().conversation(&id).await["messageCount"], 2);
}

const RECIPIENTS: &str = "query { conversationChanges(kinds: [MESSAGE], first: 100) {
    nodes { entry { ... on Message { id text direction recipient } } } } }";

async fn a_gateway_reads_where_to_deliver(world: &World) {
    let mail = world.opened().await;
    let chat = world.chatted("visitor-1", "Hello").await.conversation();
    reply(world, &mail, "by mail").await.changed();
    reply(world, &chat, "by chat").await.changed();
    let seen = world.gateway().query(RECIPIENTS, json!({})).await.ok();
    let nodes = seen.at("conversationChanges.nodes").as_array().unwrap();
    let recipients: Vec<_> = nodes.iter().map(|node| node["entry"]["recipient"].clone()).collect();
    assert_eq!(recipients, [json!(null), json!(null), json!("zoe@example.com"), json!("visitor-1")]);
}

async fn reports_of_delivery_leave_entries(world: &World) {
    let id = world.opened().await;
    let message = reply(world, &id, "On its way").await.changed().text("message.id");
    let version = world.ada().conversation(&id).await["version"].as_i64().unwrap();
    let report = |input: Value| {
        let mut whole = json!({ "messageId": message });
        whole.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
        async move { world.gateway().mutate("reportDelivery", whole).await }
    };
    let sent = report(json!({ "status": "SENT", "externalId": "<r1@desk>" })).await.changed();
    assert_eq!(sent.kinds(), ["DELIVERY_CHANGED"]);
    assert_eq!(sent.get("message.externalId"), "<r1@desk>");
    assert_eq!(sent.get("entries.0.actor.__typename"), "Integration");
    report(json!({ "status": "SENT", "externalId": "<r1@desk>" })).await.unchanged();
    let failed = report(json!({ "status": "FAILED", "error": "mailbox full" })).await.changed();
    assert_eq!(failed.get("message.delivery"), &json!({ "status": "FAILED", "error": "mailbox full" }));
    report(json!({ "status": "FAILED", "error": "mailbox full" })).await.unchanged();
    // Deliveries don't count as moving on.
    let close = json!({ "conversationId": id, "expectedVersion": version });
    world.ada().mutate("closeConversation", close).await.changed();
}

async fn reports_out_of_order_change_nothing(world: &World) {
    let id = world.opened().await;
    let message = reply(world, &id, "On its way").await.changed().text("message.id");
    let report = |status: &str| {
        let input = json!({ "messageId": message, "status": status });
        async move { world.gateway().mutate("reportDelivery", input).await }
    };
    report("DELIVERED").await.changed();
    report("SENT").await.unchanged();
    report("QUEUED").await.unchanged();
    report("FAILED").await.changed();
}

async fn what_cannot_be_reported_is_refused(world: &World) {
    let received = world.mailed("zoe@example.com", "Hello").await;
    let inbound = received.text("message.id");
    let message = reply(world, &received.conversation(), "Hi").await.changed().text("message.id");
    let report = |id: &str, more: Value| {
        let mut whole = json!({ "messageId": id, "status": "SENT" });
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        async move { world.gateway().mutate("reportDelivery", whole).await }
    };
    report(&inbound, json!({})).await.refused("INVALID", "input.messageId");
    report(&message, json!({ "error": "why?" })).await.refused("INVALID", "input.error");
    report(&message, json!({ "externalId": "x".repeat(1_001) })).await.refused("TOO_LONG", "input.externalId");
    for id in ["message_01h455vb4pex5vsknk084sn02q", "nonsense", &received.conversation()] {
        report(id, json!({})).await.refused("NOT_FOUND", "input.messageId");
    }
    let mut other = world.mail("yan@example.com", "Hello");
    other["externalId"] = json!("<taken@example.com>");
    world.gateway().receive(other).await.changed();
    report(&message, json!({ "externalId": "<taken@example.com>" })).await.refused("TAKEN", "input.externalId");
    let input = json!({ "messageId": message, "status": "SENT" });
    world.bea().mutate("reportDelivery", input).await.refused("FORBIDDEN", "");
}

async fn the_team_starts_a_conversation(world: &World) {
    let organisation = world.organisation();
    let start = |text: &str| {
        let customer = json!({ "email": "zoe@example.com" });
        let input = json!({ "channelId": organisation.mail, "customer": customer, "subject": "Recall", "text": text });
        async move { world.bea().mutate("startConversation", input).await }
    };
    let started = start("Please return it").await.changed();
    assert_eq!(started.kinds(), ["CREATED", "MESSAGE", "FOLLOWED"]);
    assert_eq!(started.get("message.direction"), "OUTBOUND");
    assert_eq!(started.get("conversation.state"), "OPEN");
    assert_eq!(started.get("conversation.assignee"), &Value::Null);
    assert_eq!(started.get("conversation.waitingSince"), &Value::Null);
    assert_eq!(started.get("conversation.followers"), &json!([{ "id": organisation.bea.id }]));
    let second = start("Really").await.changed();
    assert_ne!(second.conversation(), started.conversation());
    start("").await.refused("REQUIRED", "input.text");
    let long = json!({
        "channelId": organisation.mail, "customer": { "email": "zoe@example.com" }, "subject": "s".repeat(256), "text": "Hi",
    });
    world.bea().mutate("startConversation", long).await.refused("TOO_LONG", "input.subject");
    let hidden = json!({ "channelId": organisation.vip, "customer": { "email": "zoe@example.com" }, "text": "Hello" });
    world.bea().mutate("startConversation", hidden.clone()).await.refused("NOT_FOUND", "input.channelId");
    world.dora().mutate("startConversation", hidden).await.changed();
}

async fn starting_is_refused_for_a_blocked_customer(world: &World) {
    world.block(json!({ "email": "spammer@example.com" })).await;
    let organisation = world.organisation();
    let customer = json!({ "email": "spammer@example.com" });
    let input = json!({ "channelId": organisation.mail, "customer": customer, "text": "Hello" });
    world.bea().mutate("startConversation", input).await.refused("FORBIDDEN", "input.customer");
}
