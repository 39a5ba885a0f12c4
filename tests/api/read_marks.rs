//! What an agent hasn't read (semantics §6.7): only customers' messages make a conversation unread.

use serde_json::{Value, json};

use crate::support::{Client, World, both};

both!(
    a_customers_message_is_unread_until_it_is_read,
    nothing_but_a_customers_message_makes_a_conversation_unread,
    a_conversation_is_marked_unread_by_hand,
    each_agent_reads_for_themself,
    marking_twice_changes_nothing,
    marking_is_no_entry,
    nothing_in_spam_is_unread,
    a_conversation_that_moved_on_is_refused,
    integrations_read_nothing,
    a_message_and_a_mark_at_once_lose_nothing,
    reading_a_page_costs_one_statement_for_all_its_marks,
);

fn of(id: &str) -> Value {
    json!({ "conversationId": id })
}

async fn unread(client: &Client, id: &str) -> bool {
    let document = "query($id: ID!) { conversation(id: $id) { viewerUnread } }";
    let answer = client.query(document, json!({ "id": id })).await.ok();
    answer.at("conversation.viewerUnread").as_bool().unwrap()
}

async fn read(client: &Client, id: &str) {
    client.mutate("markConversationRead", of(id)).await.changed();
}

async fn a_customers_message_is_unread_until_it_is_read(world: &World) {
    let bea = world.bea();
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    assert!(unread(&bea, &id).await);
    // Looking at it isn't reading it.
    bea.timeline(&id).await;
    assert!(unread(&bea, &id).await);
    read(&bea, &id).await;
    assert!(!unread(&bea, &id).await);
    world.chatted("visitor-1", "Anybody there?").await;
    assert!(unread(&bea, &id).await);
    read(&bea, &id).await;
    // Also one that reopens it.
    world.close(&id).await;
    assert!(!unread(&bea, &id).await);
    world.chatted("visitor-1", "One more thing").await;
    assert!(unread(&bea, &id).await);
}

async fn nothing_but_a_customers_message_makes_a_conversation_unread(world: &World) {
    let (bea, ada) = (world.bea(), world.ada());
    let start =
        json!({ "channelId": world.organisation().chat, "customer": { "externalId": "visitor-1" }, "text": "Hi" });
    let id = ada.mutate("startConversation", start).await.changed().conversation();
    assert!(!unread(&bea, &id).await, "the team wrote first");
    bea.mutate("markConversationRead", of(&id)).await.unchanged();
    world.chatted("visitor-1", "Hello").await;
    read(&bea, &id).await;
    let mut automatic = world.chat("visitor-1", "I am away.");
    automatic["automatic"] = json!(true);
    world.gateway().receive(automatic).await.changed();
    world.assign(&id, &world.organisation().carl.id).await;
    ada.mutate("reply", json!({ "conversationId": id, "text": "Yes?" })).await.changed();
    ada.mutate("updateConversation", json!({ "conversationId": id, "subject": "Hm" })).await.changed();
    world.close(&id).await;
    ada.mutate("reopenConversation", of(&id)).await.changed();
    assert!(!unread(&bea, &id).await);
}

async fn a_conversation_is_marked_unread_by_hand(world: &World) {
    let bea = world.bea();
    let start =
        json!({ "channelId": world.organisation().chat, "customer": { "externalId": "visitor-1" }, "text": "Hi" });
    let started = world.ada().mutate("startConversation", start).await.changed().conversation();
    for id in [world.opened().await, world.closed().await, started] {
        bea.mutate("markConversationRead", of(&id)).await.done();
        bea.mutate("markConversationUnread", of(&id)).await.changed();
        assert!(unread(&bea, &id).await);
        read(&bea, &id).await;
        assert!(!unread(&bea, &id).await);
    }
}

async fn each_agent_reads_for_themself(world: &World) {
    let id = world.opened().await;
    read(&world.bea(), &id).await;
    assert!(unread(&world.carl(), &id).await);
    read(&world.carl(), &id).await;
    world.carl().mutate("markConversationUnread", of(&id)).await.changed();
    assert!(!unread(&world.bea(), &id).await);
    // The payload tells it too.
    let document = "mutation($input: ConversationInput!) { markConversationRead(input: $input) {
        conversation { viewerUnread } changed entries { id } userErrors { code } } }";
    let answer = world.carl().query(document, json!({ "input": of(&id) })).await.changed();
    assert_eq!(answer.get("conversation.viewerUnread"), false);
}

async fn marking_twice_changes_nothing(world: &World) {
    let (bea, id) = (world.bea(), world.opened().await);
    bea.mutate("markConversationUnread", of(&id)).await.unchanged();
    read(&bea, &id).await;
    bea.mutate("markConversationRead", of(&id)).await.unchanged();
    bea.mutate("markConversationUnread", of(&id)).await.changed();
    bea.mutate("markConversationUnread", of(&id)).await.unchanged();
}

async fn marking_is_no_entry(world: &World) {
    let (bea, id) = (world.bea(), world.opened().await);
    let (seq, before) = (world.last_seq().await, bea.conversation(&id).await);
    world.clock.advance(chrono::TimeDelta::minutes(1));
    read(&bea, &id).await;
    bea.mutate("markConversationUnread", of(&id)).await.changed();
    assert_eq!((world.last_seq().await, bea.conversation(&id).await), (seq, before));
}

async fn nothing_in_spam_is_unread(world: &World) {
    let (bea, id) = (world.bea(), world.spam().await);
    world.mailed("spammer@example.com", "Buy now!").await;
    assert!(!unread(&bea, &id).await);
    bea.mutate("markConversationRead", of(&id)).await.unchanged();
    bea.mutate("markConversationUnread", of(&id)).await.refused("IS_SPAM", "");
}

async fn a_conversation_that_moved_on_is_refused(world: &World) {
    let (bea, id) = (world.bea(), world.chatted("visitor-1", "Hello").await.conversation());
    world.chatted("visitor-1", "Not read yet").await;
    let seen = json!({ "conversationId": id, "expectedVersion": 2 });
    for mutation in ["markConversationRead", "markConversationUnread"] {
        let refused = bea.mutate(mutation, seen.clone()).await.refused("CONFLICT", "input.expectedVersion");
        assert_eq!(refused.get("conversation.version"), 3);
        bea.mutate(mutation, of("conversation_01h455vb4pex5vsknk084sn02q"))
            .await
            .refused("NOT_FOUND", "input.conversationId");
        bea.mutate(mutation, of("nonsense")).await.refused("NOT_FOUND", "input.conversationId");
    }
    assert!(unread(&bea, &id).await);
    bea.mutate("markConversationRead", json!({ "conversationId": id, "expectedVersion": 3 })).await.changed();
}

async fn integrations_read_nothing(world: &World) {
    let (robot, id) = (world.robot(), world.opened().await);
    assert!(!unread(&robot, &id).await);
    for id in [&*id, "conversation_01h455vb4pex5vsknk084sn02q"] {
        robot.mutate("markConversationRead", of(id)).await.refused("FORBIDDEN", "");
        robot.mutate("markConversationUnread", of(id)).await.refused("FORBIDDEN", "");
    }
}

/// Whichever comes first: what was written after reading is unread.
async fn a_message_and_a_mark_at_once_lose_nothing(world: &World) {
    let (bea, gateway) = (world.bea(), world.gateway());
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    for _ in 0..8 {
        let read = bea.mutate("markConversationRead", of(&id));
        let (received, read) = futures_util::future::join(gateway.receive(world.chat("visitor-1", "More")), read).await;
        let written = received.changed().int("conversation.version");
        let seen = read.done();
        // The payload is read after the mark, so it tells at most more than was marked.
        if seen.int("conversation.version") < written {
            assert!(unread(&bea, &id).await);
        }
        bea.mutate("markConversationRead", of(&id)).await.done();
        assert!(!unread(&bea, &id).await);
    }
}

async fn reading_a_page_costs_one_statement_for_all_its_marks(world: &World) {
    for at in 0..12 {
        let id = world.mailed(&format!("customer{at}@example.com"), "Hello").await.conversation();
        if at % 2 == 0 {
            read(&world.bea(), &id).await;
        }
    }
    let plain = "query($first: Int) { inbox(first: $first) { nodes { id } } }";
    let marks = "query($first: Int) { inbox(first: $first) { nodes { id viewerUnread } } }";
    let cost = async |client: &Client, document: &str, first: i32| {
        crate::budgets::cost(world, client, document, json!({ "first": first })).await
    };
    for (client, one) in [(world.bea(), 1), (world.robot(), 0)] {
        crate::budgets::warm(world, &client, marks, json!({ "first": 1 })).await;
        let page = cost(&client, plain, 12).await;
        assert_eq!(cost(&client, marks, 12).await, page + one);
        assert_eq!(cost(&client, marks, 2).await, page + one);
    }
    let answer = world.bea().query(marks, json!({ "first": 12 })).await.ok();
    let unread =
        answer.at("inbox.nodes").as_array().unwrap().iter().filter(|node| node["viewerUnread"] == true).count();
    assert_eq!(unread, 6);
}
