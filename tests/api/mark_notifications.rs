//! Notifications are marked as read in four ways (semantics §6.6): one by one, by conversation, up to a position, all.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::{Value, json};
use switchboard::domain::cursor::Cursor;

use crate::notifications::{follow, ids, list, mark, reply, unread_count, written};
use crate::support::{Answer, World, both};

both!(
    they_are_marked_one_by_one,
    they_are_marked_by_conversation,
    they_are_marked_up_to_a_position,
    all_of_them_are_marked,
    marking_answers_a_hundred_at_most,
    what_is_hidden_is_not_marked,
    reading_marks_nothing_and_marking_is_no_entry,
    sixteen_who_mark_at_once_mark_each_once,
);

async fn they_are_marked_one_by_one(world: &World) {
    let bea = world.bea();
    written(world, &bea, "visitor-1", 3).await;
    let ids = ids(&bea).await;
    world.clock.advance(TimeDelta::minutes(1));
    let marked = mark(&bea, json!({ "ids": [ids[1], ids[1]] })).await.changed();
    let expected = json!([{ "id": ids[1], "readAt": "2026-01-05T09:01:00Z", "entry": { "kind": "MESSAGE" } }]);
    assert_eq!((marked.get("notifications"), marked.get("unreadCount")), (&expected, &json!(2)));
    // Once read it stays read at its time.
    world.clock.advance(TimeDelta::minutes(1));
    let again = mark(&bea, json!({ "ids": [ids[1]] })).await.unchanged();
    assert_eq!((again.get("notifications"), again.get("unreadCount")), (&json!([]), &json!(2)));
    let both = mark(&bea, json!({ "ids": ids })).await.changed();
    let both: Vec<&Value> = both.get("notifications").as_array().unwrap().iter().map(|notice| &notice["id"]).collect();
    assert_eq!(both, [&json!(ids[0]), &json!(ids[2])], "those that it marked, newest first");
    assert_eq!(list(&bea, false).await.at("notifications.nodes.1.readAt"), "2026-01-05T09:01:00Z");
    mark(&bea, json!({ "ids": [] })).await.unchanged();
    mark(&bea, json!({ "ids": ["nonsense"] })).await.refused("NOT_FOUND", "input.ids");
    let many: Vec<String> = (0..101).map(|at| format!("notification_01h455vb4pex5vsknk084sn{at:03}")).collect();
    mark(&bea, json!({ "ids": many })).await.refused("LIMIT_EXCEEDED", "input.ids");
}

async fn they_are_marked_by_conversation(world: &World) {
    let bea = world.bea();
    let one = written(world, &bea, "visitor-1", 2).await;
    written(world, &bea, "visitor-2", 1).await;
    let marked = mark(&bea, json!({ "conversationId": one })).await.changed();
    assert_eq!(marked.get("notifications").as_array().unwrap().len(), 2);
    assert_eq!((marked.get("unreadCount"), unread_count(&bea).await), (&json!(1), 1));
    mark(&bea, json!({ "conversationId": one })).await.unchanged();
    mark(&bea, json!({ "conversationId": world.opened().await })).await.unchanged();
    for id in
        [&*world.hidden().await, "conversation_01h455vb4pex5vsknk084sn02q", "nonsense", &world.organisation().mail]
    {
        mark(&bea, json!({ "conversationId": id })).await.refused("NOT_FOUND", "input.conversationId");
    }
}

async fn they_are_marked_up_to_a_position(world: &World) {
    let bea = world.bea();
    written(world, &bea, "visitor-1", 3).await;
    let document = "{ notifications { nodes { id entry { cursor } } } }";
    let answer = bea.query(document, json!({})).await.ok();
    let cursor = answer.at("notifications.nodes.1.entry.cursor").clone();
    let marked = mark(&bea, json!({ "upTo": cursor })).await.changed();
    assert_eq!((marked.get("notifications").as_array().unwrap().len(), marked.get("unreadCount")), (2, &json!(1)));
    mark(&bea, json!({ "upTo": cursor })).await.unchanged();
    let head = world.app.service.store.head().await.unwrap();
    let spelled = |epoch, seq| BASE64_URL_SAFE_NO_PAD.encode(Cursor { epoch, seq }.to_bytes());
    mark(&bea, json!({ "upTo": spelled(head.epoch, head.last_seq + 1) })).await.refused("INVALID", "input.upTo");
    mark(&bea, json!({ "upTo": spelled(head.epoch + 1, 1) })).await.refused("INVALID", "input.upTo");
    mark(&bea, json!({ "upTo": "nonsense" })).await.failed("BAD_REQUEST");
    assert_eq!(unread_count(&bea).await, 1);
    mark(&bea, json!({ "upTo": spelled(head.epoch, head.last_seq) })).await.changed();
    assert_eq!(unread_count(&bea).await, 0);
}

async fn all_of_them_are_marked(world: &World) {
    let bea = world.bea();
    written(world, &bea, "visitor-1", 2).await;
    written(world, &bea, "visitor-2", 1).await;
    mark(&bea, json!({ "all": false })).await.refused("INVALID", "input.all");
    let marked = mark(&bea, json!({ "all": true })).await.changed();
    assert_eq!((marked.get("notifications").as_array().unwrap().len(), marked.get("unreadCount")), (3, &json!(0)));
    mark(&bea, json!({ "all": true })).await.unchanged();
    world.chatted("visitor-1", "And another").await;
    assert_eq!(unread_count(&bea).await, 1);
}

async fn marking_answers_a_hundred_at_most(world: &World) {
    let bea = world.bea();
    written(world, &bea, "visitor-1", 103).await;
    let newest = ids(&bea).await;
    let marked = mark(&bea, json!({ "all": true })).await.changed();
    let answered = marked.get("notifications").as_array().unwrap();
    assert_eq!(answered.iter().map(|notice| notice["id"].as_str().unwrap()).collect::<Vec<_>>(), newest);
    assert_eq!((newest.len(), marked.get("unreadCount"), unread_count(&bea).await), (100, &json!(0), 0));
}

async fn what_is_hidden_is_not_marked(world: &World) {
    let (bea, me) = (world.bea(), &world.organisation().bea.id);
    let id = world.hidden().await;
    world.belongs_to_vip(me, true).await;
    follow(&bea, &id).await;
    reply(&world.dora(), &id).await;
    written(world, &bea, "visitor-1", 1).await;
    world.belongs_to_vip(me, false).await;
    let marked = mark(&bea, json!({ "all": true })).await.changed();
    assert_eq!((marked.get("notifications").as_array().unwrap().len(), marked.get("unreadCount")), (1, &json!(0)));
    world.belongs_to_vip(me, true).await;
    assert_eq!(unread_count(&bea).await, 1);
}

async fn reading_marks_nothing_and_marking_is_no_entry(world: &World) {
    let bea = world.bea();
    let id = written(world, &bea, "visitor-1", 1).await;
    bea.timeline(&id).await;
    list(&bea, false).await;
    assert_eq!(unread_count(&bea).await, 1);
    let (seq, before) = (world.last_seq().await, bea.conversation(&id).await);
    mark(&bea, json!({ "all": true })).await.changed();
    assert_eq!((world.last_seq().await, bea.conversation(&id).await), (seq, before));
    // The two kinds of reading know nothing of each other.
    let document = "query($id: ID!) { conversation(id: $id) { viewerUnread } }";
    assert_eq!(bea.query(document, json!({ "id": id })).await.ok().at("conversation.viewerUnread"), true);
    world.chatted("visitor-1", "And another").await;
    bea.mutate("markConversationRead", json!({ "conversationId": id })).await.changed();
    assert_eq!(unread_count(&bea).await, 1);
}

async fn sixteen_who_mark_at_once_mark_each_once(world: &World) {
    let bea = world.bea();
    let id = written(world, &bea, "visitor-1", 20).await;
    let all = ids(&bea).await;
    let inputs = (0..16).map(|at| match at % 3 {
        0 => json!({ "all": true }),
        1 => json!({ "conversationId": id }),
        _ => json!({ "ids": all[at..at + 4] }),
    });
    let answers = futures_util::future::join_all(inputs.map(|input| mark(&bea, input))).await;
    let mut marked: Vec<String> = Vec::new();
    for answer in answers.into_iter().map(Answer::done) {
        let answered = answer.get("notifications").as_array().unwrap();
        marked.extend(answered.iter().map(|notice| notice["id"].as_str().unwrap().to_owned()));
    }
    marked.sort();
    let mut all = all;
    all.sort();
    assert_eq!(marked, all);
    assert_eq!(unread_count(&bea).await, 0);
}
