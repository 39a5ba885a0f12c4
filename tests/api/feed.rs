//! The pull feed (semantics §14, architecture §3.7): in order, without a gap, at least once.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use switchboard::domain::cursor::Cursor;

use crate::support::{Answer, World, both};

both!(
    the_feed_tells_everything_in_order,
    pages_repeat_nothing_and_miss_nothing,
    a_view_followed_on_from_its_cursor_misses_nothing,
    the_feed_filters_by_kind_and_moves_on,
    the_feed_filters_by_what_was_true_at_the_entry,
    the_feed_filters_by_tags_and_followers_at_the_entry,
    a_feed_cannot_tell_what_is_unread,
    what_is_hidden_is_passed_over,
    a_cursor_that_cannot_be_followed_is_refused,
    entries_that_are_asked_for_nothing_are_there,
);

const FEED: &str = "query($after: EventCursor, $first: Int, $kinds: [TimelineKind!], $filter: ConversationFilter) {
    conversationChanges(after: $after, first: $first, kinds: $kinds, filter: $filter) {
        nodes { cursor conversation { id version } entry { id kind version } } endCursor hasMore } }";

async fn pull(world: &World, variables: Value) -> Answer {
    world.gateway().query(FEED, variables).await
}

fn kinds(answer: &Answer) -> Vec<String> {
    answer.texts("conversationChanges.nodes", "entry.kind")
}

/// Three conversations and a few things done to them.
async fn busy(world: &World) -> [String; 3] {
    let first = world.opened().await;
    let second = world.chatted("visitor-1", "Hello").await.conversation();
    world.assign(&first, &world.organisation().bea.id).await;
    let reply = json!({ "conversationId": first, "text": "Done", "then": { "close": true } });
    world.bea().mutate("reply", reply).await.changed();
    let third = world.mailed("yan@example.com", "Hi").await.conversation();
    world.close(&second).await;
    [first, second, third]
}

const TOLD: [&str; 11] = [
    "CREATED", "MESSAGE", "CREATED", "MESSAGE", "ASSIGNED", "MESSAGE", "FOLLOWED", "CLOSED", "CREATED", "MESSAGE",
    "CLOSED",
];

async fn the_feed_tells_everything_in_order(world: &World) {
    let [first, second, third] = busy(world).await;
    let answer = pull(world, json!({ "first": 100 })).await.ok();
    assert_eq!(kinds(&answer), TOLD);
    let of = answer.texts("conversationChanges.nodes", "conversation.id");
    let expected = [&first, &first, &second, &second, &first, &first, &first, &first, &third, &third, &second];
    assert_eq!(of.iter().collect::<Vec<_>>(), expected);
    for node in answer.at("conversationChanges.nodes").as_array().unwrap() {
        assert!(node["conversation"]["version"].as_i64() >= node["entry"]["version"].as_i64(), "{node}");
    }
    assert_eq!(answer.at("conversationChanges.hasMore"), false);
    assert_eq!(pull(world, json!({})).await.ok().at("conversationChanges.nodes").as_array().unwrap().len(), 11);
}

async fn pages_repeat_nothing_and_miss_nothing(world: &World) {
    busy(world).await;
    let whole = pull(world, json!({ "first": 100 })).await.ok();
    let whole = whole.texts("conversationChanges.nodes", "entry.id");
    for size in [1, 2, 5, 11] {
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = pull(world, json!({ "first": size, "after": after })).await.ok();
            seen.extend(page.texts("conversationChanges.nodes", "entry.id"));
            let end = page.at("conversationChanges.endCursor").clone();
            if page.at("conversationChanges.hasMore") == false {
                // Nothing new: the cursor stays where it is.
                let idle = pull(world, json!({ "first": size, "after": end })).await.ok();
                assert_eq!(idle.at("conversationChanges"), &json!({ "nodes": [], "endCursor": end, "hasMore": false }));
                break;
            }
            after = end;
        }
        assert_eq!(seen, whole, "pages of {size}");
    }
    // Each node's own cursor can be followed on from too.
    let page = pull(world, json!({ "first": 4 })).await.ok();
    let after = page.at("conversationChanges.nodes.2.cursor").clone();
    let rest = pull(world, json!({ "first": 100, "after": after })).await.ok();
    assert_eq!(rest.texts("conversationChanges.nodes", "entry.id"), whole[3..]);
}

async fn a_view_followed_on_from_its_cursor_misses_nothing(world: &World) {
    let id = world.opened().await;
    let document = "query { inbox { nodes { id } } a: eventCursor ...More } fragment More on Query { b: eventCursor }";
    let view = world.gateway().query(document, json!({})).await.ok();
    assert_eq!(view.at("a"), view.at("b"));
    world.close(&id).await;
    let rest = pull(world, json!({ "after": view.at("a") })).await.ok();
    assert_eq!(kinds(&rest), ["CLOSED"]);
}

async fn the_feed_filters_by_kind_and_moves_on(world: &World) {
    busy(world).await;
    let messages = pull(world, json!({ "first": 2, "kinds": ["MESSAGE"] })).await.ok();
    assert_eq!(kinds(&messages), ["MESSAGE", "MESSAGE"]);
    assert_eq!(messages.at("conversationChanges.hasMore"), true);
    let rest = json!({ "kinds": ["MESSAGE"], "after": messages.at("conversationChanges.endCursor") });
    assert_eq!(kinds(&pull(world, rest).await.ok()), ["MESSAGE", "MESSAGE"]);
    let none = pull(world, json!({ "kinds": ["LINKED"] })).await.ok();
    assert_eq!(kinds(&none), Vec::<String>::new());
    // The cursor passed over everything, so that the next pull starts at the end.
    let after = none.at("conversationChanges.endCursor").clone();
    let idle = pull(world, json!({ "after": after })).await.ok();
    assert_eq!(kinds(&idle), Vec::<String>::new());
}

async fn the_feed_filters_by_what_was_true_at_the_entry(world: &World) {
    busy(world).await;
    let closed = pull(world, json!({ "first": 100, "filter": { "states": ["CLOSED"] } })).await.ok();
    assert_eq!(kinds(&closed), ["CLOSED", "CLOSED"]);
    let chat = json!({ "first": 100, "filter": { "channelIds": [world.organisation().chat] } });
    assert_eq!(kinds(&pull(world, chat).await.ok()), ["CREATED", "MESSAGE", "CLOSED"]);
    let bea = json!({ "first": 100, "filter": { "assigneeIds": [world.organisation().bea.id] } });
    assert_eq!(kinds(&pull(world, bea).await.ok()), ["ASSIGNED", "MESSAGE", "FOLLOWED", "CLOSED"]);
}

async fn the_feed_filters_by_tags_and_followers_at_the_entry(world: &World) {
    let (one, other) = (world.tag("one").await, world.tag("other").await);
    let id = world.opened().await;
    world.tagged(&id, &[&one]).await;
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    world.tagged(&id, &[&other]).await;
    let off = json!({ "conversationId": id, "tagIds": [one] });
    world.bea().mutate("removeTags", off).await.changed();
    world.close(&id).await;
    let bea = &world.organisation().bea.id;
    for (filter, told) in [
        (json!({ "tags": { "hasAny": [one] } }), &["TAGGED", "MESSAGE", "FOLLOWED", "TAGGED"][..]),
        (json!({ "tags": { "hasAll": [one, other] } }), &["TAGGED"]),
        (json!({ "tags": { "hasNone": [one] } }), &["CREATED", "MESSAGE", "TAGGED", "CLOSED"]),
        (json!({ "tags": { "hasAny": [] } }), &[]),
        (json!({ "tags": { "hasAll": ["nonsense"] } }), &[]),
        (json!({ "followedBy": bea }), &["FOLLOWED", "TAGGED", "TAGGED", "CLOSED"]),
        (json!({ "followedBy": "nonsense" }), &[]),
        (json!({ "followedBy": bea, "tags": { "hasAny": [one] } }), &["FOLLOWED", "TAGGED"]),
    ] {
        let answer = pull(world, json!({ "first": 100, "filter": filter })).await.ok();
        assert_eq!(kinds(&answer), told, "{filter}");
    }
}

async fn a_feed_cannot_tell_what_is_unread(world: &World) {
    busy(world).await;
    pull(world, json!({ "filter": { "unreadOnly": true } })).await.failed("BAD_REQUEST");
    let answer = pull(world, json!({ "first": 100, "filter": { "unreadOnly": false } })).await.ok();
    assert_eq!(kinds(&answer), TOLD);
}

async fn what_is_hidden_is_passed_over(world: &World) {
    let shown = world.opened().await;
    for _ in 0..3 {
        world.hidden().await;
    }
    world.close(&shown).await;
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    for _ in 0..10 {
        let page = world.bea().query(FEED, json!({ "first": 1, "after": after })).await.ok();
        seen.extend(page.texts("conversationChanges.nodes", "entry.kind"));
        after = page.at("conversationChanges.endCursor").clone();
        if page.at("conversationChanges.hasMore") == false {
            break;
        }
    }
    assert_eq!(seen, ["CREATED", "MESSAGE", "CLOSED"]);
}

async fn a_cursor_that_cannot_be_followed_is_refused(world: &World) {
    world.opened().await;
    let head = world.app.service.store.head().await.unwrap();
    let spelled = |epoch, seq| BASE64_URL_SAFE_NO_PAD.encode(Cursor { epoch, seq }.to_bytes());
    pull(world, json!({ "after": spelled(head.epoch, head.last_seq) })).await.ok();
    pull(world, json!({ "after": spelled(head.epoch, head.last_seq + 1) })).await.failed("CURSOR_AHEAD");
    pull(world, json!({ "after": spelled(head.epoch + 1, 1) })).await.failed("EPOCH_CHANGED");
    let good = spelled(head.epoch, 1);
    for wrong in ["", "nonsense", &good[1..], &format!("{good}A"), &format!("{good}="), &format!(" {good}")] {
        let answer = pull(world, json!({ "after": wrong })).await;
        assert_eq!(answer.error_codes(), ["BAD_REQUEST"], "{wrong:?}: {answer:#?}");
    }
    for first in [0, -1, 101] {
        pull(world, json!({ "first": first })).await.failed("BAD_REQUEST");
    }
}

/// A list of entries has no gaps, also for who asks only for what messages say.
async fn entries_that_are_asked_for_nothing_are_there(world: &World) {
    busy(world).await;
    let document = "{ conversationChanges(first: 5) { nodes { entry { ... on Message { text } } } } }";
    let answer = world.gateway().query(document, json!({})).await.ok();
    let entries: Vec<_> =
        answer.at("conversationChanges.nodes").as_array().unwrap().iter().map(|node| node["entry"].clone()).collect();
    assert!(entries.contains(&json!({})) && entries.contains(&json!({ "text": "Where is my order?" })), "{entries:?}");
    assert!(entries.iter().all(Value::is_object), "{entries:?}");
}
