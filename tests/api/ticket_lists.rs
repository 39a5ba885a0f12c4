//! Lists of tickets: every filter, every order both ways with ties, the same on both databases (semantics §11.4, architecture §5).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Answer, Client, World, both};

both!(
    every_filter_finds_what_fits_in_every_order,
    what_matches_nothing_is_an_empty_list,
    a_list_of_a_filter_has_at_most_a_hundred_values,
    every_order_pages_both_ways_and_misses_nothing,
    a_page_stays_put_while_others_move,
    a_cursor_serves_no_other_order,
    conversations_are_filtered_by_their_tickets,
    the_feed_filters_by_tickets_as_of_the_entry,
);

/// How many tickets the tests list.
const ROWS: usize = 24;

const LIST: &str =
    "query($filter: TicketFilter, $orderBy: TicketOrder, $first: Int, $after: String, $last: Int, $before: String) {
    tickets(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
        nodes { id createdAt updatedAt } totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

async fn list(client: &Client, variables: Value) -> Answer {
    client.query(LIST, variables).await
}

/// What the tests know of: the tickets by number, three conversations of two customers.
struct Shelf {
    tickets: Vec<String>,
    conversations: [String; 3],
    customers: [String; 2],
}

/// The status of a ticket.
fn status(n: usize) -> &'static str {
    ["OPEN", "IN_PROGRESS", "RESOLVED"][n % 3]
}

/// The priority of a ticket.
fn priority(n: usize) -> Option<&'static str> {
    [None, Some("LOW"), Some("MEDIUM"), Some("HIGH"), Some("URGENT")][n % 5]
}

/// To which of the conversations a ticket is linked.
fn linked(n: usize) -> Vec<usize> {
    [(n % 4 == 2, n % 3), (n % 6 == 5, 0)].into_iter().filter(|(is, _)| *is).map(|(_, which)| which).collect()
}

/// Tickets that differ in everything, of which some have the same times; the clock ends at half past nine.
async fn filled(world: &World) -> Shelf {
    let organisation = world.organisation();
    let conversations =
        [world.opened().await, world.opened().await, world.mailed("yan@example.com", "Hello").await.conversation()];
    let mut tickets = Vec::new();
    for n in 0..ROWS {
        let assignee = [Some(&organisation.bea.id), Some(&organisation.carl.id), None, None][n % 4];
        let systems = [(n % 2 == 0, "github"), (n % 3 == 0, "jira"), (n % 12 == 0, "jira")];
        let refs = systems.into_iter().enumerate().filter(|(_, (is, _))| *is);
        let refs = refs.map(|(at, (_, system))| json!({ "system": system, "key": format!("{n}-{at}") }));
        let new = json!({ "title": format!("Ticket {n}"), "priority": priority(n), "assigneeId": assignee,
            "externalRefs": refs.collect::<Vec<_>>() });
        tickets.push(world.ticket(new).await);
        world.clock.advance(TimeDelta::seconds(i64::from(n % 3 != 0)));
    }
    world.clock.set("2026-01-05T09:30:00Z".parse().unwrap());
    for n in (0..ROWS).rev() {
        for which in linked(n) {
            world.track(&tickets[n], &conversations[which]).await;
        }
        if n % 3 != 0 {
            world.update(&tickets[n], json!({ "status": status(n) })).await.changed();
            world.clock.advance(TimeDelta::microseconds(i64::from(n % 2 == 0)));
        }
    }
    let customer =
        async |id: &String| world.ada().conversation(id).await["customer"]["id"].as_str().unwrap().to_owned();
    let customers = [customer(&conversations[0]).await, customer(&conversations[2]).await];
    Shelf { tickets, conversations, customers }
}

/// A filter, and whether a ticket fits.
type Case = (Value, Box<dyn Fn(usize) -> bool>);

fn case(filter: Value, fits: impl Fn(usize) -> bool + 'static) -> Case {
    (filter, Box::new(fits))
}

fn cases(world: &World, shelf: &Shelf) -> Vec<Case> {
    let organisation = world.organisation();
    let (bea, carl) = (&organisation.bea.id, &organisation.carl.id);
    let ([zoe_s, also, yan_s], [zoe, yan]) = (&shelf.conversations, &shelf.customers);
    let half_past = "2026-01-05T09:30:00Z";
    vec![
        case(json!({}), |_| true),
        case(Value::Null, |_| true),
        case(json!({ "statuses": null, "conversationIds": null }), |_| true),
        case(json!({ "statuses": ["OPEN"] }), |n| n % 3 == 0),
        case(json!({ "statuses": ["RESOLVED"] }), |n| n % 3 == 2),
        case(json!({ "statuses": ["IN_PROGRESS", "OPEN", "OPEN"] }), |n| n % 3 != 2),
        case(json!({ "statuses": ["RESOLVED", "OPEN"] }), |n| n % 3 != 1),
        case(json!({ "statuses": ["RESOLVED", "OPEN", "IN_PROGRESS"] }), |_| true),
        case(json!({ "priorities": ["HIGH"] }), |n| n % 5 == 3),
        case(json!({ "priorities": ["LOW", "URGENT", "MEDIUM"] }), |n| [1, 2, 4].contains(&(n % 5))),
        case(json!({ "assigneeIds": [bea] }), |n| n % 4 == 0),
        case(json!({ "assigneeIds": [carl, bea, "nonsense", carl] }), |n| n % 4 < 2),
        case(json!({ "externalSystem": "github" }), |n| n % 2 == 0),
        case(json!({ "externalSystem": " jira " }), |n| n % 3 == 0),
        case(json!({ "conversationIds": [zoe_s] }), |n| linked(n).contains(&0)),
        case(json!({ "conversationIds": [also, yan_s] }), |n| linked(n).iter().any(|at| *at > 0)),
        case(json!({ "customerIds": [zoe] }), |n| linked(n).iter().any(|at| *at < 2)),
        case(json!({ "customerIds": [yan, zoe, "nonsense"] }), |n| !linked(n).is_empty()),
        case(json!({ "updatedAfter": half_past }), |n| n % 3 != 0 || !linked(n).is_empty()),
        case(json!({ "updatedAfter": half_past, "statuses": ["RESOLVED"] }), |n| n % 3 == 2),
        case(json!({ "customerIds": [yan], "conversationIds": [zoe_s] }), |n| {
            linked(n).contains(&0) && linked(n).contains(&2)
        }),
        case(json!({ "customerIds": [zoe], "externalSystem": "github", "statuses": ["OPEN", "RESOLVED"] }), |n| {
            linked(n).iter().any(|at| *at < 2) && n % 2 == 0 && n % 3 != 1
        }),
        case(json!({ "assigneeIds": [bea], "priorities": ["LOW", "HIGH"], "externalSystem": "github" }), |n| {
            n % 4 == 0 && [1, 3].contains(&(n % 5))
        }),
    ]
}

/// The ids of a list's nodes.
fn ids(answer: &Answer) -> Vec<String> {
    answer.texts("tickets.nodes", "id")
}

const ORDERS: [(&str, &str); 2] = [("CREATED", "createdAt"), ("UPDATED", "updatedAt")];

async fn every_filter_finds_what_fits_in_every_order(world: &World) {
    let shelf = filled(world).await;
    let whole = list(&world.bea(), json!({ "first": 100 })).await.ok();
    let nodes = whole.at("tickets.nodes").as_array().unwrap().clone();
    for (filter, fits) in cases(world, &shelf) {
        for (by, field) in ORDERS {
            for direction in ["ASC", "DESC"] {
                let key = |node: &&Value| {
                    let at: chrono::DateTime<chrono::Utc> = node[field].as_str().unwrap().parse().unwrap();
                    (at, node["id"].as_str().unwrap().to_owned())
                };
                let fit = |node: &&Value| shelf.tickets.iter().position(|id| node["id"] == *id).is_some_and(&fits);
                let mut expected: Vec<&Value> = nodes.iter().filter(fit).collect();
                expected.sort_by_key(key);
                if direction == "DESC" {
                    expected.reverse();
                }
                let order = json!({ "by": by, "direction": direction });
                let found =
                    list(&world.robot(), json!({ "filter": filter, "orderBy": order, "first": 100 })).await.ok();
                assert_eq!(found.at("tickets.nodes"), &json!(expected), "{filter} {order}");
                assert_eq!(found.at("tickets.totalCount"), expected.len(), "{filter}");
            }
        }
    }
    // Newest first, and 25 at most, unless asked otherwise.
    let newest = json!({ "by": "CREATED", "direction": "DESC" });
    assert_eq!(ids(&whole), ids(&list(&world.bea(), json!({ "orderBy": newest })).await.ok()));
    assert_eq!(ids(&whole), ids(&list(&world.bea(), json!({ "orderBy": { "by": "CREATED" } })).await.ok()));
    world.ticket(json!({ "title": "One more" })).await;
    world.ticket(json!({ "title": "Another" })).await;
    assert_eq!(ids(&list(&world.bea(), json!({})).await.ok()).len(), 25);
}

async fn what_matches_nothing_is_an_empty_list(world: &World) {
    let shelf = filled(world).await;
    let hidden = world.hidden().await;
    world.track(&shelf.tickets[0], &hidden).await;
    for filter in [
        json!({ "statuses": [] }),
        json!({ "priorities": [] }),
        json!({ "assigneeIds": [] }),
        json!({ "assigneeIds": ["nonsense"] }),
        json!({ "assigneeIds": [world.organisation().dora.id] }),
        json!({ "conversationIds": [] }),
        json!({ "conversationIds": ["nonsense", shelf.tickets[0]] }),
        json!({ "conversationIds": ["conversation_01h455vb4pex5vsknk084sn02q"] }),
        json!({ "conversationIds": [hidden] }),
        json!({ "customerIds": [] }),
        json!({ "customerIds": ["customer_01h455vb4pex5vsknk084sn02q"] }),
        json!({ "customerIds": shelf.customers, "statuses": [] }),
        json!({ "externalSystem": "" }),
        json!({ "externalSystem": "GitHub" }),
        json!({ "externalSystem": "git\0hub" }),
        json!({ "externalSystem": "%" }),
        json!({ "updatedAfter": "2026-01-05T10:00:00Z" }),
    ] {
        let found = list(&world.bea(), json!({ "filter": filter })).await.ok();
        assert_eq!((ids(&found), found.at("tickets.totalCount")), (vec![], &json!(0)), "{filter}");
    }
}

async fn a_list_of_a_filter_has_at_most_a_hundred_values(world: &World) {
    for (field, value) in [
        ("statuses", "OPEN"),
        ("priorities", "LOW"),
        ("assigneeIds", "x"),
        ("conversationIds", "x"),
        ("customerIds", "x"),
    ] {
        let filter = |many: usize| json!({ "filter": { field: vec![value; many] } });
        list(&world.bea(), filter(100)).await.ok();
        list(&world.bea(), filter(101)).await.failed("BAD_REQUEST");
    }
    let ticket_ids = |many: usize| json!({ "filter": { "ticketIds": vec!["x"; many] } });
    let document = "query($filter: ConversationFilter) { inbox(filter: $filter) { nodes { id } } }";
    world.bea().query(document, ticket_ids(100)).await.ok();
    world.bea().query(document, ticket_ids(101)).await.failed("BAD_REQUEST");
}

async fn walk(world: &World, filter: &Value, order: &Value, size: usize, forwards: bool) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), Value::Null);
    let [count, edge, more, next] = match forwards {
        true => ["first", "after", "hasNextPage", "endCursor"],
        false => ["last", "before", "hasPreviousPage", "startCursor"],
    };
    for _ in 0..=ROWS {
        let variables = json!({ "filter": filter, "orderBy": order, count: size, edge: cursor });
        let page = list(&world.bea(), variables).await.ok();
        assert!(ids(&page).len() <= size);
        found = if forwards { [found, ids(&page)].concat() } else { [ids(&page), found].concat() };
        let info = page.at("tickets.pageInfo");
        if info[more] == false {
            break;
        }
        cursor = info[next].clone();
    }
    found
}

async fn every_order_pages_both_ways_and_misses_nothing(world: &World) {
    let shelf = filled(world).await;
    for filter in [
        json!({}),
        json!({ "statuses": ["OPEN", "IN_PROGRESS"] }),
        json!({ "externalSystem": "github" }),
        json!({ "customerIds": shelf.customers }),
        json!({ "updatedAfter": "2026-01-05T09:30:00Z" }),
    ] {
        for (by, _) in ORDERS {
            for direction in ["ASC", "DESC"] {
                let order = json!({ "by": by, "direction": direction });
                let whole =
                    ids(&list(&world.bea(), json!({ "filter": filter, "orderBy": order, "first": 100 })).await.ok());
                assert!(whole.len() > 5, "{filter}");
                for (size, forwards) in [(1, true), (4, true), (ROWS, true), (1, false), (5, false)] {
                    let found = walk(world, &filter, &order, size, forwards).await;
                    assert_eq!(found, whole, "{filter} {order} {size} forwards: {forwards}");
                }
            }
        }
    }
}

async fn a_page_stays_put_while_others_move(world: &World) {
    let shelf = filled(world).await;
    let order = json!({ "by": "CREATED", "direction": "ASC" });
    let all = ids(&list(&world.bea(), json!({ "orderBy": order, "first": 100 })).await.ok());
    let first = list(&world.bea(), json!({ "orderBy": order, "first": 3 })).await.ok();
    let end = first.at("tickets.pageInfo.endCursor").clone();
    // Even the row of the cursor may change meanwhile.
    world.update(&all[2], json!({ "title": "Moved" })).await.changed();
    world.ticket(json!({ "title": "New" })).await;
    let second = list(&world.bea(), json!({ "orderBy": order, "first": 3, "after": end })).await.ok();
    assert_eq!(ids(&second), all[3..6]);
    assert_eq!(shelf.tickets.len(), all.len());
}

async fn a_cursor_serves_no_other_order(world: &World) {
    filled(world).await;
    let orders =
        ORDERS.iter().flat_map(|(by, _)| ["ASC", "DESC"].map(|direction| json!({ "by": by, "direction": direction })));
    let orders: Vec<Value> = orders.collect();
    for order in &orders {
        let page = list(&world.bea(), json!({ "orderBy": order, "first": 1 })).await.ok();
        let cursor = page.at("tickets.pageInfo.endCursor");
        for other in &orders {
            let answer = list(&world.bea(), json!({ "orderBy": other, "after": cursor })).await;
            if other == order { drop(answer.ok()) } else { drop(answer.failed("BAD_REQUEST")) }
        }
        let document = "query($after: String) { inbox(after: $after) { nodes { id } } }";
        world.bea().query(document, json!({ "after": cursor })).await.failed("BAD_REQUEST");
    }
    for arguments in [json!({ "first": -1 }), json!({ "first": 1, "last": 1 }), json!({ "after": "nonsense" })] {
        list(&world.bea(), arguments).await.failed("BAD_REQUEST");
    }
}

async fn conversations_are_filtered_by_their_tickets(world: &World) {
    let shelf = filled(world).await;
    let [one, two, three] = &shelf.conversations;
    world.close(two).await;
    let linked_to = |which: usize| shelf.tickets.iter().enumerate().filter(move |(n, _)| linked(*n).contains(&which));
    let of = |which: usize| linked_to(which).next().unwrap().1;
    // Ticket 11 is linked to the first, ticket 2 to the last.
    let document = "query($filter: ConversationFilter, $view: ConversationView!) {
        conversations(view: $view, filter: $filter) { nodes { id } totalCount } }";
    let found = async |view: &str, filter: Value| {
        let answer = world.bea().query(document, json!({ "view": view, "filter": filter })).await.ok();
        let mut ids = answer.texts("conversations.nodes", "id");
        assert_eq!(answer.at("conversations.totalCount"), ids.len());
        ids.sort();
        ids
    };
    for view in ["ALL", "INBOX", "HISTORY"] {
        let shown = |ids: &[&String]| -> Vec<String> {
            let fits = |id: &&&String| view == "ALL" || ((**id == two) == (view == "HISTORY"));
            let mut ids: Vec<String> = ids.iter().filter(fits).map(|id| (*id).clone()).collect();
            ids.sort();
            ids
        };
        assert_eq!(found(view, json!({ "ticketIds": [of(0)] })).await, shown(&[one]), "{view}");
        assert_eq!(found(view, json!({ "ticketIds": [of(1), "nonsense"] })).await, shown(&[two]), "{view}");
        assert_eq!(
            found(view, json!({ "ticketIds": [of(2), of(1), of(0)] })).await,
            shown(&[one, two, three]),
            "{view}"
        );
        let yan = json!({ "ticketIds": [of(2), of(1)], "customerIds": [shelf.customers[1]] });
        assert_eq!(found(view, yan).await, shown(&[three]), "{view}");
        let none = Vec::<String>::new();
        assert_eq!(found(view, json!({ "ticketIds": [] })).await, none);
        assert_eq!(found(view, json!({ "ticketIds": ["nonsense"] })).await, none);
        assert_eq!(found(view, json!({ "ticketIds": [shelf.tickets[0]] })).await, none, "it is linked to nothing");
    }
}

async fn the_feed_filters_by_tickets_as_of_the_entry(world: &World) {
    let (id, other) = (world.opened().await, world.opened().await);
    let ticket = world.ticket(json!({ "title": "One" })).await;
    world.track(&ticket, &id).await;
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    world.update(&ticket, json!({ "status": "RESOLVED" })).await.changed();
    world.untrack(&ticket, &id).await;
    world.close(&id).await;
    let second = world.ticket(json!({ "conversationId": other, "title": "Two" })).await;
    let document =
        "query($filter: ConversationFilter) { conversationChanges(filter: $filter) { nodes { entry { kind } } } }";
    for (tickets, told) in [
        (json!([ticket]), &["TICKET_LINKED", "MESSAGE", "FOLLOWED", "TICKET_CHANGED"][..]),
        (json!([second, ticket]), &["TICKET_LINKED", "MESSAGE", "FOLLOWED", "TICKET_CHANGED", "TICKET_LINKED"]),
        (json!([]), &[]),
        (json!(["nonsense"]), &[]),
    ] {
        let answer = world.bea().query(document, json!({ "filter": { "ticketIds": tickets } })).await.ok();
        assert_eq!(answer.texts("conversationChanges.nodes", "entry.kind"), told, "{tickets}");
        // Who may not read tickets knows of none.
        let answer = world.gateway().query(document, json!({ "filter": { "ticketIds": tickets } })).await.ok();
        assert_eq!(answer.texts("conversationChanges.nodes", "entry.kind"), Vec::<String>::new());
    }
}
