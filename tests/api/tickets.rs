//! Tickets are created, from conversations and by themselves (semantics §11.1).

use entity::enums::Scope;
use futures_util::future::join_all;
use serde_json::{Value, json};
use switchboard::domain::fact::Fact;

use crate::support::{Answer, World, both};

both!(
    from_a_conversation_it_gets_subject_priority_and_tags,
    what_is_given_wins_over_what_the_conversation_has,
    without_a_subject_it_is_called_by_the_number,
    it_remembers_the_message_it_came_from,
    the_conversation_stays_as_it_is_in_every_state,
    a_ticket_needs_no_conversation,
    what_cannot_be_kept_is_refused_at_its_field,
    a_conversation_has_at_most_fifty_tickets,
    one_pair_of_system_and_key_names_one_ticket,
    the_same_key_creates_one_ticket,
    sixteen_at_once_with_one_key_create_one_ticket,
    two_at_once_with_one_reference_have_one_winner,
    a_hidden_conversation_is_like_an_unknown_one,
    without_the_right_to_read_tickets_the_answer_is_cut,
    tickets_are_numbered_one_after_the_other,
);

const NOBODY: &str = "agent_01h455vb4pex5vsknk084sn02q";

async fn create(world: &World, input: Value) -> Answer {
    world.bea().mutate("createTicket", input).await
}

async fn from_a_conversation_it_gets_subject_priority_and_tags(world: &World) {
    let id = world.opened().await;
    let (worn, old) = (world.tag("Worn").await, world.tag("Old").await);
    world.tagged(&id, &[&worn, &old]).await;
    world.ada().mutate("updateTag", json!({ "tagId": old, "archived": true })).await.changed();
    world.ada().mutate("setPriority", json!({ "conversationId": id, "priority": "URGENT" })).await.changed();
    world.ada().mutate("updateConversation", json!({ "conversationId": id, "subject": "Zip" })).await.changed();
    let made = create(world, json!({ "conversationId": id, "reopenOnResolve": true })).await.changed();
    let ticket = made.get("ticket");
    assert_eq!(
        (&ticket["title"], &ticket["priority"], &ticket["status"]),
        (&json!("Zip"), &json!("URGENT"), &json!("OPEN"))
    );
    assert_eq!(ticket["tags"], json!([{ "name": "Old" }, { "name": "Worn" }]), "archived ones too");
    assert_eq!(
        (&ticket["createdBy"]["displayName"], &ticket["version"]),
        (&json!("bea"), &json!(2)),
        "created and linked"
    );
    assert_eq!(made.kinds(), ["TICKET_LINKED"]);
    assert_eq!(made.get("entries.0.ticket.id"), &ticket["id"]);
    assert_eq!(made.get("entries.0.cause"), &Value::Null, "of her own");
    assert_eq!((made.conversation(), made.get("conversation.state")), (id.clone(), &json!("OPEN")));
    let ticket = made.text("ticket.id");
    assert_eq!(world.linked(&ticket).await, [(id, true)].into());
    assert!(matches!(
        world.ticket_log(&ticket).await[..],
        [Fact::TicketCreated, Fact::TicketLinkChanged { linked: true, .. }]
    ));
}

async fn what_is_given_wins_over_what_the_conversation_has(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    let worn = world.tag("Worn").await;
    world.tagged(&id, &[&worn]).await;
    world.ada().mutate("setPriority", json!({ "conversationId": id, "priority": "URGENT" })).await.changed();
    let given = json!({ "conversationId": id, "title": "  Zip \n", "description": "It\nsplit.", "priority": "LOW", "tagIds": [],
        "assigneeId": organisation.dora.id, "teamId": organisation.support,
        "externalRefs": [{ "system": " github ", "key": "a/b#1", "url": "https://example.org/1" }, { "system": "jira", "key": "A-1" }] });
    let made = create(world, given).await.changed();
    let ticket = made.get("ticket");
    let told = ["title", "description", "priority", "tags"].map(|field| ticket[field].clone());
    assert_eq!(told, [json!("Zip"), json!("It\nsplit."), json!("LOW"), json!([])]);
    assert_eq!(ticket["assignee"]["id"], organisation.dora.id, "needn't be a member of the team");
    assert_eq!(ticket["team"]["id"], organisation.support);
    let refs = [("github a/b#1".to_owned(), Some("https://example.org/1".to_owned())), ("jira A-1".to_owned(), None)];
    assert_eq!(world.refs(&made.text("ticket.id")).await, refs.into());
    assert_eq!(world.linked(&made.text("ticket.id")).await, [(id, false)].into());
}

async fn without_a_subject_it_is_called_by_the_number(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    let made = create(world, json!({ "conversationId": id, "title": null })).await.changed();
    assert_eq!(made.text("ticket.title"), format!("Conversation #{}", made.int("conversation.number")));
}

async fn it_remembers_the_message_it_came_from(world: &World) {
    let first = world.mailed("zoe@example.com", "Hello").await;
    let id = first.conversation();
    let written = |text: &str, automatic: bool| {
        let mut mail = world.mail("zoe@example.com", text);
        mail["subject"] = json!("Re: [#1]");
        mail["automatic"] = json!(automatic);
        mail
    };
    let second = world.gateway().receive(written("More", false)).await.changed();
    assert_eq!(second.conversation(), id);
    world.gateway().receive(written("I am away", true)).await.changed();
    world.carl().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    let origin = async |input: Value| {
        let made = create(world, input).await.changed();
        world.ticket_row(&made.text("ticket.id")).await.origin_id.map(|id| id.to_wire("message"))
    };
    assert_eq!(origin(json!({ "conversationId": id })).await, Some(second.text("message.id")), "the customer's newest");
    let given = json!({ "conversationId": id, "originMessageId": first.text("message.id") });
    assert_eq!(origin(given).await, Some(first.text("message.id")));
    assert_eq!(origin(json!({ "title": "Zip" })).await, None);
    let started =
        json!({ "channelId": world.organisation().mail, "customer": { "email": "yan@example.com" }, "text": "Hi" });
    let started = world.bea().mutate("startConversation", started).await.changed();
    assert_eq!(origin(json!({ "conversationId": started.conversation() })).await, None, "nobody wrote yet");
    let another = json!({ "conversationId": id, "originMessageId": started.text("message.id") });
    create(world, another).await.refused("NOT_FOUND", "input.originMessageId");
    let alone = json!({ "title": "Zip", "originMessageId": first.text("message.id") });
    create(world, alone).await.refused("INVALID", "input.originMessageId");
}

async fn the_conversation_stays_as_it_is_in_every_state(world: &World) {
    let [open, closed, asleep, spam] =
        [world.opened().await, world.closed().await, world.opened().await, world.spam().await];
    world.snooze(&asleep, json!({ "preset": "TOMORROW_MORNING" })).await;
    let notices = "{ notifications(first: 100) { nodes { entry { kind } } } }";
    for (id, state) in [(open, "OPEN"), (closed, "CLOSED"), (asleep, "SNOOZED"), (spam, "SPAM")] {
        // Who would be told of anything that is told.
        world.assign(&id, &world.organisation().carl.id).await;
        let told = world.carl().query(notices, json!({})).await.ok().at("notifications.nodes").clone();
        let before = world.ada().conversation(&id).await;
        let made = create(world, json!({ "conversationId": id })).await.changed();
        assert_eq!(
            (made.kinds(), made.text("conversation.state")),
            (vec!["TICKET_LINKED".to_owned()], state.to_owned())
        );
        assert_eq!(made.get("conversation.lastActivityAt"), &before["lastActivityAt"], "linking is no activity");
        let now = world.carl().query(notices, json!({})).await.ok();
        assert_eq!(now.at("notifications.nodes"), &told, "and tells nobody");
    }
}

async fn a_ticket_needs_no_conversation(world: &World) {
    let made = create(world, json!({ "title": "Zip", "description": "  \n" })).await.changed();
    assert_eq!((made.get("conversation"), made.kinds()), (&Value::Null, vec![]));
    let ticket = made.get("ticket");
    let none = ["description", "priority", "assignee", "team", "resolvedAt"].map(|field| ticket[field].clone());
    assert_eq!(none, [const { Value::Null }; 5]);
    assert_eq!((&ticket["version"], &ticket["createdAt"]), (&json!(1), &ticket["updatedAt"]));
    let by = world.robot().mutate("createTicket", json!({ "title": "Bot" })).await.changed();
    assert_eq!(by.get("ticket.createdBy.displayName"), "Robot");
}

async fn what_cannot_be_kept_is_refused_at_its_field(world: &World) {
    let organisation = world.organisation();
    let archived = world.tag("Gone").await;
    world.ada().mutate("updateTag", json!({ "tagId": archived, "archived": true })).await.changed();
    let made = json!({ "slug": "gone", "name": "Gone" });
    let deleted = world.ada().mutate("createTeam", made).await.changed().text("team.id");
    world.ada().mutate("deleteTeam", json!({ "teamId": deleted })).await.done();
    world.deactivate(&organisation.carl.id).await;
    let reference =
        |system: &str, key: &str| json!([{ "system": "github", "key": "1" }, { "system": system, "key": key }]);
    let many =
        |many: usize| (0..many).map(|key| json!({ "system": "github", "key": key.to_string() })).collect::<Vec<_>>();
    let tags = vec!["tag_01h455vb4pex5vsknk084sn02q"; 1];
    let long = |many: usize| "ä".repeat(many);
    for (input, code, field) in [
        (json!({}), "REQUIRED", "title"),
        (json!({ "title": null }), "REQUIRED", "title"),
        (json!({ "title": " \n" }), "REQUIRED", "title"),
        (json!({ "title": long(256) }), "TOO_LONG", "title"),
        (json!({ "title": "a\u{0}" }), "INVALID", "title"),
        (json!({ "description": long(65_537) }), "TOO_LONG", "description"),
        (json!({ "description": "\u{0}" }), "INVALID", "description"),
        (json!({ "assigneeId": NOBODY }), "NOT_FOUND", "assigneeId"),
        (json!({ "assigneeId": "nonsense" }), "NOT_FOUND", "assigneeId"),
        (json!({ "assigneeId": organisation.carl.id }), "AGENT_INACTIVE", "assigneeId"),
        (json!({ "teamId": organisation.bea.id }), "NOT_FOUND", "teamId"),
        (json!({ "teamId": deleted }), "NOT_FOUND", "teamId"),
        (json!({ "tagIds": tags }), "NOT_FOUND", "tagIds"),
        (json!({ "tagIds": ["nonsense"] }), "NOT_FOUND", "tagIds"),
        (json!({ "tagIds": [archived] }), "INVALID", "tagIds"),
        (json!({ "externalRefs": reference(" ", "2") }), "REQUIRED", "externalRefs.1.system"),
        (json!({ "externalRefs": reference("github", "") }), "REQUIRED", "externalRefs.1.key"),
        (json!({ "externalRefs": reference("github", "a\u{0}") }), "INVALID", "externalRefs.1.key"),
        (json!({ "externalRefs": reference(&long(256), "2") }), "TOO_LONG", "externalRefs.1.system"),
        (json!({ "externalRefs": reference("github", &long(256)) }), "TOO_LONG", "externalRefs.1.key"),
        (json!({ "externalRefs": many(51) }), "LIMIT_EXCEEDED", "externalRefs"),
        (json!({ "conversationId": "nonsense" }), "NOT_FOUND", "conversationId"),
        (json!({ "originMessageId": "nonsense" }), "NOT_FOUND", "originMessageId"),
        (json!({ "idempotencyKey": " " }), "REQUIRED", "idempotencyKey"),
    ] {
        let mut input = input;
        if input.get("title").is_none() && field != "title" {
            input["title"] = json!("Zip");
        }
        let refused = create(world, input).await.refused(code, &format!("input.{field}"));
        assert_eq!(refused.get("ticket"), &Value::Null);
    }
    let most = json!({ "title": long(255), "description": long(65_536),
        "externalRefs": many(49).into_iter().chain([json!({ "system": long(255), "key": long(255) })]).collect::<Vec<_>>() });
    let made = create(world, most).await.changed();
    assert_eq!(world.refs(&made.text("ticket.id")).await.len(), 50);
    let odd = json!({ "title": "Zip", "externalRefs": [{ "system": "a", "key": "b", "url": "ftp://example.org" }] });
    create(world, odd).await.failed("BAD_REQUEST");
}

async fn a_conversation_has_at_most_fifty_tickets(world: &World) {
    let id = world.opened().await;
    for _ in 0..50 {
        world.ticket_of(&id).await;
    }
    let another = world.a_ticket("Another").await;
    let more = json!({ "conversationId": id, "title": "Zip" });
    create(world, more).await.refused("LIMIT_EXCEEDED", "input.conversationId");
    let link = json!({ "ticketId": another, "conversationId": id });
    world.bea().mutate("linkTicket", link).await.refused("LIMIT_EXCEEDED", "input.conversationId");
}

async fn one_pair_of_system_and_key_names_one_ticket(world: &World) {
    let called =
        |system: &str, key: &str| json!({ "title": "Zip", "externalRefs": [{ "system": system, "key": key }] });
    create(world, called("github", "1")).await.changed();
    create(world, called("github", " 1")).await.refused("TAKEN", "input.externalRefs.0.key");
    create(world, called("GitHub", "1")).await.changed();
    create(world, called("github", "2")).await.changed();
    let (one, other) =
        (json!({ "system": "a", "key": "1", "url": "https://example.org/1" }), json!({ "system": "a", "key": "1" }));
    let twice = create(world, json!({ "title": "Zip", "externalRefs": [one, other] })).await.changed();
    assert_eq!(world.refs(&twice.text("ticket.id")).await, [("a 1".to_owned(), None)].into(), "the last counts");
}

async fn the_same_key_creates_one_ticket(world: &World) {
    let (id, hidden) = (world.opened().await, world.hidden().await);
    for about in [json!({ "title": "Zip" }), json!({ "title": "Zip", "conversationId": id })] {
        let keyed = |key: &str| {
            let mut input = about.clone();
            input["idempotencyKey"] = json!(key);
            input
        };
        let key = if about.get("conversationId").is_some() { "of a conversation" } else { "alone" };
        let first = create(world, keyed(key)).await.changed();
        let ticket = first.text("ticket.id");
        world.resolve(&ticket).await;
        let retry = create(world, keyed(key)).await.changed();
        assert_eq!(
            (retry.text("ticket.id"), retry.get("ticket.status")),
            (ticket.clone(), &json!("RESOLVED")),
            "as it now is"
        );
        assert_eq!(retry.get("entries"), first.get("entries"));
        assert_eq!(retry.get("conversation")["id"], first.get("conversation")["id"]);
        let mut other = keyed(key);
        other["priority"] = json!("LOW");
        create(world, other).await.refused("IDEMPOTENCY_MISMATCH", "input.idempotencyKey");
        let another = world.carl().mutate("createTicket", keyed(key)).await.changed();
        assert_ne!(another.text("ticket.id"), ticket, "a key is one principal's");
    }
    create(world, json!({ "title": " ", "idempotencyKey": "refused" })).await.refused("REQUIRED", "input.title");
    create(world, json!({ "title": "Zip", "idempotencyKey": "refused" })).await.changed();
    // Whoever has lost sight of the conversation is answered like anybody else who doesn't see it.
    let bea = &world.organisation().bea.id;
    let mut lost = json!({ "title": "Zip", "conversationId": hidden, "idempotencyKey": "lost" });
    world.belongs_to_vip(bea, true).await;
    create(world, lost.clone()).await.changed();
    world.belongs_to_vip(bea, false).await;
    create(world, lost.clone()).await.refused("NOT_FOUND", "input.conversationId");
    lost["title"] = json!("Another");
    create(world, lost).await.refused("IDEMPOTENCY_MISMATCH", "input.idempotencyKey");
}

async fn sixteen_at_once_with_one_key_create_one_ticket(world: &World) {
    let (bea, id) = (world.bea(), world.opened().await);
    for input in
        [json!({ "title": "Zip", "idempotencyKey": "a" }), json!({ "conversationId": id, "idempotencyKey": "b" })]
    {
        let made = join_all((0..16).map(|_| bea.mutate("createTicket", input.clone()))).await;
        let made: Vec<Answer> = made.into_iter().map(Answer::changed).collect();
        assert!(made.iter().all(|one| one.get("ticket.id") == made[0].get("ticket.id")));
    }
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE", "TICKET_LINKED"]);
}

async fn two_at_once_with_one_reference_have_one_winner(world: &World) {
    let bea = world.bea();
    let given = [world.a_ticket("One").await, world.a_ticket("Other").await];
    for round in 0..8 {
        let reference = json!([{ "system": "github", "key": round.to_string() }]);
        let creating = (0..2).map(|_| ("createTicket", json!({ "title": "Zip", "externalRefs": reference })));
        let adding = given.iter().map(|id| ("updateTicket", json!({ "ticketId": id, "addExternalRefs": reference })));
        let all: Vec<_> = creating.chain(adding).collect();
        let answers = join_all(all.into_iter().map(|(mutation, input)| bea.mutate(mutation, input))).await;
        let (won, lost): (Vec<Answer>, Vec<Answer>) =
            answers.into_iter().map(Answer::ok).partition(|answer| answer.get("changed") == true);
        assert_eq!(won.len(), 1, "{lost:#?}");
        for answer in lost {
            assert_eq!(answer.refusals()[0].0, "TAKEN");
        }
    }
}

async fn a_hidden_conversation_is_like_an_unknown_one(world: &World) {
    let hidden = world.hidden().await;
    for id in [hidden.as_str(), "conversation_01h455vb4pex5vsknk084sn02q", "nonsense"] {
        let input = json!({ "conversationId": id, "title": "Zip" });
        let refused = create(world, input).await.refused("NOT_FOUND", "input.conversationId");
        assert_eq!((refused.get("ticket"), refused.get("conversation")), (&Value::Null, &Value::Null));
    }
}

async fn without_the_right_to_read_tickets_the_answer_is_cut(world: &World) {
    let robot = &world.organisation().robot.id;
    let writes = world.client(&world.token(robot, &[Scope::TicketsWrite], None).await);
    let reads = world.client(&world.token(robot, &[Scope::TicketsRead], None).await);
    let tag = world.tag("Worn").await;
    let input = json!({ "title": "Zip", "description": "It split.", "priority": "LOW", "tagIds": [tag],
        "assigneeId": world.organisation().bea.id, "teamId": world.organisation().support });
    reads.mutate("createTicket", input.clone()).await.failed("FORBIDDEN");
    let made = writes.mutate("createTicket", input).await.changed();
    let ticket = made.get("ticket");
    assert_eq!(ticket["title"], format!("Ticket #{}", ticket["number"]));
    assert_eq!((&ticket["status"], &ticket["version"]), (&json!("OPEN"), &json!(1)));
    for field in ["description", "priority", "assignee", "team"] {
        assert_eq!(ticket[field], Value::Null, "{field}");
    }
    assert_eq!(ticket["tags"], json!([]));
}

async fn tickets_are_numbered_one_after_the_other(world: &World) {
    for number in 1..=3 {
        let made = create(world, json!({ "title": "Zip" })).await.changed();
        assert_eq!(made.int("ticket.number"), number);
    }
    create(world, json!({ "title": "" })).await.refused("REQUIRED", "input.title");
    let made = join_all((0..8).map(|_| create(world, json!({ "title": "Zip" })))).await;
    let mut numbers: Vec<i64> = made.into_iter().map(|answer| answer.changed().int("ticket.number")).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (4..=11).collect::<Vec<_>>());
}
