//! The pull feed of tickets (semantics §11.2, §11.4): each change of a ticket once, in order, without a gap.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use entity::enums::Scope;
use entity::event;
use futures_util::future::{join, join_all};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use switchboard::domain::cursor::Cursor;

use crate::support::{Answer, Client, World, both, size};

both!(
    the_feed_tells_each_change_of_a_ticket_once,
    a_change_of_status_tells_from_where_to_where,
    pages_repeat_nothing_and_miss_nothing,
    among_other_rows_of_the_log_the_cursor_moves_on,
    a_view_of_tickets_followed_on_from_its_cursor_misses_nothing,
    a_cursor_that_cannot_be_followed_is_refused,
    a_follower_with_tickets_read_alone_misses_nothing_under_concurrent_writers,
);

const FEED: &str = "query($after: EventCursor, $first: Int) { ticketChanges(after: $after, first: $first) {
    nodes { cursor kind at fromStatus toStatus actor { __typename displayName } ticket { id number title version } conversation { id } }
    endCursor hasMore } }";

/// An integration that may read tickets, and nothing else.
async fn tracker(world: &World) -> Client {
    world.client(&world.token(&world.organisation().robot.id, &[Scope::TicketsRead], None).await)
}

async fn pull(client: &Client, variables: Value) -> Answer {
    client.query(FEED, variables).await
}

fn kinds(answer: &Answer) -> Vec<String> {
    answer.texts("ticketChanges.nodes", "kind")
}

async fn the_feed_tells_each_change_of_a_ticket_once(world: &World) {
    let ids = [world.opened().await, world.opened().await];
    let one = world.ticket(json!({ "conversationId": ids[0], "title": "One" })).await;
    let two = world.ticket(json!({ "title": "Two" })).await;
    world.clock.advance(chrono::TimeDelta::minutes(1));
    world.track(&one, &ids[1]).await;
    let link = json!({ "ticketId": one, "conversationId": ids[1], "reopenOnResolve": true });
    world.bea().mutate("linkTicket", link).await.changed();
    world.update(&two, json!({ "title": "Second" })).await.changed();
    // Told in two conversations, but one change of the ticket.
    world.update(&one, json!({ "status": "RESOLVED" })).await.changed();
    world.untrack(&one, &ids[0]).await;
    let told = pull(&world.bea(), json!({})).await.ok();
    let (began, then) = ("2026-01-05T09:00:00Z", "2026-01-05T09:01:00Z");
    let expected = [
        ("CREATED", began, &one, "ada", Value::Null),
        ("LINKED", began, &one, "ada", json!({ "id": ids[0] })),
        ("CREATED", began, &two, "ada", Value::Null),
        ("LINKED", then, &one, "ada", json!({ "id": ids[1] })),
        ("LINKED", then, &one, "bea", json!({ "id": ids[1] })),
        ("UPDATED", then, &two, "Robot", Value::Null),
        ("UPDATED", then, &one, "Robot", Value::Null),
        ("UNLINKED", then, &one, "ada", json!({ "id": ids[0] })),
    ];
    let nodes = told.at("ticketChanges.nodes").as_array().unwrap();
    for (node, (kind, at, ticket, actor, conversation)) in nodes.iter().zip(&expected) {
        let shown =
            ["/kind", "/at", "/ticket/id", "/actor/displayName", "/conversation"].map(|at| node.pointer(at).unwrap());
        assert_eq!(shown, [&json!(kind), &json!(at), &json!(ticket), &json!(actor), conversation]);
        // The ticket as it now is.
        let (title, version) = if *ticket == &one { ("One", 6) } else { ("Second", 2) };
        assert_eq!((&node["ticket"]["title"], &node["ticket"]["version"]), (&json!(title), &json!(version)));
    }
    assert_eq!((nodes.len(), told.at("ticketChanges.hasMore")), (expected.len(), &json!(false)));
    // Without the right to read conversations it is the same, but for these.
    let cut = pull(&tracker(world).await, json!({})).await.ok();
    let without = |answer: &Answer| -> Vec<Value> {
        let mut nodes = answer.at("ticketChanges.nodes").as_array().unwrap().clone();
        nodes.iter_mut().for_each(|node| node["conversation"] = Value::Null);
        nodes
    };
    assert_eq!(cut.at("ticketChanges.nodes"), &json!(without(&told)));
}

async fn a_change_of_status_tells_from_where_to_where(world: &World) {
    let id = world.ticket(json!({ "title": "One" })).await;
    world.update(&id, json!({ "status": "IN_PROGRESS", "title": "Once more" })).await.changed();
    world.update(&id, json!({ "priority": "LOW" })).await.changed();
    world.update(&id, json!({ "status": "RESOLVED" })).await.changed();
    let told = pull(&world.bea(), json!({})).await.ok();
    let moves: Vec<Value> = told
        .at("ticketChanges.nodes")
        .as_array()
        .unwrap()
        .iter()
        .map(|node| json!([node["fromStatus"], node["toStatus"]]))
        .collect();
    assert_eq!(
        moves,
        [json!([null, null]), json!(["OPEN", "IN_PROGRESS"]), json!([null, null]), json!(["IN_PROGRESS", "RESOLVED"])]
    );
}

/// Eleven rows of tickets among others.
async fn busy(world: &World) -> [String; 2] {
    let conversation = world.opened().await;
    let one = world.ticket(json!({ "conversationId": conversation, "title": "One" })).await;
    world.bea().mutate("reply", json!({ "conversationId": conversation, "text": "Hi" })).await.changed();
    let two = world.ticket(json!({ "title": "Two" })).await;
    world.track(&two, &conversation).await;
    for at in 0..6 {
        world.update(&two, json!({ "title": format!("Title {at}") })).await.changed();
        world.opened().await;
    }
    world.update(&one, json!({ "status": "RESOLVED" })).await.changed();
    [one, two]
}

async fn pages_repeat_nothing_and_miss_nothing(world: &World) {
    busy(world).await;
    let tracker = tracker(world).await;
    let whole = pull(&tracker, json!({ "first": 100 })).await.ok().texts("ticketChanges.nodes", "cursor");
    assert_eq!(whole.len(), 11);
    for size in [1, 2, 5, 11, 12] {
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = pull(&tracker, json!({ "first": size, "after": after })).await.ok();
            seen.extend(page.texts("ticketChanges.nodes", "cursor"));
            let end = page.at("ticketChanges.endCursor").clone();
            if page.at("ticketChanges.hasMore") == false {
                // Nothing new: the cursor stays where it is.
                let idle = pull(&tracker, json!({ "first": size, "after": end })).await.ok();
                assert_eq!(idle.at("ticketChanges"), &json!({ "nodes": [], "endCursor": end, "hasMore": false }));
                break;
            }
            assert_eq!(page.at("ticketChanges.nodes").as_array().unwrap().len(), size);
            after = end;
        }
        assert_eq!(seen, whole, "pages of {size}");
    }
    // Each node's own cursor can be followed on from too.
    let rest = pull(&tracker, json!({ "first": 100, "after": whole[3] })).await.ok();
    assert_eq!(rest.texts("ticketChanges.nodes", "cursor"), whole[4..]);
    assert_eq!(pull(&tracker, json!({})).await.ok().texts("ticketChanges.nodes", "cursor"), whole);
}

async fn among_other_rows_of_the_log_the_cursor_moves_on(world: &World) {
    world.opened().await;
    let tracker = tracker(world).await;
    let none = pull(&tracker, json!({})).await.ok();
    assert_eq!((kinds(&none).len(), none.at("ticketChanges.hasMore")), (0, &json!(false)));
    let head = world.app.service.store.head().await.unwrap();
    let end = BASE64_URL_SAFE_NO_PAD.encode(Cursor { epoch: head.epoch, seq: head.last_seq }.to_bytes());
    assert_eq!(none.at("ticketChanges.endCursor"), &json!(end), "past what isn't of tickets");
    world.ticket(json!({ "title": "One" })).await;
    assert_eq!(kinds(&pull(&tracker, json!({ "after": end })).await.ok()), ["CREATED"]);
}

async fn a_view_of_tickets_followed_on_from_its_cursor_misses_nothing(world: &World) {
    let [one, _] = busy(world).await;
    let view = tracker(world).await.query("{ eventCursor tickets { nodes { id status } } }", json!({})).await.ok();
    world.update(&one, json!({ "status": "OPEN" })).await.changed();
    let rest = pull(&tracker(world).await, json!({ "after": view.at("eventCursor") })).await.ok();
    assert_eq!(kinds(&rest), ["UPDATED"]);
}

async fn a_cursor_that_cannot_be_followed_is_refused(world: &World) {
    world.ticket(json!({ "title": "One" })).await;
    let tracker = tracker(world).await;
    let head = world.app.service.store.head().await.unwrap();
    let spelled = |epoch, seq| BASE64_URL_SAFE_NO_PAD.encode(Cursor { epoch, seq }.to_bytes());
    let after = async |cursor: String| pull(&tracker, json!({ "after": cursor })).await;
    after(spelled(head.epoch, head.last_seq)).await.ok();
    after(spelled(head.epoch, head.last_seq + 1)).await.failed("CURSOR_AHEAD");
    after(spelled(head.epoch + 1, 1)).await.failed("EPOCH_CHANGED");
    let good = spelled(head.epoch, 1);
    for wrong in ["", "nonsense", &good[1..], &format!("{good}=")] {
        let answer = after(wrong.to_owned()).await;
        assert_eq!(answer.error_codes(), ["BAD_REQUEST"], "{wrong:?}: {answer:#?}");
    }
    for first in [0, -1, 101] {
        pull(&tracker, json!({ "first": first })).await.failed("BAD_REQUEST");
    }
}

/// How many write at once.
const WRITERS: usize = 64;
/// Writers that share a ticket, so that they wait for each other before they commit.
const TOGETHER: usize = 8;
/// What each of them does.
const ROUNDS: usize = 2;

async fn a_follower_with_tickets_read_alone_misses_nothing_under_concurrent_writers(world: &World) {
    let (node, app) = world.another_node().await;
    let conversation = world.opened().await;
    let mut shared = Vec::new();
    for at in 0..WRITERS / TOGETHER {
        shared.push(world.referred(&format!("Shared {at}"), "github", &at.to_string()).await);
    }
    let (tracker, done) = (tracker(world).await, AtomicUsize::new(0));
    let write = async |writer: usize| {
        let robot = &world.organisation().robot.token;
        let client = if writer.is_multiple_of(2) { world.robot() } else { world.client_at(&node, robot) };
        for round in 0..size(ROUNDS) {
            work(&client, &shared[writer % shared.len()], &conversation, writer, round).await;
        }
        done.fetch_add(1, Ordering::SeqCst);
    };
    let follow = async {
        let (mut seen, mut after, mut last, mut meanwhile) = (Vec::new(), Value::Null, false, 0);
        loop {
            // What was committed when the last writer was done is there.
            let finished = done.load(Ordering::SeqCst) == WRITERS;
            let page = pull(&tracker, json!({ "first": 7, "after": after })).await.ok();
            let found = page.texts("ticketChanges.nodes", "cursor");
            meanwhile += usize::from(!finished && !found.is_empty());
            seen.extend(found);
            after = page.at("ticketChanges.endCursor").clone();
            if page.at("ticketChanges.hasMore") == false {
                if last {
                    return (seen, meanwhile);
                }
                last = finished;
            }
        }
    };
    let (_, (seen, meanwhile)) = join(join_all((0..WRITERS).map(write)), follow).await;
    app.service.store.close().await;
    assert_eq!(seen, logged(world).await);
    assert!(seen.len() > WRITERS && meanwhile > 1, "{} rows, {meanwhile} pages while they were written", seen.len());
    // And each is found by its key.
    let document = "{ ticket(externalRef: { system: \"github\", key: \"3\" }) { id } }";
    assert_eq!(tracker.query(document, json!({})).await.ok().at("ticket.id"), &shared[3]);
}

/// A ticket of one's own, a change of the shared one, and, between them, what is no ticket's.
async fn work(client: &Client, shared: &str, conversation: &str, writer: usize, round: usize) {
    let title = format!("{writer} {round}");
    let reference = json!({ "system": "jira", "key": title });
    let own = json!({ "title": title, "externalRefs": [reference] });
    // The database may be too busy for some; what they wanted isn't in the log then.
    let _ = client.mutate("createTicket", own).await;
    let _ = client.mutate("addNote", json!({ "conversationId": conversation, "text": title })).await;
    let change = json!({ "ticketId": shared, "title": title });
    let _ = client.mutate("updateTicket", change).await;
}

/// The positions of all rows of tickets in the log.
async fn logged(world: &World) -> Vec<String> {
    let rows = world.rows().await;
    let log = event::Entity::find().order_by_asc(event::Column::Seq).all(&rows).await.unwrap();
    rows.close().await.unwrap();
    let epoch = world.app.service.store.head().await.unwrap().epoch;
    let own = log.into_iter().filter(|row| row.kind.is_of_tickets());
    own.map(|row| BASE64_URL_SAFE_NO_PAD.encode(Cursor { epoch, seq: row.seq }.to_bytes())).collect()
}
