//! What an agent was told of, and how they read it (semantics §6.2, 6.6). Who is told is in `notified.rs`.

use chrono::TimeDelta;
use entity::enums::Scope;
use serde_json::{Value, json};

use crate::support::organisation::EVERYTHING;
use crate::support::{Answer, Client, World, both};

both!(
    access_is_asked_when_it_is_written_and_when_it_is_read,
    a_notification_tells_its_entry_and_conversation,
    a_notification_exists_for_its_agent_alone,
    without_the_right_to_read_conversations_there_are_none,
    without_the_right_to_read_notes_those_about_notes_are_left_out,
    integrations_have_none,
    the_list_pages_both_ways,
    a_page_costs_the_same_for_one_and_for_fifty,
);

const LIST: &str = "query($unreadOnly: Boolean! = false) { notifications(unreadOnly: $unreadOnly, first: 100) {
    nodes { id reason readAt entry { kind actor { displayName } } conversation { id } } unreadCount } }";

pub async fn list(client: &Client, unread_only: bool) -> Answer {
    client.query(LIST, json!({ "unreadOnly": unread_only })).await.ok()
}

/// What an agent is told of, oldest first: the entry and why.
pub async fn told(client: &Client) -> Vec<String> {
    let answer = list(client, false).await;
    let (kinds, reasons) =
        (answer.texts("notifications.nodes", "entry.kind"), answer.texts("notifications.nodes", "reason"));
    kinds.iter().zip(&reasons).rev().map(|(kind, reason)| format!("{kind} {reason}")).collect()
}

pub async fn ids(client: &Client) -> Vec<String> {
    list(client, false).await.texts("notifications.nodes", "id")
}

pub async fn unread_count(client: &Client) -> i64 {
    let answer = list(client, true).await;
    let (listed, count) = (answer.texts("notifications.nodes", "id"), answer.at("notifications.unreadCount"));
    assert_eq!(count, listed.len(), "the count is of what is listed");
    count.as_i64().unwrap()
}

pub async fn follow(client: &Client, id: &str) {
    client.mutate("followConversation", json!({ "conversationId": id })).await.changed();
}

pub async fn reply(client: &Client, id: &str) -> Answer {
    client.mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed()
}

pub async fn assign(client: &Client, id: &str, agent: Option<&str>, team: Option<&str>) {
    let input = json!({ "conversationId": id, "assigneeId": agent, "teamId": team });
    client.mutate("assignConversation", input).await.changed();
}

pub async fn mark(client: &Client, input: Value) -> Answer {
    client.mutate("markNotificationsRead", input).await
}

/// A chat that an agent follows and to which the customer wrote so many times since.
pub async fn written(world: &World, client: &Client, visitor: &str, messages: usize) -> String {
    let id = world.chatted(visitor, "Hello").await.conversation();
    follow(client, &id).await;
    for at in 0..messages {
        world.chatted(visitor, &format!("message {at}")).await;
    }
    id
}

async fn access_is_asked_when_it_is_written_and_when_it_is_read(world: &World) {
    let (bea, me) = (world.bea(), &world.organisation().bea.id);
    let id = world.hidden().await;
    world.belongs_to_vip(me, true).await;
    follow(&bea, &id).await;
    reply(&world.dora(), &id).await;
    let notice = ids(&bea).await.remove(0);
    world.belongs_to_vip(me, false).await;
    // What was written is hidden, and nothing more is written.
    reply(&world.dora(), &id).await;
    assert_eq!((told(&bea).await, unread_count(&bea).await), (vec![], 0));
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(bea.query(node, json!({ "id": notice })).await.ok().at("node"), &Value::Null);
    mark(&bea, json!({ "ids": [notice] })).await.refused("NOT_FOUND", "input.ids");
    world.belongs_to_vip(me, true).await;
    assert_eq!((told(&bea).await, unread_count(&bea).await), (vec!["MESSAGE FOLLOWING".to_owned()], 1));
    // A token for other channels is told of other channels alone.
    let narrow = world.client(&world.token(me, &EVERYTHING, Some(&[&world.organisation().mail])).await);
    assert_eq!((told(&narrow).await, unread_count(&narrow).await), (vec![], 0));
}

pub async fn notices(rows: &sea_orm::DatabaseConnection) -> Vec<entity::notification::Model> {
    use sea_orm::{EntityTrait, QueryOrder};
    entity::notification::Entity::find().order_by_asc(entity::notification::Column::Seq).all(rows).await.unwrap()
}

async fn a_notification_tells_its_entry_and_conversation(world: &World) {
    let (bea, id) = (world.bea(), world.chatted("visitor-1", "Hello").await.conversation());
    follow(&bea, &id).await;
    world.clock.advance(TimeDelta::minutes(1));
    let message = world.chatted("visitor-1", "Anybody there?").await;
    let entry = message.text("message.id");
    let document =
        "query { notifications { nodes { __typename id reason createdAt readAt conversation { id state viewerUnread }
        entry { __typename id kind at conversation { id } actor { displayName } ... on Message { text } } } } }";
    let answer = bea.query(document, json!({})).await.ok();
    let notice = answer.at("notifications.nodes.0").clone();
    let expected = json!({
        "__typename": "Notification", "id": notice["id"], "reason": "FOLLOWING",
        "createdAt": "2026-01-05T09:01:00Z", "readAt": null,
        "conversation": { "id": id, "state": "OPEN", "viewerUnread": true },
        "entry": { "__typename": "Message", "id": entry, "kind": "MESSAGE", "at": "2026-01-05T09:01:00Z",
            "conversation": { "id": id }, "actor": { "displayName": "Customer" }, "text": "Anybody there?" },
    });
    assert_eq!(notice, expected);
    let node = "query($id: ID!) { node(id: $id) { __typename id ... on Notification { reason entry { id } } } }";
    let node = bea.query(node, json!({ "id": notice["id"] })).await.ok();
    let expected =
        json!({ "__typename": "Notification", "id": notice["id"], "reason": "FOLLOWING", "entry": { "id": entry } });
    assert_eq!(node.at("node"), &expected);
}

async fn a_notification_exists_for_its_agent_alone(world: &World) {
    let id = written(world, &world.bea(), "visitor-1", 2).await;
    follow(&world.carl(), &id).await;
    world.chatted("visitor-1", "Anybody there?").await;
    let (bea, carl) = (ids(&world.bea()).await, ids(&world.carl()).await);
    assert_eq!((bea.len(), carl.len()), (3, 1));
    let node = "query($id: ID!) { node(id: $id) { id } }";
    for client in [world.carl(), world.ada(), world.robot()] {
        for id in [&*bea[0], "notification_01h455vb4pex5vsknk084sn02q", &bea[0].replace("notification", "entry")] {
            assert_eq!(client.query(node, json!({ "id": id })).await.ok().at("node"), &Value::Null);
        }
    }
    let theirs = mark(&world.carl(), json!({ "ids": [carl[0], bea[0]] })).await.refused("NOT_FOUND", "input.ids");
    let unknown = json!({ "ids": [carl[0], "notification_01h455vb4pex5vsknk084sn02q"] });
    assert_eq!(mark(&world.carl(), unknown).await.body, theirs.body, "as for one that doesn't exist");
    assert_eq!(unread_count(&world.carl()).await, 1, "nothing was marked");
    mark(&world.carl(), json!({ "all": true })).await.changed();
    assert_eq!((unread_count(&world.carl()).await, unread_count(&world.bea()).await), (0, 3));
}

async fn without_the_right_to_read_conversations_there_are_none(world: &World) {
    let (bea, me) = (world.bea(), &world.organisation().bea.id);
    let id = written(world, &bea, "visitor-1", 1).await;
    let less: Vec<Scope> = EVERYTHING.into_iter().filter(|scope| *scope != Scope::ConversationsRead).collect();
    let blind = world.client(&world.token(me, &less, None).await);
    assert_eq!((told(&blind).await, unread_count(&blind).await), (vec![], 0));
    let notice = ids(&bea).await.remove(0);
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(blind.query(node, json!({ "id": notice })).await.ok().at("node"), &Value::Null);
    mark(&blind, json!({ "ids": [notice] })).await.refused("NOT_FOUND", "input.ids");
    mark(&blind, json!({ "all": true })).await.unchanged();
    mark(&blind, json!({ "conversationId": id })).await.unchanged();
    assert_eq!(unread_count(&bea).await, 1);
    // Its cursors are read all the same.
    blind.query("{ notifications(after: \"nonsense\") { nodes { id } } }", json!({})).await.failed("BAD_REQUEST");
}

async fn without_the_right_to_read_notes_those_about_notes_are_left_out(world: &World) {
    let (bea, me) = (world.bea(), &world.organisation().bea.id);
    let id = written(world, &bea, "visitor-1", 1).await;
    let note = json!({ "conversationId": id, "text": "For the team" });
    let note = world.ada().mutate("addNote", note).await.changed().text("note.id");
    let rows = world.rows().await;
    let first = notices(&rows).await.into_iter().find(|notice| notice.note_id.is_some()).unwrap();
    rows.close().await.unwrap();
    assert_eq!(first.entry_id.to_wire("note"), note);
    let less: Vec<Scope> = EVERYTHING.into_iter().filter(|scope| *scope != Scope::NotesRead).collect();
    let blind = world.client(&world.token(me, &less, None).await);
    assert_eq!((ids(&blind).await.len(), unread_count(&blind).await), (1, 1));
    assert_eq!((ids(&bea).await.len(), unread_count(&bea).await), (2, 2));
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let notice = first.id.to_string();
    assert_eq!(blind.query(node, json!({ "id": notice })).await.ok().at("node"), &Value::Null);
    mark(&blind, json!({ "ids": [notice] })).await.refused("NOT_FOUND", "input.ids");
    mark(&blind, json!({ "conversationId": id })).await.changed();
    assert_eq!((unread_count(&blind).await, unread_count(&bea).await), (0, 1));
}

async fn integrations_have_none(world: &World) {
    let robot = world.robot();
    written(world, &world.bea(), "visitor-1", 1).await;
    assert_eq!((told(&robot).await, unread_count(&robot).await), (vec![], 0));
    let unknown = "conversation_01h455vb4pex5vsknk084sn02q";
    for input in [json!({ "all": true }), json!({ "ids": ["nonsense"] }), json!({ "conversationId": unknown })] {
        let refused = mark(&robot, input).await.refused("FORBIDDEN", "");
        assert_eq!(refused.get("unreadCount"), 0);
    }
}

async fn the_list_pages_both_ways(world: &World) {
    let bea = world.bea();
    written(world, &bea, "visitor-1", 7).await;
    let all = ids(&bea).await;
    mark(&bea, json!({ "ids": [all[1], all[4]] })).await.changed();
    let document = "query($unreadOnly: Boolean!, $first: Int, $after: String, $last: Int, $before: String) {
        notifications(unreadOnly: $unreadOnly, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    for unread_only in [false, true] {
        let rest: Vec<String> =
            all.iter().filter(|id| !unread_only || (**id != all[1] && **id != all[4])).cloned().collect();
        for (size, to, turn, cursor, more) in [
            ("first", "after", false, "endCursor", "hasNextPage"),
            ("last", "before", true, "startCursor", "hasPreviousPage"),
        ] {
            let (mut seen, mut at): (Vec<String>, Value) = (Vec::new(), Value::Null);
            loop {
                let page = bea.query(document, json!({ "unreadOnly": unread_only, size: 2, to: at })).await.ok();
                let page_ids = page.texts("notifications.edges", "node.id");
                seen = if turn { [page_ids, seen].concat() } else { [seen, page_ids].concat() };
                at = page.at(&format!("notifications.pageInfo.{cursor}")).clone();
                if page.at(&format!("notifications.pageInfo.{more}")) == false {
                    break;
                }
            }
            assert_eq!(seen, rest, "{size}, unread only: {unread_only}");
        }
    }
    for arguments in ["first: 101", "first: 1, last: 1", "after: \"nonsense\""] {
        let document = format!("{{ notifications({arguments}) {{ nodes {{ id }} }} }}");
        bea.query(&document, json!({})).await.failed("BAD_REQUEST");
    }
}

const PAGE: &str = "query($first: Int) { notifications(first: $first) { unreadCount nodes { id reason createdAt readAt
    conversation { id number subject viewerUnread viewerFollow customer { displayName } assignee { displayName } }
    entry { id kind at conversation { number } actor { displayName } ... on Message { text }
        ... on AssignedEntry { toAgent { displayName } } } } } }";

async fn a_page_costs_the_same_for_one_and_for_fifty(world: &World) {
    let (bea, me) = (world.bea(), &world.organisation().bea.id);
    for at in 0..25 {
        let visitor = format!("visitor-{at}");
        let id = world.chatted(&visitor, "Hello").await.conversation();
        assign(&world.ada(), &id, Some(me), None).await;
        world.chatted(&visitor, "Anybody there?").await;
    }
    crate::budgets::warm(world, &bea, PAGE, json!({ "first": 50 })).await;
    let few = crate::budgets::cost(world, &bea, PAGE, json!({ "first": 2 })).await;
    let many = crate::budgets::cost(world, &bea, PAGE, json!({ "first": 50 })).await;
    assert_eq!(few, many);
    // The session, the page, entries, texts, customers, conversations, follows, read marks, and the count.
    assert!(many <= 9, "a page of notifications takes {many} statements");
    let plain = "query($first: Int) { notifications(first: $first) { nodes { id reason } } }";
    assert_eq!(
        crate::budgets::cost(world, &bea, plain, json!({ "first": 50 })).await,
        2,
        "only what is selected is read"
    );
}
