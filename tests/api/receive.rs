//! A customer's message arrives (semantics §8.1, 8.7, 10, 13.6).

use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    a_new_customer_gets_a_new_conversation,
    the_same_message_id_on_a_channel_gives_the_same_entry_once,
    a_customer_is_found_by_the_first_key_that_names_one,
    receiving_fills_in_what_is_missing_and_overwrites_nothing,
    a_message_without_a_customer_is_refused,
    what_does_not_exist_for_the_caller_is_not_found,
    a_message_is_never_refused_for_its_text,
    html_is_made_safe_before_it_is_kept,
    keys_over_their_limits_are_refused,
    a_blocked_senders_new_conversation_begins_in_spam,
    a_blocked_senders_message_to_an_existing_conversation_is_appended,
    an_automatic_message_leaves_nobody_waiting,
    a_refused_message_writes_nothing,
);

async fn a_new_customer_gets_a_new_conversation(world: &World) {
    let mut mail = world.mail("zoe@example.com", "Where is my order?");
    mail["subject"] = json!("  Order 4711 ");
    let received = world.gateway().receive(mail).await.changed();
    assert_eq!(received.get("routing.decision"), "CREATE");
    assert_eq!(received.kinds(), ["CREATED", "MESSAGE"]);
    let conversation = received.get("conversation");
    assert_eq!(conversation["state"], "OPEN");
    assert_eq!(conversation["subject"], "Order 4711");
    assert_eq!(conversation["version"], 2);
    assert_eq!(conversation["messageCount"], 1);
    assert_eq!(conversation["waitingSince"], "2026-01-05T09:00:00Z");
    assert_eq!(conversation["assignee"], Value::Null);
    assert_eq!(received.get("message.direction"), "INBOUND");
    assert_eq!(received.get("message.delivery"), &Value::Null);
    assert_eq!(received.get("entries.1.actor.__typename"), "Customer");
    let next = world.mailed("yan@example.com", "Hello").await;
    assert_eq!(next.int("conversation.number"), received.int("conversation.number") + 1);
}

async fn the_same_message_id_on_a_channel_gives_the_same_entry_once(world: &World) {
    let mut mail = world.mail("zoe@example.com", "Hello");
    mail["externalId"] = json!("<1@example.com>");
    let first = world.gateway().receive(mail.clone()).await.changed();
    mail["text"] = json!("Hello, delivered twice");
    let second = world.gateway().receive(mail.clone()).await.unchanged();
    assert_eq!(second.get("routing.decision"), "DUPLICATE");
    assert_eq!(second.get("message.id"), first.get("message.id"));
    assert_eq!(second.get("message.text"), "Hello");
    assert_eq!(second.get("conversation.version"), 2);
    mail["channelId"] = json!(world.organisation().chat);
    let elsewhere = world.gateway().receive(mail).await.changed();
    assert_eq!(elsewhere.get("routing.decision"), "CREATE");
}

async fn a_customer_is_found_by_the_first_key_that_names_one(world: &World) {
    let as_customer = |customer: Value| {
        let input = json!({ "channelId": world.organisation().mail, "customer": customer, "text": "Hello" });
        async move { world.gateway().receive(input).await.changed().text("conversation.customer.id") }
    };
    let zoe = as_customer(json!({ "email": "Zoe@Example.com" })).await;
    let yan = as_customer(json!({ "externalId": "yan-1", "phone": "+351 1" })).await;
    assert_ne!(zoe, yan);
    assert_eq!(as_customer(json!({ "email": " zoe@EXAMPLE.com" })).await, zoe);
    assert_eq!(as_customer(json!({ "phone": "+351 1" })).await, yan);
    // Keys that name two customers: the first in the order id, externalId, email, phone.
    assert_eq!(as_customer(json!({ "externalId": "yan-1", "email": "zoe@example.com" })).await, yan);
    assert_eq!(as_customer(json!({ "email": "zoe@example.com", "phone": "+351 1" })).await, zoe);
    assert_eq!(as_customer(json!({ "id": zoe, "externalId": "yan-1" })).await, zoe);
    // An unknown first key, a known second: it is filled in, and found by from then on.
    assert_eq!(as_customer(json!({ "externalId": "zoe-1", "email": "zoe@example.com" })).await, zoe);
    assert_eq!(as_customer(json!({ "externalId": "zoe-1" })).await, zoe);
}

async fn receiving_fills_in_what_is_missing_and_overwrites_nothing(world: &World) {
    let input =
        |customer: Value| json!({ "channelId": world.organisation().mail, "customer": customer, "text": "Hello" });
    let first = json!({ "email": "zoe@example.com", "fullName": "Zoe", "attributes": { "plan": "free" } });
    let id = world.gateway().receive(input(first)).await.changed().text("conversation.customer.id");
    let second = json!({
        "email": "ZOE@example.com", "fullName": "Zoe Q.", "phone": "+351 2",
        "attributes": { "plan": "pro", "country": "PT" },
    });
    world.gateway().receive(input(second)).await.changed();
    let document = "query($id: ID!) { customer(id: $id) { fullName email phone attributes displayName } }";
    let known = world.ada().query(document, json!({ "id": id })).await.ok();
    let expected = json!({
        "fullName": "Zoe", "email": "zoe@example.com", "phone": "+351 2", "displayName": "Zoe",
        "attributes": { "plan": "free", "country": "PT" },
    });
    assert_eq!(known.at("customer"), &expected);
}

async fn a_message_without_a_customer_is_refused(world: &World) {
    let channel = &world.organisation().mail;
    for customer in [json!({}), json!({ "fullName": "Zoe" }), json!({ "email": "  " })] {
        let input = json!({ "channelId": channel, "customer": customer, "text": "Hello" });
        world.gateway().receive(input).await.refused("REQUIRED", "input.customer");
    }
    let input = json!({ "channelId": channel, "customer": { "email": "zoe" }, "text": "Hello" });
    world.gateway().receive(input).await.refused("INVALID", "input.customer.email");
}

async fn what_does_not_exist_for_the_caller_is_not_found(world: &World) {
    let organisation = world.organisation();
    let unknown = "channel_01h455vb4pex5vsknk084sn02q";
    for id in [unknown, "nonsense", "", &organisation.support] {
        let mut mail = world.mail("zoe@example.com", "Hello");
        mail["channelId"] = json!(id);
        world.gateway().receive(mail).await.refused("NOT_FOUND", "input.channelId");
    }
    for id in ["customer_01h455vb4pex5vsknk084sn02q", &organisation.ada.id, "nonsense"] {
        let mut mail = world.mail("zoe@example.com", "Hello");
        mail["customer"] = json!({ "id": id, "email": "zoe@example.com" });
        world.gateway().receive(mail).await.refused("NOT_FOUND", "input.customer.id");
    }
}

async fn a_message_is_never_refused_for_its_text(world: &World) {
    let receive = async |text: &str, html: Option<String>, subject: &str| -> Answer {
        let mut mail = world.mail("zoe@example.com", text);
        mail["html"] = json!(html);
        mail["subject"] = json!(subject);
        world.gateway().receive(mail).await.changed()
    };
    let longest = "ü".repeat(65_536);
    let whole = receive(&longest, None, "").await;
    assert_eq!((whole.get("message.truncated"), whole.text("message.text")), (&json!(false), longest.clone()));
    let cut = receive(&format!("{longest}!"), None, &"s".repeat(256)).await;
    assert_eq!((cut.get("message.truncated"), cut.text("message.text")), (&json!(true), longest));
    assert_eq!(cut.text("conversation.subject"), "s".repeat(255));
    let nul = receive("a\0b", Some("<b>a\0b</b>".to_owned()), "s\0t").await;
    assert_eq!((nul.text("message.text"), nul.text("conversation.subject")), ("ab".to_owned(), "st".to_owned()));
    assert_eq!(nul.text("message.html"), "<b>ab</b>");
    let long = receive("plain", Some("x".repeat(131_073)), "").await;
    assert!(long.text("message.html").contains("plain"), "{long:#?}");
    assert_eq!(long.get("conversation.subject"), &Value::Null);
    receive("", None, "").await;
}

async fn html_is_made_safe_before_it_is_kept(world: &World) {
    let mut mail = world.mail("zoe@example.com", "Hello");
    mail["html"] = json!("<p onclick=\"x()\">Hello<script>alert(1)</script></p>");
    let received = world.gateway().receive(mail).await.changed();
    assert_eq!(received.text("message.html"), "<p>Hello</p>");
    let plain = world.mailed("zoe@example.com", "1 < 2 & <b>").await;
    assert!(!plain.text("message.html").contains("<b>"), "{plain:#?}");
}

async fn keys_over_their_limits_are_refused(world: &World) {
    let with = |field: &str, value: Value| {
        let mut mail = world.mail("zoe@example.com", "Hello");
        mail[field] = value;
        async move { world.gateway().receive(mail).await }
    };
    with("externalId", json!("x".repeat(1_001))).await.refused("TOO_LONG", "input.externalId");
    with("externalId", json!("x".repeat(1_000))).await.changed();
    with("inReplyTo", json!(vec!["x"; 51])).await.refused("LIMIT_EXCEEDED", "input.inReplyTo");
    with("inReplyTo", json!(vec!["x"; 50])).await.changed();
    with("idempotencyKey", json!("k".repeat(256))).await.refused("TOO_LONG", "input.idempotencyKey");
    let named = |field: &str, value: String| json!({ "email": "zoe@example.com", field: value });
    with("customer", named("fullName", "n".repeat(256))).await.refused("TOO_LONG", "input.customer.fullName");
    with("customer", named("externalId", "n".repeat(1_001))).await.refused("TOO_LONG", "input.customer.externalId");
    let many: serde_json::Map<_, _> = (0..65).map(|key| (key.to_string(), json!(1))).collect();
    let many = json!({ "email": "zoe@example.com", "attributes": many });
    with("customer", many).await.refused("LIMIT_EXCEEDED", "input.customer.attributes");
}

async fn a_blocked_senders_new_conversation_begins_in_spam(world: &World) {
    world.block(json!({ "email": "spammer@example.com" })).await;
    let received = world.mailed("spammer@example.com", "Buy now!").await;
    assert_eq!(received.get("conversation.state"), "SPAM");
    assert_eq!(received.get("conversation.spam.reason"), "SENDER_BLOCKED");
    assert_eq!(received.get("conversation.waitingSince"), &Value::Null);
    assert_eq!(received.kinds(), ["CREATED", "MESSAGE", "MARKED_AS_SPAM"]);
}

async fn a_blocked_senders_message_to_an_existing_conversation_is_appended(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.block(json!({ "externalId": "visitor-1" })).await;
    let received = world.chatted("visitor-1", "Hello?").await;
    assert_eq!(received.conversation(), id);
    assert_eq!(received.get("conversation.state"), "OPEN");
}

async fn an_automatic_message_leaves_nobody_waiting(world: &World) {
    let mut mail = world.mail("zoe@example.com", "Out of office");
    mail["automatic"] = json!(true);
    let received = world.gateway().receive(mail).await.changed();
    assert_eq!(received.get("routing.decision"), "CREATE");
    assert_eq!(received.get("message.automatic"), true);
    assert_eq!(received.get("conversation.waitingSince"), &Value::Null);
}

async fn a_refused_message_writes_nothing(world: &World) {
    let head = world.app.service.store.head().await.unwrap();
    let mut mail = world.mail("zoe@example.com", "Hello");
    mail["externalId"] = json!("x".repeat(1_001));
    world.gateway().receive(mail.clone()).await.refused("TOO_LONG", "input.externalId");
    mail["externalId"] = json!(null);
    mail["customer"]["id"] = json!("customer_01h455vb4pex5vsknk084sn02q");
    mail["idempotencyKey"] = json!("once");
    world.gateway().receive(mail.clone()).await.refused("NOT_FOUND", "input.customer.id");
    assert_eq!(world.app.service.store.head().await.unwrap(), head);
    // A refusal stores no key either.
    mail["customer"]["id"] = json!(null);
    world.gateway().receive(mail).await.changed();
}
