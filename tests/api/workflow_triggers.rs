//! What starts a workflow, and from when on (semantics §12.1, §12.4). What runs then do is in `workflow_running.rs`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{World, both};

both!(
    each_deed_starts_what_is_named_after_it,
    nothing_starts_in_spam_and_on_what_was_sent_automatically,
    the_clock_and_a_deactivated_agent_start_workflows_too,
    what_was_there_before_a_workflow_does_not_start_it,
    switched_off_it_stops_at_once_however_much_is_left,
    an_edit_counts_for_all_that_is_left,
    a_workflow_that_is_off_costs_the_others_nothing,
);

const TRIGGERS: [&str; 9] = [
    "CONVERSATION_CREATED",
    "CUSTOMER_MESSAGE",
    "AGENT_MESSAGE",
    "NOTE_ADDED",
    "ASSIGNED",
    "STATE_CHANGED",
    "TAGGED",
    "PRIORITIZED",
    "TICKET_CHANGED",
];

/// What workflows ran by what happened since the last look.
struct Watch<'a> {
    world: &'a World,
    seen: usize,
}

impl<'a> Watch<'a> {
    /// One workflow for each trigger, named after it; what it does never changes anything.
    async fn begin(world: &'a World) -> Self {
        let tag = world.tag("never on").await;
        for trigger in TRIGGERS {
            world.automate(json!({ "name": trigger, "trigger": trigger, "actions": [{ "removeTags": [tag] }] })).await;
        }
        Self { world, seen: 0 }
    }

    /// What ran since, on which kinds of entries.
    async fn ran(&mut self) -> Vec<String> {
        self.world.run_due().await;
        let mut ran = self.world.ran().await;
        let new = ran.split_off(self.seen);
        self.seen += new.len();
        new
    }

    async fn expect(&mut self, what: &str, expected: &[&str]) {
        assert_eq!(self.ran().await, expected, "{what}");
    }
}

async fn each_deed_starts_what_is_named_after_it(world: &World) {
    let organisation = world.organisation();
    let (urgent, ticket) = (world.tag("urgent").await, world.a_ticket("Zip").await);
    let mut watch = Watch::begin(world).await;
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    watch.expect("begun", &["CONVERSATION_CREATED on Created", "CUSTOMER_MESSAGE on Message"]).await;
    let note = json!({ "conversationId": id, "text": "Odd." });
    let note = world.bea().mutate("addNote", note).await.changed().text("note.id");
    watch.expect("addNote", &["NOTE_ADDED on Note"]).await;
    let it = |more: Value| {
        let mut input = more;
        input["conversationId"] = json!(id);
        input
    };
    let closed = ["AGENT_MESSAGE on Message", "STATE_CHANGED on Closed"];
    let back = ["CUSTOMER_MESSAGE on Message", "STATE_CHANGED on Reopened"];
    let woken = ["CUSTOMER_MESSAGE on Message", "STATE_CHANGED on Woken"];
    let deeds: &[(&str, Value, &[&str])] = &[
        ("receiveMessage", world.chat("visitor-1", "Anybody?"), &["CUSTOMER_MESSAGE on Message"]),
        ("reply", it(json!({ "text": "Hi" })), &["AGENT_MESSAGE on Message"]),
        ("reply", it(json!({ "text": "Bye", "then": { "close": true } })), &closed),
        ("receiveMessage", world.chat("visitor-1", "Wait!"), &back),
        ("closeConversation", it(json!({})), &["STATE_CHANGED on Closed"]),
        ("closeConversation", it(json!({})), &[]),
        ("reopenConversation", it(json!({})), &["STATE_CHANGED on Reopened"]),
        ("snoozeConversation", it(json!({ "until": { "after": "PT1H" } })), &["STATE_CHANGED on Snoozed"]),
        ("snoozeConversation", it(json!({ "until": { "after": "PT2H" } })), &[]),
        ("wakeConversation", it(json!({})), &["STATE_CHANGED on Woken"]),
        ("snoozeConversation", it(json!({ "until": { "after": "PT3H" } })), &["STATE_CHANGED on Snoozed"]),
        ("receiveMessage", world.chat("visitor-1", "Me again"), &woken),
        ("assignConversation", it(json!({ "assigneeId": organisation.bea.id })), &["ASSIGNED on Assigned"]),
        ("assignConversation", it(json!({ "assigneeId": organisation.bea.id })), &[]),
        ("assignConversation", it(json!({ "teamId": organisation.support })), &["ASSIGNED on Assigned"]),
        ("assignConversation", it(json!({ "assigneeId": null, "teamId": null })), &["ASSIGNED on Assigned"]),
        ("addTags", it(json!({ "tagIds": [urgent] })), &["TAGGED on Tagged"]),
        ("addTags", it(json!({ "tagIds": [urgent] })), &[]),
        ("removeTags", it(json!({ "tagIds": [urgent] })), &[]),
        ("setPriority", it(json!({ "priority": "HIGH" })), &["PRIORITIZED on Prioritized"]),
        ("setPriority", it(json!({ "priority": null })), &["PRIORITIZED on Prioritized"]),
        ("editNote", json!({ "noteId": note, "text": "Very odd." }), &[]),
        ("deleteNote", json!({ "noteId": note }), &[]),
        ("followConversation", it(json!({})), &[]),
        ("addFollowers", it(json!({ "agentIds": [organisation.carl.id] })), &[]),
        ("updateConversation", it(json!({ "subject": "Zip", "attributes": { "a": 1 } })), &[]),
        ("markConversationRead", it(json!({})), &[]),
        ("linkTicket", it(json!({ "ticketId": ticket })), &[]),
        ("updateTicket", json!({ "ticketId": ticket, "title": "Zips" }), &[]),
        ("updateTicket", json!({ "ticketId": ticket, "status": "IN_PROGRESS" }), &["TICKET_CHANGED on TicketChanged"]),
        ("unlinkTicket", it(json!({ "ticketId": ticket })), &[]),
        ("updateTicket", json!({ "ticketId": ticket, "status": "RESOLVED" }), &[]),
        ("createTicket", it(json!({ "title": "Another" })), &[]),
    ];
    for (deed, input, expected) in deeds {
        let by = if *deed == "receiveMessage" { world.gateway() } else { world.ada() };
        // The author alone may change a note.
        let by = if deed.ends_with("Note") { world.bea() } else { by };
        by.mutate(deed, input.clone()).await.done();
        watch.expect(&format!("{deed} {input}"), expected).await;
    }
    let start = json!({ "channelId": organisation.mail, "customer": { "email": "yan@example.com" }, "text": "News" });
    world.bea().mutate("startConversation", start).await.changed();
    watch.expect("startConversation", &["CONVERSATION_CREATED on Created", "AGENT_MESSAGE on Message"]).await;
    world.robot().mutate("reply", it(json!({ "text": "From elsewhere" }))).await.changed();
    watch.expect("an integration's reply", &["AGENT_MESSAGE on Message"]).await;
    let several = json!([{ "addTags": [urgent] }, { "setPriority": { "priority": "LOW" } }, { "close": true }]);
    world.bea().mutate("applyActions", it(json!({ "actions": several }))).await.changed();
    let expected = ["TAGGED on Tagged", "PRIORITIZED on Prioritized", "STATE_CHANGED on Closed"];
    watch.expect("several actions at once", &expected).await;
    let message = world.chatted("visitor-2", "Hello").await.conversation();
    let sent = world.bea().mutate("reply", json!({ "conversationId": message, "text": "Hi" })).await.changed();
    watch.ran().await;
    let report = json!({ "messageId": sent.text("message.id"), "status": "FAILED", "error": "No such mailbox." });
    world.gateway().mutate("reportDelivery", report).await.changed();
    world.bea().mutate("linkConversations", it(json!({ "otherId": message, "kind": "RELATED" }))).await.changed();
    watch.expect("deliveries and links", &[]).await;
}

async fn nothing_starts_in_spam_and_on_what_was_sent_automatically(world: &World) {
    let organisation = world.organisation();
    let tag = world.tag("urgent").await;
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    let mut watch = Watch::begin(world).await;
    let mut away = world.chat("visitor-1", "I am away.");
    away["automatic"] = json!(true);
    world.gateway().receive(away).await.changed();
    watch.expect("sent automatically", &[]).await;
    let it = |more: Value| {
        let mut input = more;
        input["conversationId"] = json!(id);
        input
    };
    world.bea().mutate("markAsSpam", it(json!({}))).await.changed();
    watch.expect("markAsSpam", &[]).await;
    for (deed, input) in [
        ("assignConversation", json!({ "assigneeId": organisation.bea.id })),
        ("addTags", json!({ "tagIds": [tag] })),
        ("setPriority", json!({ "priority": "HIGH" })),
        ("addNote", json!({ "text": "Spam indeed." })),
    ] {
        world.ada().mutate(deed, it(input)).await.changed();
        watch.expect(deed, &[]).await;
    }
    world.chatted("visitor-1", "Buy now!").await;
    watch.expect("a message in spam", &[]).await;
    world.spam().await;
    watch.expect("begun in spam", &[]).await;
    world.bea().mutate("restoreFromSpam", it(json!({}))).await.changed();
    watch.expect("restoreFromSpam", &["STATE_CHANGED on Restored"]).await;
    // What is spam by the time it is looked at is left alone.
    world.chatted("visitor-1", "Sorry").await;
    world.bea().mutate("markAsSpam", it(json!({}))).await.changed();
    watch.expect("spam by then", &[]).await;
}

async fn the_clock_and_a_deactivated_agent_start_workflows_too(world: &World) {
    let organisation = world.organisation();
    let mut watch = Watch::begin(world).await;
    let id = world.opened().await;
    world.assign(&id, &organisation.bea.id).await;
    world.snooze(&id, json!({ "after": "PT1H" })).await;
    watch.ran().await;
    world.clock.advance(TimeDelta::hours(1));
    watch.expect("woken", &["STATE_CHANGED on Woken"]).await;
    world.deactivate(&organisation.bea.id).await;
    watch.expect("deactivated", &["ASSIGNED on Assigned"]).await;
    world.carl().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    watch.expect("answered", &["AGENT_MESSAGE on Message"]).await;
    world.clock.advance(TimeDelta::days(30));
    watch.expect("closed", &["STATE_CHANGED on Closed"]).await;
    let ticket = world.ticket(json!({ "conversationId": id, "title": "Zip", "reopenOnResolve": true })).await;
    world.resolve(&ticket).await;
    watch.expect("resolved", &["TICKET_CHANGED on TicketChanged", "STATE_CHANGED on Reopened"]).await;
}

async fn what_was_there_before_a_workflow_does_not_start_it(world: &World) {
    let tag = world.tag("seen").await;
    let actions = json!([{ "addTags": [tag] }]);
    let early = world.on_message("early", actions.clone()).await;
    world.chatted("visitor-1", "one").await;
    let late = world.on_message("late", actions.clone()).await;
    let off = json!({ "name": "off", "enabled": false, "trigger": "CUSTOMER_MESSAGE", "actions": actions });
    let off = world.automate(off).await;
    world.chatted("visitor-2", "two").await;
    world.change_workflow(&off, json!({ "enabled": true })).await;
    world.chatted("visitor-3", "three").await;
    world.run_due().await;
    assert_eq!(
        [world.runs_of(&early).await.len(), world.runs_of(&late).await.len(), world.runs_of(&off).await.len()],
        [3, 2, 1]
    );
    // Off and on again: what happened in between, and what was left from before, starts nothing.
    world.chatted("visitor-4", "four").await;
    world.change_workflow(&late, json!({ "enabled": false })).await;
    world.chatted("visitor-5", "five").await;
    world.change_workflow(&late, json!({ "enabled": true })).await;
    world.chatted("visitor-6", "six").await;
    world.run_due().await;
    assert_eq!([world.runs_of(&early).await.len(), world.runs_of(&late).await.len()], [6, 3]);
}

async fn switched_off_it_stops_at_once_however_much_is_left(world: &World) {
    let tag = world.tag("seen").await;
    let off = world.on_message("off", json!([{ "addTags": [tag] }])).await;
    let gone = world.on_message("gone", json!([{ "addTags": [tag] }])).await;
    let stays = world.on_message("stays", json!([{ "setPriority": { "priority": "HIGH" } }])).await;
    for visitor in 0..5 {
        world.chatted(&format!("visitor-{visitor}"), "Hello").await;
    }
    world.change_workflow(&off, json!({ "enabled": false })).await;
    world.drop_workflow(&gone).await;
    world.run_due().await;
    assert_eq!(
        [world.runs_of(&off).await.len(), world.runs_of(&gone).await.len(), world.runs_of(&stays).await.len()],
        [0, 0, 5]
    );
}

async fn an_edit_counts_for_all_that_is_left(world: &World) {
    let id = world
        .automate(
            json!({ "name": "one", "trigger": "CUSTOMER_MESSAGE", "actions": [{ "setPriority": { "priority": "LOW" } }],
            "condition": { "text": { "containsAny": ["refund"] } } }),
        )
        .await;
    let plain = world.chatted("visitor-1", "Hello").await.conversation();
    let edited = json!({ "condition": null, "actions": [{ "setPriority": { "priority": "HIGH" } }] });
    world.change_workflow(&id, edited).await;
    world.run_due().await;
    assert_eq!(world.ada().conversation(&plain).await["priority"], "HIGH");
    // Another trigger finds what happened before it was another.
    world.tagged(&plain, &[&world.tag("vip").await]).await;
    let edited = json!({ "trigger": "TAGGED", "actions": [{ "setPriority": { "priority": "URGENT" } }] });
    world.change_workflow(&id, edited).await;
    world.run_due().await;
    assert_eq!(world.ran().await, ["one on Message", "one on Tagged"]);
    assert_eq!(world.ada().conversation(&plain).await["priority"], "URGENT");
}

async fn a_workflow_that_is_off_costs_the_others_nothing(world: &World) {
    let tag = world.tag("seen").await;
    let off = json!({ "name": "off", "enabled": false, "mode": "STOP", "trigger": "CUSTOMER_MESSAGE",
        "actions": [{ "addTags": [tag] }] });
    let off = world.automate(off).await;
    let on = world.on_message("on", json!([{ "addTags": [tag] }])).await;
    world.chatted("visitor-1", "Hello").await;
    world.run_due().await;
    assert_eq!((world.runs_of(&off).await.len(), world.runs_of(&on).await.len()), (0, 1));
    assert_eq!(world.in_force(&off).await, (false, None));
}
