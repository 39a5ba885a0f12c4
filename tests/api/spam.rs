//! Spam (semantics §10, 8.3, 6.5): marking, reviewing, silence, restoring, and blocking the sender.

use chrono::TimeDelta;
use entity::notification;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    marking_moves_it_to_the_spam_view_from_any_state,
    marking_twice_changes_nothing,
    restoring_brings_back_what_stood_underneath,
    restoring_what_is_no_spam_is_refused,
    every_inbound_path_into_spam_is_silent,
    what_arrived_in_spam_counts_as_if_it_had_just_arrived,
    a_chat_beyond_its_window_reopens_without_a_twin,
    a_restored_chat_has_no_twin_beside_it,
    marking_notifies_nobody_and_restoring_does,
    blocking_makes_the_next_conversation_spam,
    unblocking_lifts_it,
    blocking_what_is_spam_already_says_so,
    blocking_needs_the_right_to_change_customers,
    a_blocked_senders_message_to_an_existing_conversation_is_appended,
);

async fn mark(world: &World, id: &str) -> Answer {
    world.bea().mutate("markAsSpam", json!({ "conversationId": id })).await
}

async fn restore(world: &World, id: &str) -> Answer {
    world.bea().mutate("restoreFromSpam", json!({ "conversationId": id })).await
}

async fn in_view(world: &World, view: &str) -> Vec<String> {
    let document = format!("{{ conversations(view: {view}) {{ nodes {{ id }} }} }}");
    world.bea().query(&document, json!({})).await.ok().texts("conversations.nodes", "id")
}

/// Who was notified of anything, in the order it was written.
async fn notified(world: &World) -> Vec<String> {
    let rows = world.rows().await;
    let mut notices = notification::Entity::find().all(&rows).await.unwrap();
    rows.close().await.unwrap();
    notices.sort_by_key(|notice| notice.seq);
    notices.iter().map(|notice| notice.agent_id.to_string()).collect()
}

async fn blocked(world: &World, email: &str) -> Value {
    let document = "query($email: String!) { customer(email: $email) { blocked } }";
    world.ada().query(document, json!({ "email": email })).await.ok().at("customer.blocked").clone()
}

async fn marking_moves_it_to_the_spam_view_from_any_state(world: &World) {
    let open = world.opened().await;
    world.clock.advance(TimeDelta::minutes(1));
    let closed = world.closed().await;
    for id in [&open, &closed] {
        world.clock.advance(TimeDelta::minutes(1));
        let marked = mark(world, id).await.changed();
        assert_eq!(marked.kinds(), ["MARKED_AS_SPAM"]);
        assert_eq!(marked.get("conversation.state"), "SPAM");
        assert_eq!(marked.get("conversation.spam.reason"), "MARKED");
        assert_ne!(marked.get("conversation.lastActivityAt"), marked.get("conversation.updatedAt"), "no activity");
    }
    assert_eq!(in_view(world, "SPAM").await, [closed.clone(), open.clone()]);
    assert_eq!((in_view(world, "INBOX").await, in_view(world, "HISTORY").await), (vec![], vec![]));
    let document =
        "query($id: ID!) { conversation(id: $id) { spam { by { displayName } at } timeline(last: 1) { nodes {
        ... on MarkedAsSpamEntry { spamReason blockedSender actor { displayName } } } } } }";
    let shown = world.bea().query(document, json!({ "id": open })).await.ok();
    assert_eq!(shown.at("conversation.spam"), &json!({ "by": { "displayName": "bea" }, "at": "2026-01-05T09:02:00Z" }));
    let entry = json!({ "spamReason": "MARKED", "blockedSender": false, "actor": { "displayName": "bea" } });
    assert_eq!(shown.at("conversation.timeline.nodes.0"), &entry);
}

async fn marking_twice_changes_nothing(world: &World) {
    let id = world.opened().await;
    mark(world, &id).await.changed();
    mark(world, &id).await.unchanged();
}

async fn restoring_brings_back_what_stood_underneath(world: &World) {
    let (open, closed) = (world.opened().await, world.closed().await);
    let organisation = world.organisation();
    world.assign(&open, &organisation.carl.id).await;
    for (id, state) in [(&open, "OPEN"), (&closed, "CLOSED")] {
        let before = world.bea().conversation(id).await;
        mark(world, id).await.changed();
        world.clock.advance(TimeDelta::days(30));
        let restored = restore(world, id).await.changed();
        assert_eq!(restored.kinds(), ["RESTORED"]);
        let after = restored.get("conversation");
        for field in ["state", "assignee", "waitingSince", "closedAt", "closeReason", "messageCount"] {
            assert_eq!(after[field], before[field], "{field} of {state}");
        }
        assert_eq!(after["spam"], Value::Null);
        assert_eq!(after["lastActivityAt"], after["updatedAt"], "restoring is activity");
        let document = "query($id: ID!) { conversation(id: $id) { timeline(last: 1) { nodes {
            ... on RestoredEntry { restoredTo unblockedSender } } } } }";
        let entry = world.bea().query(document, json!({ "id": id })).await.ok();
        let told = json!({ "restoredTo": state, "unblockedSender": false });
        assert_eq!(entry.at("conversation.timeline.nodes.0"), &told);
    }
}

async fn restoring_what_is_no_spam_is_refused(world: &World) {
    for id in [world.opened().await, world.closed().await] {
        restore(world, &id).await.refused("NOT_SPAM", "");
    }
    let hidden = world.hidden().await;
    for (operation, id) in [("markAsSpam", &hidden), ("restoreFromSpam", &hidden)] {
        let input = json!({ "conversationId": id });
        world.bea().mutate(operation, input).await.refused("NOT_FOUND", "input.conversationId");
    }
}

async fn every_inbound_path_into_spam_is_silent(world: &World) {
    let mut mail = world.mail("zoe@example.com", "Hello");
    mail["externalId"] = json!("<1@example.com>");
    let mail = world.gateway().receive(mail).await.changed().conversation();
    let chat = world.chatted("visitor-1", "Hello").await.conversation();
    for id in [&mail, &chat] {
        world.assign(id, &world.organisation().carl.id).await;
        mark(world, id).await.changed();
    }
    let before = notified(world).await;
    let number = world.bea().conversation(&mail).await["number"].clone();
    let mut answering = world.mail("zoe@example.com", "More");
    answering["inReplyTo"] = json!(["<1@example.com>"]);
    let mut naming = world.mail("zoe@example.com", "And more");
    naming["subject"] = json!(format!("Re: [#{number}]"));
    let mut automatic = answering.clone();
    automatic["automatic"] = json!(true);
    for (id, message) in
        [(&mail, answering), (&mail, naming), (&mail, automatic), (&chat, world.chat("visitor-1", "Anybody?"))]
    {
        let waited = world.bea().conversation(id).await["waitingSince"].clone();
        world.clock.advance(TimeDelta::days(2));
        let received = world.gateway().receive(message).await.changed();
        assert_eq!(&received.conversation(), id);
        assert_eq!(received.get("routing.decision"), "APPEND");
        assert_eq!(received.kinds(), ["MESSAGE"]);
        assert_eq!(received.get("conversation.state"), "SPAM");
        assert_eq!(received.get("conversation.waitingSince"), &waited);
    }
    assert_eq!(notified(world).await, before, "nobody is told");
}

async fn what_arrived_in_spam_counts_as_if_it_had_just_arrived(world: &World) {
    let mut mail = world.mail("zoe@example.com", "Hello");
    mail["externalId"] = json!("<1@example.com>");
    let id = world.gateway().receive(mail).await.changed().conversation();
    world.close(&id).await;
    mark(world, &id).await.changed();
    let mut answering = world.mail("zoe@example.com", "Still there?");
    answering["inReplyTo"] = json!(["<1@example.com>"]);
    world.gateway().receive(answering.clone()).await.changed();
    world.clock.advance(TimeDelta::days(10));
    let restored = restore(world, &id).await.changed();
    assert_eq!(restored.kinds(), ["RESTORED", "REOPENED"]);
    let now = restored.get("conversation.updatedAt").clone();
    assert_eq!(restored.get("conversation.state"), "OPEN");
    assert_eq!(restored.get("conversation.waitingSince"), &now);
    assert_eq!(restored.get("conversation.lastActivityAt"), &now);

    // An automatic message is no such arrival.
    world.close(&id).await;
    mark(world, &id).await.changed();
    answering["automatic"] = json!(true);
    world.gateway().receive(answering).await.changed();
    assert_eq!(restore(world, &id).await.changed().kinds(), ["RESTORED"]);
    assert_eq!(world.bea().conversation(&id).await["state"], "CLOSED");
}

async fn a_chat_beyond_its_window_reopens_without_a_twin(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.close(&id).await;
    mark(world, &id).await.changed();
    world.clock.advance(TimeDelta::hours(1));
    world.chatted("visitor-1", "Hello?").await;
    world.clock.advance(TimeDelta::days(40));
    assert_eq!(restore(world, &id).await.changed().kinds(), ["RESTORED", "REOPENED"]);
    assert_eq!(in_view(world, "ALL").await, [id]);
}

async fn a_restored_chat_has_no_twin_beside_it(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    mark(world, &id).await.changed();
    world.clock.advance(TimeDelta::days(40));
    assert_eq!(world.chatted("visitor-1", "Hello?").await.conversation(), id);
    restore(world, &id).await.changed();
    assert_eq!(world.chatted("visitor-1", "Thanks").await.conversation(), id);
}

async fn marking_notifies_nobody_and_restoring_does(world: &World) {
    let organisation = world.organisation();
    let id = world.closed().await;
    world.assign(&id, &organisation.carl.id).await;
    let reply = json!({ "conversationId": id, "text": "Hi" });
    world.ada().mutate("reply", reply).await.changed();
    let before = notified(world).await.len();
    mark(world, &id).await.changed();
    world.mailed("zoe@example.com", "Unrelated").await;
    let mut answering = world.mail("zoe@example.com", "Still there?");
    answering["subject"] = json!(format!("[#{}]", world.bea().conversation(&id).await["number"]));
    world.gateway().receive(answering).await.changed();
    assert_eq!(notified(world).await.len(), before, "neither the mark nor what arrives under it");
    assert_eq!(restore(world, &id).await.changed().kinds(), ["RESTORED", "REOPENED"]);
    let mut told = notified(world).await.split_off(before);
    told.sort_unstable();
    let mut expected = vec![organisation.ada.id.clone(), organisation.carl.id.clone()];
    expected.sort_unstable();
    assert_eq!(told, expected, "the assignee and the follower, once each");
}

async fn blocking_makes_the_next_conversation_spam(world: &World) {
    let id = world.opened().await;
    let input = json!({ "conversationId": id, "blockSender": true });
    let marked = world.bea().mutate("markAsSpam", input).await.changed();
    assert_eq!(marked.kinds(), ["MARKED_AS_SPAM"]);
    assert_eq!(blocked(world, "zoe@example.com").await, true);
    let document = "query($id: ID!) { conversation(id: $id) { timeline(last: 1) { nodes {
        ... on MarkedAsSpamEntry { blockedSender } } } } }";
    let entry = world.bea().query(document, json!({ "id": id })).await.ok();
    assert_eq!(entry.at("conversation.timeline.nodes.0.blockedSender"), true);
    let next = world.mailed("zoe@example.com", "Another").await;
    assert_ne!(next.conversation(), id);
    assert_eq!(next.get("conversation.spam.reason"), "SENDER_BLOCKED");
    assert_eq!(next.get("conversation.waitingSince"), &Value::Null);
    // Restored without unblocking: this one is taken up, the next one is spam again.
    let restored = restore(world, &next.conversation()).await.changed();
    assert_eq!(restored.get("conversation.state"), "OPEN");
    assert_ne!(restored.get("conversation.waitingSince"), &Value::Null, "it waits as if it had just been written");
    assert_eq!(world.mailed("zoe@example.com", "A third").await.get("conversation.state"), "SPAM");
}

async fn unblocking_lifts_it(world: &World) {
    let id = world.spam().await;
    let input = json!({ "conversationId": id, "unblockSender": true });
    let restored = world.bea().mutate("restoreFromSpam", input).await.changed();
    assert_eq!(restored.get("conversation.state"), "OPEN");
    assert_eq!(blocked(world, "spammer@example.com").await, false);
    let document = "query($id: ID!) { conversation(id: $id) { timeline(last: 1) { nodes {
        ... on RestoredEntry { unblockedSender } } } } }";
    let entry = world.bea().query(document, json!({ "id": id })).await.ok();
    assert_eq!(entry.at("conversation.timeline.nodes.0.unblockedSender"), true);
    assert_eq!(world.mailed("spammer@example.com", "Hello").await.get("conversation.state"), "OPEN");
}

async fn blocking_what_is_spam_already_says_so(world: &World) {
    let id = world.opened().await;
    mark(world, &id).await.changed();
    let first = world.bea().conversation(&id).await["spam"].clone();
    let input = json!({ "conversationId": id, "blockSender": true });
    world.clock.advance(TimeDelta::hours(1));
    let again = world.bea().mutate("markAsSpam", input.clone()).await.changed();
    assert_eq!(again.get("conversation.spam"), &first, "the first mark stays");
    assert_eq!(blocked(world, "zoe@example.com").await, true);
    world.bea().mutate("markAsSpam", input).await.unchanged();
}

async fn blocking_needs_the_right_to_change_customers(world: &World) {
    use entity::enums::Scope;
    let id = world.opened().await;
    let scopes = [Scope::ConversationsRead, Scope::ConversationsWrite];
    let narrow = world.client(&world.token(&world.organisation().robot.id, &scopes, None).await);
    let block = json!({ "conversationId": id, "blockSender": true });
    narrow.mutate("markAsSpam", block).await.failed("FORBIDDEN");
    assert_eq!(blocked(world, "zoe@example.com").await, false);
    narrow.mutate("markAsSpam", json!({ "conversationId": id })).await.changed();
    let unblock = json!({ "conversationId": id, "unblockSender": true });
    narrow.mutate("restoreFromSpam", unblock).await.failed("FORBIDDEN");
    narrow.mutate("restoreFromSpam", json!({ "conversationId": id })).await.changed();
}

async fn a_blocked_senders_message_to_an_existing_conversation_is_appended(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.close(&id).await;
    world.block(json!({ "externalId": "visitor-1" })).await;
    let received = world.chatted("visitor-1", "Hello again").await;
    assert_eq!((received.conversation(), received.get("conversation.state")), (id, &json!("OPEN")));
}
