//! Lists of what is found: in every view, scope and order, with every filter, paged without loss or repetition.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Client, World, both};

both!(what_is_found_is_paged_in_every_order_both_ways, a_search_narrows_every_list_like_any_filter);

/// How many conversations there are.
const ROWS: usize = 24;

/// Conversations of all states, of which some are found, by their messages, subjects, notes or customers, some more than once.
async fn filled(world: &World) -> Vec<String> {
    let (bea, tag) = (world.bea(), world.tag("vip").await);
    let mut all = Vec::new();
    for at in 0..ROWS {
        let sender = if at % 5 == 0 { "needle@example.com".to_owned() } else { format!("zoe{}@example.com", at % 4) };
        let mut mail = world.mail(&sender, if at % 3 == 0 { "a needle in a haystack" } else { "just hay" });
        mail["subject"] = json!(if at % 4 == 1 { "Needles and pins" } else { "Hay" });
        let id = world.gateway().receive(mail).await.changed().conversation();
        let of = |more: Value| {
            let mut input = json!({ "conversationId": id });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            input
        };
        if at % 6 == 2 {
            bea.mutate("addNote", of(json!({ "text": "@carl a needle" }))).await.changed();
        }
        if at % 2 == 0 {
            world.assign(&id, &world.organisation().bea.id).await;
            bea.mutate("setPriority", of(json!({ "priority": "HIGH" }))).await.changed();
        }
        if at % 4 == 0 {
            bea.mutate("reply", of(json!({ "text": "We look for the needle." }))).await.changed();
            world.tagged(&id, &[&tag]).await;
        }
        match at % 8 {
            3 | 6 => drop(world.close(&id).await),
            4 => drop(world.snooze(&id, json!({ "preset": "LATER_TODAY" })).await),
            5 => drop(bea.mutate("markAsSpam", of(json!({}))).await.changed()),
            _ => {}
        }
        if at % 3 != 0 {
            world.clock.advance(TimeDelta::minutes(1));
        }
        all.push(id);
    }
    all
}

/// Whether the conversation with this place is found.
fn holds(at: usize) -> bool {
    [(3, 0), (4, 0), (4, 1), (5, 0), (6, 2)].iter().any(|(step, rest)| at % step == *rest)
}

async fn page(client: &Client, root: &str, arguments: &str) -> (Vec<String>, Value) {
    let document = format!(
        "{{ {root}({arguments}) {{ nodes {{ id }} totalCount pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    let answer = client.query(&document, json!({})).await.ok();
    (answer.texts(&format!("{root}.nodes"), "id"), answer.at(root).clone())
}

async fn walk(client: &Client, root: &str, arguments: &str, size: usize, forwards: bool) -> Vec<String> {
    let (mut ids, mut edge) = (Vec::new(), String::new());
    for _ in 0..=ROWS {
        let (count, beyond) = if forwards { ("first", "after") } else { ("last", "before") };
        let edged = if edge.is_empty() { String::new() } else { format!(", {beyond}: \"{edge}\"") };
        let (found, list) = page(client, root, &format!("{arguments}, {count}: {size}{edged}")).await;
        let (more, next) = if forwards { ("hasNextPage", "endCursor") } else { ("hasPreviousPage", "startCursor") };
        ids = if forwards { [ids, found].concat() } else { [found, ids].concat() };
        if list["pageInfo"][more] == false {
            break;
        }
        edge = list["pageInfo"][next].as_str().unwrap().to_owned();
    }
    ids
}

async fn what_is_found_is_paged_in_every_order_both_ways(world: &World) {
    let all = filled(world).await;
    let expected: BTreeSet<&String> = all.iter().enumerate().filter(|(at, _)| holds(*at)).map(|(_, id)| id).collect();
    assert!(expected.len() > 10 && expected.len() < ROWS, "{}", expected.len());
    let bea = world.bea();
    for by in ["LAST_ACTIVITY", "CREATED", "UPDATED", "WAITING_SINCE", "PRIORITY", "SNOOZED_UNTIL", "CLOSED_AT"] {
        for direction in ["ASC", "DESC"] {
            let order = format!("view: ALL, orderBy: {{ by: {by}, direction: {direction} }}");
            let (every, _) = page(&bea, "conversations", &format!("{order}, first: 100")).await;
            let wanted: Vec<String> = every.into_iter().filter(|id| expected.contains(id)).collect();
            let search = format!("{order}, filter: {{ search: \"needle\" }}");
            let (found, list) = page(&bea, "conversations", &format!("{search}, first: 100")).await;
            assert_eq!((&found, &list["totalCount"]), (&wanted, &json!(expected.len())), "{order}");
            for size in [1, 3, 7] {
                for forwards in [true, false] {
                    let walked = walk(&bea, "conversations", &search, size, forwards).await;
                    assert_eq!(walked, wanted, "{order}, {size} forwards: {forwards}");
                }
            }
        }
    }
}

async fn a_search_narrows_every_list_like_any_filter(world: &World) {
    let all = filled(world).await;
    let expected: BTreeSet<&String> = all.iter().enumerate().filter(|(at, _)| holds(*at)).map(|(_, id)| id).collect();
    let (bea, carl) = (world.bea(), world.carl());
    let first = bea.conversation(&all[0]).await;
    let (customer, tag) = (first["customer"]["id"].as_str().unwrap(), first["tags"][0]["id"].as_str().unwrap());
    let organisation = world.organisation();
    let filters = [
        String::new(),
        "states: [OPEN, CLOSED]".to_owned(),
        format!("channelIds: [\"{}\"]", organisation.mail),
        "channelKinds: [CHAT]".to_owned(),
        "priorities: [HIGH]".to_owned(),
        "withoutPriority: true".to_owned(),
        format!("assigneeIds: [\"{}\", \"{}\"]", organisation.bea.id, organisation.carl.id),
        "unassigned: true".to_owned(),
        format!("tags: {{ hasAny: [\"{tag}\"] }}"),
        format!("tags: {{ hasNone: [\"{tag}\"] }}"),
        format!("customerIds: [\"{customer}\"]"),
        format!("followedBy: \"{}\"", organisation.bea.id),
        "unreadOnly: true".to_owned(),
        "waiting: true".to_owned(),
        "createdAfter: \"2026-01-05T09:05:00Z\"".to_owned(),
        "createdBefore: \"2026-01-05T09:05:00Z\"".to_owned(),
        "updatedAfter: \"2026-01-05T09:05:00Z\"".to_owned(),
    ];
    let mut lists = vec!["inbox(".to_owned(), "history(".to_owned()];
    lists.extend(["INBOX", "SNOOZED", "HISTORY", "SPAM", "ALL"].map(|view| format!("conversations(view: {view}, ")));
    let mut narrowed = 0;
    for list in lists {
        let (root, arguments) = list.split_once('(').unwrap();
        for scope in ["MINE", "UNASSIGNED", "FOLLOWING", "MENTIONED", "CREATED_BY_ME", "ALL"] {
            for filter in &filters {
                let client = if scope == "MENTIONED" { &carl } else { &bea };
                let of = |more: &str| format!("{arguments}scope: {scope}, filter: {{ {filter} {more} }}, first: 100");
                let (without, _) = page(client, root, &of("")).await;
                let (with, whole) = page(client, root, &of("search: \"needle\"")).await;
                let wanted: Vec<String> = without.iter().filter(|id| expected.contains(id)).cloned().collect();
                assert_eq!((&with, &whole["totalCount"]), (&wanted, &json!(wanted.len())), "{root} {}", of(""));
                narrowed += usize::from(!with.is_empty() && with.len() < without.len());
            }
        }
    }
    assert!(narrowed > 40, "{narrowed}");
    let document = "query($id: ID!, $filter: ConversationFilter) { customer(id: $id) { conversations(filter: $filter, first: 50) { nodes { id } totalCount } } }";
    let zoe = bea.conversation(&all[7]).await["customer"]["id"].clone();
    let of = async |filter: Value| {
        let answer = bea.query(document, json!({ "id": zoe, "filter": filter })).await.ok();
        answer.texts("customer.conversations.nodes", "id")
    };
    let (without, with) = (of(json!({})).await, of(json!({ "search": "needle" })).await);
    assert!(!with.is_empty() && with.len() < without.len());
    assert_eq!(with, without.into_iter().filter(|id| expected.contains(id)).collect::<Vec<_>>());
}
