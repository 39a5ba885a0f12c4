//! Finding one ticket, and what hangs on it, as far as it exists for the viewer (semantics §9, §11.4).

use entity::enums::Scope;
use serde_json::{Value, json};

use crate::support::organisation::EVERYTHING;
use crate::support::{Client, World, both};

both!(
    a_ticket_is_found_by_id_number_and_what_others_call_it,
    exactly_one_key_names_a_ticket,
    what_names_nothing_is_null,
    tickets_read_alone_finds_a_ticket_by_its_tracker_key,
    without_tickets_read_there_are_no_tickets,
    a_ticket_shows_its_references_in_order,
    a_ticket_shows_the_message_it_came_from,
    a_ticket_shows_its_conversations_in_the_order_they_began,
    a_ticket_s_conversations_page_both_ways,
    a_conversation_shows_its_tickets_with_their_links,
    a_hidden_conversation_appears_nowhere,
    what_a_mutation_changed_is_read_anew,
);

const ALL: &str = "{ id number title description status priority assignee { name } team { slug } tags { name }
    externalRefs { system key url } origin { id text } conversations { nodes { id } totalCount } createdBy { displayName }
    createdAt updatedAt resolvedAt version }";

async fn read(client: &Client, id: &str, selection: &str) -> Value {
    let document = format!("query($id: ID!) {{ ticket(id: $id) {selection} }}");
    client.query(&document, json!({ "id": id })).await.ok().at("ticket").clone()
}

async fn with(world: &World, scopes: &[Scope]) -> Client {
    world.client(&world.token(&world.organisation().robot.id, scopes, None).await)
}

async fn a_ticket_is_found_by_id_number_and_what_others_call_it(world: &World) {
    world.referred("Another", "github", "shop/app#1").await;
    let id = world.referred("Login fails", "github", "shop/app#7").await;
    let document = "query($id: ID!) { id: ticket(id: $id) { id } number: ticket(number: 2) { id }
        key: ticket(externalRef: { system: \" github \", key: \"shop/app#7\" }) { id title } node(id: $id) { __typename id }
        nodes(ids: [$id, $id]) { id } }";
    for client in [world.ada(), world.bea(), world.robot()] {
        let found = client.query(document, json!({ "id": id })).await.ok();
        assert_eq!(found.at("id.id"), &id);
        assert_eq!(found.at("number.id"), &id);
        assert_eq!(found.at("key"), &json!({ "id": id, "title": "Login fails" }));
        assert_eq!(found.at("node"), &json!({ "__typename": "Ticket", "id": id }));
        assert_eq!(found.at("nodes"), &json!([{ "id": id }, { "id": id }]));
    }
}

async fn exactly_one_key_names_a_ticket(world: &World) {
    let id = world.referred("Login fails", "github", "7").await;
    let named = "externalRef: { system: \"github\", key: \"7\" }";
    for arguments in [
        String::new(),
        "(id: null)".to_owned(),
        format!("(id: \"{id}\", number: 1)"),
        format!("(number: 1, {named})"),
        format!("(id: \"{id}\", {named})"),
    ] {
        world.bea().query(&format!("{{ ticket{arguments} {{ id }} }}"), json!({})).await.failed("BAD_REQUEST");
    }
    let document = format!("{{ ticket(id: null, number: 1) {{ id }} other: ticket(number: null, {named}) {{ id }} }}");
    let found = world.bea().query(&document, json!({})).await.ok();
    assert_eq!((found.at("ticket.id"), found.at("other.id")), (&json!(id), &json!(id)));
}

async fn what_names_nothing_is_null(world: &World) {
    let id = world.referred("Login fails", "github", "7").await;
    let other = world.opened().await;
    for arguments in [
        "id: \"ticket_01h455vb4pex5vsknk084sn02q\"".to_owned(),
        "id: \"nonsense\"".to_owned(),
        format!("id: \"{other}\""),
        format!("id: \"{}\"", id.to_uppercase()),
        "number: 2".to_owned(),
        "number: 0".to_owned(),
        "number: -1".to_owned(),
        "externalRef: { system: \"github\", key: \"8\" }".to_owned(),
        "externalRef: { system: \"GitHub\", key: \"7\" }".to_owned(),
        "externalRef: { system: \"github\", key: \"\" }".to_owned(),
        "externalRef: { system: \"git\\u0000hub\", key: \"7\" }".to_owned(),
        format!("externalRef: {{ system: \"github\", key: \"{}\" }}", "7".repeat(5_000)),
    ] {
        let found = world.bea().query(&format!("{{ ticket({arguments}) {{ id }} }}"), json!({})).await.ok();
        assert_eq!(found.at("ticket"), &Value::Null, "{arguments}");
    }
    // What was taken away or given to another is found no longer, or there.
    world.update(&id, json!({ "removeExternalRefs": [{ "system": "github", "key": "7" }] })).await.changed();
    let heir = world.referred("Heir", "github", "7").await;
    let document = "{ ticket(externalRef: { system: \"github\", key: \"7\" }) { id } }";
    assert_eq!(world.bea().query(document, json!({})).await.ok().at("ticket.id"), &heir);
}

async fn tickets_read_alone_finds_a_ticket_by_its_tracker_key(world: &World) {
    let conversation = world.opened().await;
    let bea = &world.organisation().bea.id;
    let tag = world.tag("bug").await;
    let id = world
        .ticket(json!({ "conversationId": conversation, "title": "Login fails", "description": "Since Monday.", "priority": "HIGH",
            "assigneeId": bea, "teamId": world.organisation().support, "tagIds": [tag],
            "externalRefs": [{ "system": "github", "key": "7", "url": "https://example.org/7" }] }))
        .await;
    let tracker = with(world, &[Scope::TicketsRead]).await;
    let document = format!(
        "{{ ticket(externalRef: {{ system: \"github\", key: \"7\" }}) {ALL} tickets {{ nodes {{ id }} totalCount }} }}"
    );
    let found = tracker.query(&document, json!({})).await.ok();
    let at = "2026-01-05T09:00:00Z";
    let refs = json!([{ "system": "github", "key": "7", "url": "https://example.org/7" }]);
    let expected = json!({ "id": id, "number": 1, "title": "Login fails", "description": "Since Monday.", "status": "OPEN",
        "priority": "HIGH", "assignee": { "name": "bea" }, "team": { "slug": "support" }, "tags": [{ "name": "bug" }],
        "externalRefs": refs, "origin": null, "conversations": { "nodes": [], "totalCount": 0 },
        "createdBy": { "displayName": "ada" }, "createdAt": at, "updatedAt": at, "resolvedAt": null, "version": 2 });
    assert_eq!(found.at("ticket"), &expected);
    assert_eq!(found.at("tickets"), &json!({ "nodes": [{ "id": id }], "totalCount": 1 }));
    // What it is linked to exists for who may read conversations.
    let reader = with(world, &[Scope::TicketsRead, Scope::ConversationsRead]).await;
    let shown = read(&reader, &id, "{ origin { text } conversations { nodes { id } totalCount } }").await;
    let linked = json!({ "nodes": [{ "id": conversation }], "totalCount": 1 });
    assert_eq!(shown, json!({ "origin": { "text": "Where is my order?" }, "conversations": linked }));
}

async fn without_tickets_read_there_are_no_tickets(world: &World) {
    let conversation = world.opened().await;
    let id = world
        .ticket(json!({ "conversationId": conversation, "title": "Secret", "externalRefs": [
        { "system": "github", "key": "7" }] }))
        .await;
    let less: Vec<Scope> = EVERYTHING.into_iter().filter(|scope| *scope != Scope::TicketsRead).collect();
    for owner in [&world.organisation().ada.id, &world.organisation().bea.id, &world.organisation().robot.id] {
        let client = world.client(&world.token(owner, &less, None).await);
        for field in ["ticket(number: 1) { id }", "tickets { nodes { id } }", "ticketChanges { nodes { cursor } }"] {
            client.query(&format!("{{ {field} }}"), json!({})).await.failed("FORBIDDEN");
        }
        let document = "query($id: ID!, $of: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id }
            conversation(id: $of) { tickets { ticket { id } } }
            conversations(filter: { ticketIds: [$id] }) { nodes { id } totalCount } }";
        let cut = client.query(document, json!({ "id": id, "of": conversation })).await.ok();
        let nothing = json!({ "node": null, "nodes": [null], "conversation": { "tickets": [] },
            "conversations": { "nodes": [], "totalCount": 0 } });
        assert_eq!(cut.body["data"], nothing);
        // Met in an entry, it says nothing.
        let document = format!(
            "query($of: ID!) {{ conversation(id: $of) {{ timeline(kinds: [TICKET_LINKED]) {{ nodes {{
            ... on TicketEntry {{ ticket {ALL} }} }} }} }} }}"
        );
        let met = client.query(&document, json!({ "of": conversation })).await.ok();
        let ticket = met.at("conversation.timeline.nodes.0.ticket");
        let shown = ["title", "externalRefs", "origin", "conversations"].map(|field| &ticket[field]);
        let nothing = json!({ "nodes": [], "totalCount": 0 });
        assert_eq!(shown, [&json!("Ticket #1"), &json!([]), &Value::Null, &nothing]);
    }
}

async fn a_ticket_shows_its_references_in_order(world: &World) {
    let named = |system: &str, key: &str| json!({ "system": system, "key": key });
    let given = [("jira", "B"), ("github", "10"), ("jira", "A"), ("github", "9"), ("GitHub", "1")];
    let refs: Vec<Value> = given.map(|(system, key)| named(system, key)).into();
    let id = world.ticket(json!({ "title": "Login fails", "externalRefs": refs })).await;
    world.referred("Another", "jira", "C").await;
    let sorted = [("GitHub", "1"), ("github", "10"), ("github", "9"), ("jira", "A"), ("jira", "B")];
    let sorted: Vec<Value> = sorted.map(|(system, key)| named(system, key)).into();
    assert_eq!(read(&world.bea(), &id, "{ externalRefs { system key } }").await, json!({ "externalRefs": sorted }));
}

async fn a_ticket_shows_the_message_it_came_from(world: &World) {
    let conversation = world.opened().await;
    let alone = world.ticket(json!({ "title": "Alone" })).await;
    let id = world.ticket(json!({ "conversationId": conversation })).await;
    let origin = "{ origin { text direction conversation { id } } }";
    assert_eq!(read(&world.bea(), &alone, origin).await, json!({ "origin": null }));
    let expected =
        json!({ "text": "Where is my order?", "direction": "INBOUND", "conversation": { "id": conversation } });
    assert_eq!(read(&world.bea(), &id, origin).await, json!({ "origin": expected }));
    let tracker = with(world, &[Scope::TicketsRead]).await;
    assert_eq!(read(&tracker, &id, origin).await, json!({ "origin": null }));
}

/// Conversations that were linked in another order than they began.
async fn linked(world: &World, ticket: &str, many: usize) -> Vec<String> {
    let mut all = Vec::new();
    for at in 0..many {
        all.push(world.mailed(&format!("yan{at}@example.com"), "Hello").await.conversation());
        world.clock.advance(chrono::TimeDelta::seconds(i64::from(at % 2 == 0)));
    }
    for at in 0..many {
        world.track(ticket, &all[at * 3 % many]).await;
    }
    // Of those that began at the same instant the ids decide.
    all.sort();
    all
}

async fn a_ticket_shows_its_conversations_in_the_order_they_began(world: &World) {
    let id = world.ticket(json!({ "title": "Login fails" })).await;
    let all = linked(world, &id, 5).await;
    world.close(&all[1]).await;
    world.bea().mutate("markAsSpam", json!({ "conversationId": all[2] })).await.changed();
    let shown = read(&world.bea(), &id, "{ conversations { nodes { id state } totalCount } }").await;
    let nodes = shown["conversations"]["nodes"].as_array().unwrap().clone();
    let ids: Vec<&str> = nodes.iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(ids, all, "in whatever state they are");
    assert_eq!(shown["conversations"]["totalCount"], 5);
    world.untrack(&id, &all[0]).await;
    let shown = read(&world.bea(), &id, "{ conversations(first: 1) { nodes { id } totalCount } }").await;
    assert_eq!(shown["conversations"], json!({ "nodes": [{ "id": all[1] }], "totalCount": 4 }));
}

async fn a_ticket_s_conversations_page_both_ways(world: &World) {
    let id = world.ticket(json!({ "title": "Login fails" })).await;
    let all = linked(world, &id, 7).await;
    for (size, more, next, edge) in
        [("first", "hasNextPage", "endCursor", "after"), ("last", "hasPreviousPage", "startCursor", "before")]
    {
        let (mut ids, mut cursor): (Vec<String>, Value) = (Vec::new(), Value::Null);
        loop {
            let selection = format!(
                "query($id: ID!, $edge: String) {{ ticket(id: $id) {{ conversations({size}: 2, {edge}: $edge) {{ nodes {{ id }}
                pageInfo {{ {more} {next} }} }} }} }}"
            );
            let page = world.bea().query(&selection, json!({ "id": id, "edge": cursor })).await.ok();
            let found = page.texts("ticket.conversations.nodes", "id");
            ids = if size == "first" { [ids, found].concat() } else { [found, ids].concat() };
            cursor = page.at(&format!("ticket.conversations.pageInfo.{next}")).clone();
            if page.at(&format!("ticket.conversations.pageInfo.{more}")) == false {
                break;
            }
        }
        assert_eq!(ids, all, "{size}");
    }
    let document = "query($id: ID!) { ticket(id: $id) { conversations(first: 1, last: 1) { nodes { id } } } }";
    world.bea().query(document, json!({ "id": id })).await.failed("BAD_REQUEST");
}

async fn a_conversation_shows_its_tickets_with_their_links(world: &World) {
    let (conversation, alone) = (world.opened().await, world.opened().await);
    let first = world.ticket(json!({ "conversationId": conversation, "title": "First" })).await;
    let second = world.ticket(json!({ "title": "Second" })).await;
    world.clock.advance(chrono::TimeDelta::minutes(1));
    let link = json!({ "ticketId": second, "conversationId": conversation, "reopenOnResolve": true });
    world.robot().mutate("linkTicket", link).await.changed();
    world.clock.advance(chrono::TimeDelta::minutes(1));
    // Linked otherwise, the link is as old as before.
    let otherwise = json!({ "ticketId": first, "conversationId": conversation, "reopenOnResolve": true });
    world.bea().mutate("linkTicket", otherwise).await.changed();
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Conversation {
        tickets { ticket { id title } linkedAt linkedBy { displayName } reopenOnResolve } } } }";
    let shown = world.bea().query(document, json!({ "ids": [conversation, alone] })).await.ok();
    let link = |id: &str, title, at, by| json!({ "ticket": { "id": id, "title": title }, "linkedAt": at, "linkedBy": { "displayName": by }, "reopenOnResolve": true });
    let links = [
        link(&first, "First", "2026-01-05T09:00:00Z", "ada"),
        link(&second, "Second", "2026-01-05T09:01:00Z", "Robot"),
    ];
    assert_eq!(shown.at("nodes"), &json!([{ "tickets": links }, { "tickets": [] }]));
}

async fn a_hidden_conversation_appears_nowhere(world: &World) {
    let hidden = world.hidden().await;
    world.clock.advance(chrono::TimeDelta::seconds(1));
    let open = world.opened().await;
    let id = world.ticket(json!({ "conversationId": hidden, "title": "Discreet" })).await;
    world.track(&id, &open).await;
    let narrow = world.token(&world.organisation().robot.id, &EVERYTHING, Some(&[&world.organisation().mail])).await;
    let vera = "query { customers { nodes { id fullName email } } }";
    let customers = world.ada().query(vera, json!({})).await.ok();
    let vera =
        customers.at("customers.nodes").as_array().unwrap().iter().find(|one| one["email"] == "vera@example.com");
    let vera = vera.unwrap()["id"].clone();
    let document = "query($id: ID!, $hidden: ID!, $vera: ID!) {
        ticket(id: $id) { origin { id } conversations { nodes { id } totalCount } }
        linked: tickets(filter: { conversationIds: [$hidden] }) { nodes { id } totalCount }
        hers: tickets(filter: { customerIds: [$vera] }) { nodes { id } totalCount }
        conversations(filter: { ticketIds: [$id] }) { nodes { id } totalCount }
        conversationChanges(filter: { ticketIds: [$id] }) { nodes { conversation { id } } }
        ticketChanges { nodes { kind conversation { id } } } }";
    for (client, seen) in
        [(world.bea(), false), (world.client(&narrow), false), (world.dora(), true), (world.ada(), true)]
    {
        let shown = client.query(document, json!({ "id": id, "hidden": hidden, "vera": vera })).await.ok();
        let all = if seen { vec![&hidden, &open] } else { vec![&open] };
        let nodes: Vec<Value> = all.iter().map(|id| json!({ "id": id })).collect();
        assert_eq!(shown.at("ticket.origin").is_null(), !seen);
        assert_eq!(shown.at("ticket.conversations"), &json!({ "nodes": nodes, "totalCount": all.len() }));
        let found = if seen {
            json!({ "nodes": [{ "id": id }], "totalCount": 1 })
        } else {
            json!({ "nodes": [], "totalCount": 0 })
        };
        assert_eq!((shown.at("linked"), shown.at("hers")), (&found, &found));
        let mut listed = shown.texts("conversations.nodes", "id");
        listed.reverse();
        assert_eq!(listed.iter().collect::<Vec<_>>(), all);
        assert_eq!(shown.at("conversations.totalCount"), all.len());
        let told = shown.texts("conversationChanges.nodes", "conversation.id");
        assert_eq!(told.iter().collect::<Vec<_>>(), all);
        let first = if seen { json!({ "id": hidden }) } else { Value::Null };
        let told = json!([{ "kind": "CREATED", "conversation": null }, { "kind": "LINKED", "conversation": first },
            { "kind": "LINKED", "conversation": { "id": open } }]);
        assert_eq!(shown.at("ticketChanges.nodes"), &told);
    }
}

async fn what_a_mutation_changed_is_read_anew(world: &World) {
    let conversation = world.opened().await;
    let id = world.ticket(json!({ "title": "Login fails" })).await;
    let ticket = "ticket { title externalRefs { key } conversations { totalCount } }";
    let document = format!(
        "mutation($one: CreateTicketInput!, $update: UpdateTicketInput!, $link: LinkTicketInput!) {{
        createTicket(input: $one) {{ {ticket} conversation {{ tickets {{ ticket {{ title }} }} }} }}
        one: updateTicket(input: $update) {{ {ticket} }}
        linkTicket(input: $link) {{ {ticket} conversation {{ tickets {{ ticket {{ title }} }} }} }} }}"
    );
    let update = json!({ "ticketId": id, "title": "Mended", "addExternalRefs": [{ "system": "github", "key": "7" }] });
    let variables = json!({ "one": { "conversationId": conversation, "title": "First" }, "update": update,
        "link": { "ticketId": id, "conversationId": conversation } });
    let done = world.bea().query(&document, variables).await.ok();
    assert_eq!(done.at("createTicket.conversation.tickets"), &json!([{ "ticket": { "title": "First" } }]));
    let refs = json!([{ "key": "7" }]);
    let mended = |linked| json!({ "title": "Mended", "externalRefs": refs, "conversations": { "totalCount": linked } });
    assert_eq!(done.at("one.ticket"), &mended(0));
    assert_eq!(done.at("linkTicket.ticket"), &mended(1));
    let titles = done.texts("linkTicket.conversation.tickets", "ticket.title");
    assert_eq!(titles.len(), 2, "{titles:?}");
}
