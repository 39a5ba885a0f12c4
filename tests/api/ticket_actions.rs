//! Tickets created and linked by lists of actions: on one conversation, on many, and in macros (semantics §11.1, §11.2, §13.4).

use entity::enums::Scope;
use serde_json::{Value, json};

use crate::support::organisation::EVERYTHING;
use crate::support::{Answer, Client, World, both};

both!(
    a_list_creates_and_links_tickets,
    a_conversation_that_is_linked_already_stays_as_it_is,
    a_reference_that_is_given_twice_in_one_list_is_taken,
    a_refusal_of_a_ticket_names_the_action_and_the_field,
    tickets_in_a_list_need_tickets_write,
    many_conversations_are_linked_to_one_ticket,
    the_same_key_creates_one_ticket_for_each_conversation,
    a_macro_may_create_and_link_tickets,
    who_may_not_read_a_conversation_learns_no_subject_from_its_ticket,
    who_was_deactivated_meanwhile_changes_no_ticket,
);

async fn apply(client: &Client, id: &str, actions: Value) -> Answer {
    client.mutate("applyActions", json!({ "conversationId": id, "actions": actions })).await
}

async fn tickets(world: &World) -> Vec<String> {
    let answer = world.ada().query("{ tickets { nodes { title } } }", json!({})).await.ok();
    let nodes = answer.at("tickets.nodes").as_array().unwrap();
    let mut titles: Vec<String> = nodes.iter().map(|node| node["title"].as_str().unwrap().to_owned()).collect();
    titles.sort_unstable();
    titles
}

async fn a_list_creates_and_links_tickets(world: &World) {
    let (id, known, tag) = (world.opened().await, world.a_ticket("Known").await, world.tag("vip").await);
    let actions = json!([
        { "addTags": [tag] },
        { "setPriority": { "priority": "URGENT" } },
        { "createTicket": { "title": "New", "externalRefs": [{ "system": "github", "key": "7" }], "reopenOnResolve": true } },
        { "linkTicket": known },
        { "close": true },
    ]);
    let done = apply(&world.bea(), &id, actions).await.changed();
    assert_eq!(done.kinds(), ["TAGGED", "PRIORITIZED", "TICKET_LINKED", "TICKET_LINKED", "CLOSED"]);
    let document = "query($id: ID!) { conversation(id: $id) { tickets { reopenOnResolve
        ticket { title priority tags { name } version externalRefs { key } } } } }";
    let linked = world.ada().query(document, json!({ "id": id })).await.ok().at("conversation.tickets").clone();
    let mut linked: Vec<Value> = linked.as_array().unwrap().clone();
    linked.sort_by_key(|link| link["ticket"]["title"].to_string());
    let expected = json!([
        { "reopenOnResolve": false, "ticket": { "title": "Known", "priority": null, "tags": [], "version": 2, "externalRefs": [] } },
        { "reopenOnResolve": true, "ticket": { "title": "New", "priority": "URGENT", "tags": [{ "name": "vip" }], "version": 2,
          "externalRefs": [{ "key": "7" }] } },
    ]);
    assert_eq!(Value::Array(linked), expected, "what was done before is copied");
}

async fn a_conversation_that_is_linked_already_stays_as_it_is(world: &World) {
    let id = world.opened().await;
    let ticket = world.a_ticket("Known").await;
    world.link(&ticket, &id, true).await;
    apply(&world.bea(), &id, json!([{ "linkTicket": ticket }, { "linkTicket": ticket }])).await.unchanged();
    assert_eq!(world.linked(&ticket).await, [(id, true)].into());
}

async fn a_reference_that_is_given_twice_in_one_list_is_taken(world: &World) {
    let id = world.opened().await;
    let create = json!({ "createTicket": { "title": "New", "externalRefs": [{ "system": "github", "key": "7" }] } });
    let before = world.last_seq().await;
    let refused = apply(&world.bea(), &id, json!([create, create])).await;
    refused.refused("TAKEN", "input.actions.1.createTicket.externalRefs.0.key");
    assert_eq!((world.last_seq().await, tickets(world).await), (before, vec![]), "nothing is done");
    // As many as a list may have, which is more than one statement asks for.
    let refs: Vec<Value> = (0..50).map(|at| json!({ "system": "jira", "key": format!("K-{at}") })).collect();
    let many: Vec<Value> = (0..20)
        .map(|at| {
            let refs = refs.iter().map(|named| json!({ "system": "jira", "key": format!("{at} {}", named["key"]) }));
            json!({ "createTicket": { "title": format!("{at}"), "externalRefs": refs.collect::<Vec<_>>() } })
        })
        .collect();
    assert_eq!(apply(&world.bea(), &id, json!(many)).await.changed().kinds(), ["TICKET_LINKED"; 20]);
}

async fn a_refusal_of_a_ticket_names_the_action_and_the_field(world: &World) {
    let (id, stranger) = (world.opened().await, "ticket_01h455vb4pex5vsknk084sn02q");
    let nobody = "agent_01h455vb4pex5vsknk084sn02q";
    for (action, code, field) in [
        (json!({ "linkTicket": stranger }), "NOT_FOUND", "input.actions.1.linkTicket"),
        (json!({ "linkTicket": "x" }), "NOT_FOUND", "input.actions.1.linkTicket"),
        (json!({ "createTicket": { "title": " " } }), "REQUIRED", "input.actions.1.createTicket.title"),
        (json!({ "createTicket": { "assigneeId": nobody } }), "NOT_FOUND", "input.actions.1.createTicket.assigneeId"),
        (
            json!({ "createTicket": { "originMessageId": "message_01h455vb4pex5vsknk084sn02q" } }),
            "NOT_FOUND",
            "input.actions.1.createTicket.originMessageId",
        ),
        (
            json!({ "createTicket": { "externalRefs": [{ "system": "a", "key": "" }] } }),
            "REQUIRED",
            "input.actions.1.createTicket.externalRefs.0.key",
        ),
    ] {
        apply(&world.bea(), &id, json!([{ "close": true }, action])).await.refused(code, field);
        let bulk = json!({ "target": { "conversationIds": [id] }, "actions": [{ "close": true }, action] });
        let answer = world.bea().mutate("bulkApplyActions", bulk).await;
        let of_all = answer.get("userErrors").as_array().unwrap().first();
        let told = of_all.unwrap_or_else(|| answer.get("results.0.userErrors.0"));
        assert_eq!(
            (told["code"].as_str(), told["field"].as_array().unwrap().len()),
            (Some(code), field.split('.').count())
        );
    }
    for at in 0..50 {
        apply(&world.bea(), &id, json!([{ "createTicket": { "title": format!("{at}") } }])).await.changed();
    }
    let full = apply(&world.bea(), &id, json!([{ "createTicket": { "title": "One more" } }])).await;
    full.refused("LIMIT_EXCEEDED", "input.actions.0.createTicket");
    let other = world.a_ticket("Known").await;
    apply(&world.bea(), &id, json!([{ "linkTicket": other }]))
        .await
        .refused("LIMIT_EXCEEDED", "input.actions.0.linkTicket");
    assert_eq!(world.ada().timeline(&id).await.len(), 52);
}

async fn tickets_in_a_list_need_tickets_write(world: &World) {
    let (id, ticket) = (world.opened().await, world.a_ticket("Known").await);
    let scopes: Vec<Scope> = EVERYTHING.into_iter().filter(|scope| *scope != Scope::TicketsWrite).collect();
    let client = world.client(&world.token(&world.organisation().robot.id, &scopes, None).await);
    for action in [json!({ "linkTicket": ticket }), json!({ "createTicket": {} })] {
        apply(&client, &id, json!([{ "close": true }, action])).await.failed("FORBIDDEN");
        let bulk = json!({ "target": { "conversationIds": [id] }, "actions": [{ "close": true }, action] });
        client.mutate("bulkApplyActions", bulk).await.failed("FORBIDDEN");
    }
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE"]);
}

async fn many_conversations_are_linked_to_one_ticket(world: &World) {
    let ids = [world.opened().await, world.closed().await, world.opened().await];
    world.snooze(&ids[2], json!({ "customerReplies": true })).await;
    let ticket = world.a_ticket("Outage").await;
    let bulk = json!({ "target": { "conversationIds": ids }, "actions": [{ "linkTicket": ticket }] });
    let done = world.bea().mutate("bulkApplyActions", bulk).await.done();
    assert_eq!(done.get("changedCount"), 3);
    assert_eq!(world.linked(&ticket).await.len(), 3);
    assert_eq!(world.ticket_row(&ticket).await.version, 4);
    let found = "query($id: ID!) { conversations(filter: { ticketIds: [$id] }) { totalCount } }";
    assert_eq!(world.bea().query(found, json!({ "id": ticket })).await.ok().at("conversations.totalCount"), 3);
}

async fn the_same_key_creates_one_ticket_for_each_conversation(world: &World) {
    let ids = [world.opened().await, world.opened().await];
    let bulk =
        json!({ "target": { "conversationIds": ids }, "actions": [{ "createTicket": {} }], "idempotencyKey": "k" });
    for _ in 0..2 {
        let done = world.bea().mutate("bulkApplyActions", bulk.clone()).await.done();
        assert_eq!(done.get("changedCount"), 2);
    }
    assert_eq!(tickets(world).await.len(), 2);
    let one = json!({ "conversationId": ids[0], "actions": [{ "createTicket": {} }], "idempotencyKey": "k" });
    for _ in 0..2 {
        world.bea().mutate("applyActions", one.clone()).await.changed();
    }
    assert_eq!(tickets(world).await.len(), 3);
}

async fn a_macro_may_create_and_link_tickets(world: &World) {
    let (id, ticket, tag) = (world.opened().await, world.a_ticket("Known").await, world.tag("vip").await);
    let actions = json!([{ "createTicket": { "title": "From a macro", "tagIds": [tag] } }, { "linkTicket": ticket }]);
    let save = async |actions: &Value| {
        world.bea().mutate("createMacro", json!({ "name": "Escalate", "actions": actions })).await
    };
    let stranger = "01h455vb4pex5vsknk084sn02q";
    for (action, field) in [
        (json!({ "linkTicket": format!("ticket_{stranger}") }), "input.actions.0.linkTicket"),
        (
            json!({ "createTicket": { "assigneeId": format!("agent_{stranger}") } }),
            "input.actions.0.createTicket.assigneeId",
        ),
        (json!({ "createTicket": { "teamId": format!("team_{stranger}") } }), "input.actions.0.createTicket.teamId"),
        (json!({ "createTicket": { "tagIds": [format!("tag_{stranger}")] } }), "input.actions.0.createTicket.tagIds"),
    ] {
        save(&json!([action])).await.refused("NOT_FOUND", field);
    }
    let large = json!([{ "createTicket": { "description": "x".repeat(33_000) } }]);
    save(&large).await.refused("LIMIT_EXCEEDED", "input.actions");
    let saved = save(&actions).await.changed().get("macro.actions").clone();
    assert_eq!(saved, actions);
    assert_eq!(apply(&world.carl(), &id, saved).await.changed().kinds(), ["TICKET_LINKED", "TICKET_LINKED"]);
    assert_eq!(tickets(world).await, ["From a macro", "Known"]);
}

async fn who_may_not_read_a_conversation_learns_no_subject_from_its_ticket(world: &World) {
    let id = world.mailed("zoe@example.com", "The secret").await.text("conversation.id");
    let subject = json!({ "conversationId": id, "subject": "My secret order" });
    world.ada().mutate("updateConversation", subject).await.changed();
    let reading = [Scope::TicketsRead, Scope::TicketsWrite, Scope::ConversationsWrite];
    let robot = &world.organisation().robot.id;
    let client = world.client(&world.token(robot, &reading, None).await);
    let created = client.mutate("createTicket", json!({ "conversationId": id })).await.changed();
    assert_eq!(created.get("ticket.title"), "Conversation #1");
    apply(&client, &id, json!([{ "createTicket": {} }])).await.changed();
    assert_eq!(tickets(world).await, ["Conversation #1", "Conversation #1"]);
    let with: Vec<Scope> = reading.into_iter().chain([Scope::ConversationsRead]).collect();
    let client = world.client(&world.token(robot, &with, None).await);
    let created = client.mutate("createTicket", json!({ "conversationId": id })).await.changed();
    assert_eq!(created.get("ticket.title"), "My secret order");
}

async fn who_was_deactivated_meanwhile_changes_no_ticket(world: &World) {
    use switchboard::domain::action::create_ticket::CreateTicket;
    use switchboard::domain::ticket::create::NewTicket;
    use switchboard::domain::ticket::edit::TicketEdit;
    use switchboard::service::tickets::TicketCommand;

    let ticket = world.a_ticket("Known").await;
    // The request's token was read before.
    let bea = crate::write_path::viewer(world, &world.organisation().bea.token).await;
    world.ada().mutate("deactivateAgent", json!({ "agentId": world.organisation().bea.id })).await.changed();
    let service = &world.app.service;
    let before = world.last_seq().await;
    let edit = TicketEdit { title: Some("Changed".to_owned()), ..TicketEdit::default() };
    let ticket = entity::ids::TicketId::parse(&ticket).unwrap();
    let command = TicketCommand { ticket, edit: &edit, expected_version: None };
    let refused = service.update_ticket(&bea, command).await.unwrap_err();
    assert!(format!("{refused:?}").contains("Forbidden"), "{refused:?}");
    let new = NewTicket { title: Some("New".to_owned()), ..NewTicket::default() };
    let create = CreateTicket { new, ..CreateTicket::default() };
    let refused = service.create_ticket(&bea, None, create, None).await.unwrap_err();
    assert!(format!("{refused:?}").contains("Forbidden"), "{refused:?}");
    assert_eq!(world.last_seq().await, before);
}
