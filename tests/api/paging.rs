//! Keyset pages, both ways, in every order, with half of the values absent (architecture §5).

use std::cmp::Ordering;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    every_order_pages_both_ways_and_misses_nothing,
    a_page_says_whether_there_is_more,
    paging_arguments_keep_to_their_limits,
    timelines_page_both_ways,
    a_page_stays_put_while_others_move,
);

const FIELDS: &str =
    "edges { cursor node { id lastActivityAt createdAt updatedAt waitingSince priority closedAt snooze { until } } }
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount";

/// How many conversations the tests page through.
const ROWS: usize = 9;

/// Conversations of which every other waits, every third is closed and every third sleeps, and some have the same times.
async fn filled(world: &World) -> Vec<String> {
    let mut all = Vec::new();
    for at in 0..ROWS {
        let id = world.opened().await;
        if at % 2 == 0 {
            world.bea().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
        }
        if at % 3 == 0 {
            world.close(&id).await;
        }
        match at {
            1 | 4 => drop(world.snooze(&id, json!({ "at": "2026-01-09T09:00:00Z" })).await),
            5 => drop(world.snooze(&id, json!({ "preset": "LATER_TODAY" })).await),
            7 => drop(world.snooze(&id, json!({ "customerReplies": true })).await),
            _ => {}
        }
        if at % 4 != 0 {
            world.clock.advance(TimeDelta::minutes(1));
        }
        all.push(id);
    }
    all
}

async fn page(world: &World, order: &str, arguments: &str) -> Answer {
    let document = format!("{{ conversations(view: ALL, orderBy: {order}, {arguments}) {{ {FIELDS} }} }}");
    world.bea().query(&document, json!({})).await.ok()
}

async fn every_order_pages_both_ways_and_misses_nothing(world: &World) {
    let all = filled(world).await;
    for (sort, field) in [
        ("LAST_ACTIVITY", "lastActivityAt"),
        ("CREATED", "createdAt"),
        ("UPDATED", "updatedAt"),
        ("WAITING_SINCE", "waitingSince"),
        ("PRIORITY", "priority"),
        ("SNOOZED_UNTIL", "snooze/until"),
        ("CLOSED_AT", "closedAt"),
    ] {
        for direction in ["ASC", "DESC"] {
            let order = format!("{{ by: {sort}, direction: {direction} }}");
            let whole = page(world, &order, "first: 100").await;
            let nodes: Vec<Value> =
                whole.at("conversations.edges").as_array().unwrap().iter().map(|e| e["node"].clone()).collect();
            assert!(
                nodes.is_sorted_by(|a, b| compare(a, b, field, direction) == Ordering::Less),
                "{order}: {nodes:#?}"
            );
            let ids: Vec<String> = whole.texts("conversations.nodes", "id");
            let mut sorted = (ids.clone(), all.clone());
            sorted.0.sort();
            sorted.1.sort();
            assert_eq!(sorted.0, sorted.1, "{order}");
            for size in [1, 2, 4, ROWS] {
                assert_eq!(walk(world, &order, size, true).await, ids, "forwards, {size} of {order}");
                assert_eq!(walk(world, &order, size, false).await, ids, "backwards, {size} of {order}");
            }
        }
    }
}

/// Absent priorities sort lowest, absent waiting and snoozing last, absent closing first; ties by id in the same direction.
fn compare(a: &Value, b: &Value, field: &str, direction: &str) -> Ordering {
    let absent = if field == "waitingSince" || field == "snooze/until" { "9999-12-31" } else { "0001-01-01" };
    let place = format!("/{field}");
    let value = |node: &Value| node.pointer(&place).and_then(Value::as_str).unwrap_or(absent).to_owned();
    let key = |node: &Value| (value(node), node["id"].as_str().unwrap().to_owned());
    let ordering = key(a).cmp(&key(b));
    if direction == "ASC" { ordering } else { ordering.reverse() }
}

async fn walk(world: &World, order: &str, size: usize, forwards: bool) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), None::<String>);
    for _ in 0..=ROWS {
        let arguments = match (forwards, &cursor) {
            (true, None) => format!("first: {size}"),
            (true, Some(cursor)) => format!("first: {size}, after: \"{cursor}\""),
            (false, None) => format!("last: {size}"),
            (false, Some(cursor)) => format!("last: {size}, before: \"{cursor}\""),
        };
        let answer = page(world, order, &arguments).await;
        let found = answer.texts("conversations.nodes", "id");
        assert!(found.len() <= size);
        let info = answer.at("conversations.pageInfo");
        let (more, next) = if forwards { ("hasNextPage", "endCursor") } else { ("hasPreviousPage", "startCursor") };
        ids = if forwards { [ids, found].concat() } else { [found, ids].concat() };
        if info[more] == false {
            break;
        }
        cursor = info[next].as_str().map(str::to_owned);
    }
    ids
}

async fn a_page_says_whether_there_is_more(world: &World) {
    let order = "{ by: CREATED, direction: ASC }";
    let empty = page(world, order, "first: 2").await;
    let nothing = json!({ "hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null });
    assert_eq!(empty.at("conversations.pageInfo"), &nothing);
    assert_eq!(empty.at("conversations.totalCount"), 0);
    let all = filled(world).await;
    let whole = page(world, order, &format!("first: {ROWS}")).await;
    assert_eq!(whole.at("conversations.pageInfo.hasNextPage"), false);
    assert_eq!(whole.at("conversations.totalCount"), ROWS);
    let first = page(world, order, "first: 2").await;
    assert_eq!(first.at("conversations.pageInfo.hasNextPage"), true);
    assert_eq!(first.at("conversations.totalCount"), ROWS);
    let last = page(world, order, "last: 2").await;
    assert_eq!(last.at("conversations.pageInfo.hasPreviousPage"), true);
    assert_eq!(last.texts("conversations.nodes", "id"), all[ROWS - 2..]);
    assert_eq!(page(world, order, "first: 0").await.at("conversations.nodes"), &json!([]));
}

async fn paging_arguments_keep_to_their_limits(world: &World) {
    world.opened().await;
    for arguments in
        ["first: 101", "last: 101", "first: -1", "last: -1", "first: 1, last: 1", "after: \"nonsense\"", "before: \"\""]
    {
        let answer = world.bea().query(&format!("{{ inbox({arguments}) {{ nodes {{ id }} }} }}"), json!({})).await;
        let codes = answer.error_codes();
        assert!(codes == ["BAD_REQUEST"] || codes == ["QUERY_TOO_COMPLEX"], "{arguments}: {answer:#?}");
    }
    // A cursor belongs to its list and order.
    let created = page(world, "{ by: CREATED }", "first: 1").await;
    let cursor = created.at("conversations.pageInfo.endCursor").as_str().unwrap().to_owned();
    let other = format!("{{ conversations(orderBy: {{ by: PRIORITY }}, after: \"{cursor}\") {{ nodes {{ id }} }} }}");
    world.bea().query(&other, json!({})).await.failed("BAD_REQUEST");
}

async fn timelines_page_both_ways(world: &World) {
    let id = world.opened().await;
    for at in 0..5 {
        world.bea().mutate("reply", json!({ "conversationId": id, "text": format!("reply {at}") })).await.changed();
    }
    let timeline = |arguments: String| {
        let document = format!(
            "query($id: ID!) {{ conversation(id: $id) {{ timeline({arguments}) {{
                nodes {{ version }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"
        );
        let variables = json!({ "id": id });
        async move { world.bea().query(&document, variables).await.ok().at("conversation.timeline").clone() }
    };
    let versions = |page: &Value| -> Vec<i64> {
        page["nodes"].as_array().unwrap().iter().map(|node| node["version"].as_i64().unwrap()).collect()
    };
    let whole = timeline("first: 100".to_owned()).await;
    assert_eq!(versions(&whole), [1, 2, 3, 4, 5, 6, 7, 8]);
    let first = timeline("first: 3".to_owned()).await;
    assert_eq!((versions(&first), &first["pageInfo"]["hasNextPage"]), (vec![1, 2, 3], &json!(true)));
    let end = first["pageInfo"]["endCursor"].as_str().unwrap();
    assert_eq!(versions(&timeline(format!("first: 3, after: \"{end}\"")).await), [4, 5, 6]);
    let last = timeline("last: 3".to_owned()).await;
    assert_eq!((versions(&last), &last["pageInfo"]["hasPreviousPage"]), (vec![6, 7, 8], &json!(true)));
    let start = last["pageInfo"]["startCursor"].as_str().unwrap();
    assert_eq!(versions(&timeline(format!("last: 3, before: \"{start}\"")).await), [3, 4, 5]);
    let messages = timeline("kinds: [MESSAGE, FOLLOWED], first: 3".to_owned()).await;
    assert_eq!(versions(&messages), [2, 3, 4]);
}

async fn a_page_stays_put_while_others_move(world: &World) {
    filled(world).await;
    let order = "{ by: CREATED, direction: ASC }";
    let all = page(world, order, "first: 100").await.texts("conversations.nodes", "id");
    let first = page(world, order, "first: 3").await;
    let end = first.at("conversations.pageInfo.endCursor").as_str().unwrap().to_owned();
    world.opened().await;
    // Even the row of the cursor may change meanwhile.
    let reply = json!({ "conversationId": all[2], "text": "Hi" });
    world.bea().mutate("reply", reply).await.changed();
    let second = page(world, order, &format!("first: 3, after: \"{end}\"")).await;
    assert_eq!(second.texts("conversations.nodes", "id"), all[3..6]);
}
