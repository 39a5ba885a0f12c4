//! What runs of workflows do, in which order, and what is recorded of them (semantics §12.3–12.5).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::notifications::{follow, told};
use crate::support::{World, both};

both!(
    an_entrys_workflows_run_in_the_order_of_their_positions,
    one_that_stops_keeps_those_behind_it_from_the_same_entry_alone,
    a_condition_is_judged_on_what_those_before_it_did,
    a_condition_on_the_text_is_judged_on_the_triggering_entry,
    everything_else_is_judged_on_the_conversation_as_it_is_by_then,
    a_run_records_each_verdict_and_each_outcome,
    entries_name_the_workflow_and_carry_their_cause,
    people_are_told_of_it_as_if_somebody_had_done_it,
    a_preset_is_read_in_the_assignees_time_zone,
);

/// Writes this as a note.
fn note(text: &str) -> Value {
    json!([{ "addNote": { "text": text } }])
}

async fn notes(world: &World, id: &str) -> Vec<String> {
    let document = "query($id: ID!) { conversation(id: $id) { timeline(first: 100, kinds: [NOTE]) { nodes { ... on Note { text } } } } }";
    world.ada().query(document, json!({ "id": id })).await.ok().texts("conversation.timeline.nodes", "text")
}

async fn an_entrys_workflows_run_in_the_order_of_their_positions(world: &World) {
    for name in ["b", "c", "d"] {
        world.on_message(name, note(name)).await;
    }
    let first = json!({ "name": "a", "position": 1, "trigger": "CUSTOMER_MESSAGE", "actions": note("a") });
    let first = world.automate(first).await;
    let last = world.on_message("e", note("e")).await;
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.run_due().await;
    assert_eq!(notes(world, &id).await, ["a", "b", "c", "d", "e"]);
    world.change_workflow(&last, json!({ "position": 2 })).await;
    world.change_workflow(&first, json!({ "position": 9 })).await;
    let id = world.chatted("visitor-2", "Hello").await.conversation();
    world.run_due().await;
    assert_eq!(notes(world, &id).await, ["e", "b", "c", "d", "a"]);
    // Entry by entry, also where the second was there before the first was looked at.
    world.drop_workflow(&last).await;
    let id = world.chatted("visitor-3", "one").await.conversation();
    world.chatted("visitor-3", "two").await;
    world.run_due().await;
    assert_eq!(notes(world, &id).await, ["b", "c", "d", "a", "b", "c", "d", "a"]);
    assert_eq!(world.in_force(&first).await, (true, None));
}

async fn one_that_stops_keeps_those_behind_it_from_the_same_entry_alone(world: &World) {
    let gone = world.tag("gone").await;
    let stops = |name: &str, word: &str, actions: Value| {
        json!({ "name": name, "mode": "STOP", "trigger": "CUSTOMER_MESSAGE", "actions": actions,
            "condition": { "text": { "containsAny": [word] } } })
    };
    world.automate(stops("stops", "stop", note("stops"))).await;
    world.automate(stops("fails", "fail", json!([{ "addTags": [gone] }]))).await;
    world.on_message("behind", note("behind")).await;
    world.ada().mutate("deleteTag", json!({ "tagId": gone })).await.done();
    let id = world.chatted("visitor-1", "Please stop").await.conversation();
    world.run_due().await;
    assert_eq!(notes(world, &id).await, ["stops"]);
    let id = world.chatted("visitor-1", "Please go on").await.conversation();
    world.run_due().await;
    assert_eq!(notes(world, &id).await, ["stops", "behind"], "what doesn't match stops nothing");
    let id = world.chatted("visitor-2", "Please fail").await.conversation();
    world.run_due().await;
    assert_eq!(notes(world, &id).await, Vec::<String>::new(), "what matched stops, whatever came of it");
    // Other entries of the same conversation are others.
    let noted =
        json!({ "name": "noted", "trigger": "NOTE_ADDED", "actions": [{ "setPriority": { "priority": "LOW" } }] });
    let noted = world.automate(noted).await;
    world.chatted("visitor-3", "Please stop").await;
    world.run_due().await;
    assert_eq!(world.runs_of(&noted).await.len(), 1);
}

async fn a_condition_is_judged_on_what_those_before_it_did(world: &World) {
    let (vip, tagged, bea) = (world.tag("vip").await, world.tag("tagged").await, &world.organisation().bea.id);
    let having = |name: &str, condition: Value| json!({ "name": name, "trigger": "CUSTOMER_MESSAGE", "actions": [{ "addTags": [tagged] }], "condition": condition });
    let with = json!({ "tags": { "hasAny": [vip] } });
    let without = json!({ "tags": { "hasNone": [vip] } });
    world.automate(having("with, before", with.clone())).await;
    world.automate(having("without, before", without.clone())).await;
    world
        .on_message("tags", json!([{ "addTags": [vip] }, { "assign": { "assigneeId": bea } }, { "close": true }]))
        .await;
    world.automate(having("with, behind", with)).await;
    world.automate(having("without, behind", without)).await;
    world.automate(having("closed", json!({ "states": ["CLOSED"] }))).await;
    world.automate(having("open", json!({ "states": ["OPEN"] }))).await;
    world.automate(having("bea's", json!({ "assigneeIds": [bea] }))).await;
    world.automate(having("nobody's", json!({ "unassigned": true }))).await;
    world.chatted("visitor-1", "Hello").await;
    world.run_due().await;
    let ran = ["without, before", "tags", "with, behind", "closed", "bea's"];
    assert_eq!(world.ran().await, ran.map(|name| format!("{name} on Message")));
    // Between two entries that were there together, too.
    let id = world.chatted("visitor-2", "one").await.conversation();
    world.chatted("visitor-2", "two").await;
    world.run_due().await;
    let ran = world.ran().await.split_off(ran.len());
    let second = ["with, before", "tags", "with, behind", "closed", "bea's"];
    let expected = ["without, before", "tags", "with, behind", "closed", "bea's"].into_iter().chain(second);
    assert_eq!(ran, expected.map(|name| format!("{name} on Message")).collect::<Vec<_>>());
    assert_eq!(world.ada().conversation(&id).await["tags"].as_array().unwrap().len(), 2);
}

async fn a_condition_on_the_text_is_judged_on_the_triggering_entry(world: &World) {
    let on = |name: &str, trigger: &str, word: &str| json!({ "name": name, "trigger": trigger, "actions": note(name), "condition": { "text": { "containsAny": [word] } } });
    let refund = world.automate(on("refund", "CUSTOMER_MESSAGE", "REFUND")).await;
    let begun = world.automate(on("begun", "CONVERSATION_CREATED", "refund")).await;
    let noted = world.automate(on("noted", "NOTE_ADDED", "odd")).await;
    let answered = world.automate(on("answered", "AGENT_MESSAGE", "sorry")).await;
    // The first is older, the second is newest, by the time they are looked at.
    let first = world.chatted("visitor-1", "I want a Refund.").await;
    let id = first.conversation();
    world.chatted("visitor-1", "Thanks!").await;
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "Sorry!" })).await.changed();
    world.bea().mutate("addNote", json!({ "conversationId": id, "text": "Odd." })).await.changed();
    world.run_due().await;
    let runs = world.runs_of(&refund).await;
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0]["entry"]["id"], first.text("message.id"));
    assert_eq!(world.runs_of(&begun).await.len(), 1, "the first message's text is the beginning's");
    assert_eq!(world.runs_of(&answered).await.len(), 1);
    assert_eq!(world.runs_of(&noted).await.len(), 1, "notes that workflows wrote say other words");
    // What has no text is never like any.
    let tagged = json!({ "name": "tagged", "trigger": "TAGGED", "actions": note("tagged"),
        "condition": { "text": { "matches": "." } } });
    let tagged = world.automate(tagged).await;
    world.tagged(&id, &[&world.tag("vip").await]).await;
    // A note that is erased by then has none either.
    let erased = json!({ "conversationId": id, "text": "Odd, too." });
    let erased = world.bea().mutate("addNote", erased).await.changed().text("note.id");
    world.bea().mutate("deleteNote", json!({ "noteId": erased })).await.changed();
    world.run_due().await;
    assert_eq!((world.runs_of(&tagged).await.len(), world.runs_of(&noted).await.len()), (0, 1));
}

async fn everything_else_is_judged_on_the_conversation_as_it_is_by_then(world: &World) {
    let bea = &world.organisation().bea.id;
    let free = json!({ "name": "free", "trigger": "CUSTOMER_MESSAGE", "actions": note("free"), "condition": { "unassigned": true } });
    let free = world.automate(free).await;
    let urgent = json!({ "name": "urgent", "trigger": "CUSTOMER_MESSAGE", "actions": note("urgent"),
        "condition": { "priorities": ["URGENT"] } });
    let urgent = world.automate(urgent).await;
    let old =
        json!({ "name": "old", "trigger": "CUSTOMER_MESSAGE", "actions": note("old"), "condition": { "age": "PT2H" } });
    let old = world.automate(old).await;
    let plan = json!({ "name": "plan", "trigger": "CUSTOMER_MESSAGE", "actions": note("plan"),
        "condition": { "customerAttribute": { "key": "plan", "equals": "gold" } } });
    let plan = world.automate(plan).await;
    let id = world.opened().await;
    world.assign(&id, bea).await;
    world.ada().mutate("setPriority", json!({ "conversationId": id, "priority": "URGENT" })).await.changed();
    let gold = json!({ "email": "zoe@example.com", "attributes": { "plan": "Gold" } });
    world.ada().mutate("upsertCustomer", gold).await.changed();
    world.clock.advance(TimeDelta::hours(2));
    world.run_due().await;
    let counts = [&free, &urgent, &old, &plan].map(async |id| world.runs_of(id).await.len());
    assert_eq!(futures_util::future::join_all(counts).await, [0, 1, 1, 1]);
}

async fn a_run_records_each_verdict_and_each_outcome(world: &World) {
    let (vip, support) = (world.tag("vip").await, &world.organisation().support);
    let condition = json!({ "all": [
        { "any": [{ "text": { "containsAny": ["refund"] } }, { "channelKinds": ["CHAT"] }] },
        { "not": { "tags": { "hasAny": [vip] } } },
    ] });
    let actions = json!([{ "addTags": [vip] }, { "addTags": [vip] }, { "wake": true }, { "reopen": true },
        { "restoreFromSpam": {} }, { "assign": { "teamId": support } }]);
    let new = json!({ "name": "one", "trigger": "CUSTOMER_MESSAGE", "condition": condition, "actions": actions });
    let workflow = world.automate(new).await;
    let message = world.chatted("visitor-1", "Hello").await;
    world.clock.advance(TimeDelta::minutes(1));
    world.run_due().await;
    let runs = world.runs_of(&workflow).await;
    let verdict = |path: &str, matched: bool| json!({ "path": path, "matched": matched });
    let done = |action: &str, changed: bool| json!({ "action": action, "changed": changed, "error": null });
    let expected = json!({
        "id": runs[0]["id"],
        "entry": { "id": message.text("message.id"), "kind": "MESSAGE" },
        "conversation": { "id": message.conversation() },
        "verdicts": [
            verdict("all", true),
            verdict("all[0].any", true),
            verdict("all[0].any[0].text", false),
            verdict("all[0].any[1].channelKinds", true),
            verdict("all[1].not", true),
            verdict("all[1].not.tags", false),
        ],
        "outcomes": [
            done("ADD_TAGS", true),
            done("ADD_TAGS", false),
            done("WAKE", false),
            done("REOPEN", false),
            { "action": "RESTORE_FROM_SPAM", "changed": false, "error": { "code": "NOT_SPAM", "field": ["input", "actions", "4", "restoreFromSpam"] } },
            done("ASSIGN", true),
        ],
        "at": "2026-01-05T09:01:00Z",
    });
    assert_eq!(runs, [expected]);
    // It doesn't match any more, which leaves no trace.
    world.chatted("visitor-1", "Hello?").await;
    world.run_due().await;
    assert_eq!(world.runs_of(&workflow).await.len(), 1);
}

async fn entries_name_the_workflow_and_carry_their_cause(world: &World) {
    let organisation = world.organisation();
    let vip = world.tag("vip").await;
    let actions = json!([{ "addTags": [vip] }, { "assign": { "assigneeId": organisation.bea.id, "teamId": organisation.support } },
        { "reply": { "text": "We are on it.", "then": { "close": true } } }, { "createTicket": { "title": "Zip" } }]);
    let workflow = world.on_message("Helper", actions).await;
    let id = world.opened().await;
    world.run_due().await;
    let run = world.runs_of(&workflow).await.remove(0);
    let document = "query($id: ID!) { conversation(id: $id) { timeline(first: 100) { nodes { kind
        actor { __typename displayName ... on Workflow { id } } cause { depth workflowRun { id workflow { id } } ticket { id } }
        ... on AssignedEntry { assignReason } ... on Message { direction text delivery { status } } } } } }";
    let answer = world.bea().query(document, json!({ "id": id })).await.ok();
    let entries = answer.at("conversation.timeline.nodes").as_array().unwrap()[2..].to_vec();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["TAGGED", "ASSIGNED", "MESSAGE", "CLOSED", "TICKET_LINKED"]);
    for entry in &entries {
        assert_eq!(entry["actor"], json!({ "__typename": "Workflow", "id": workflow, "displayName": "Helper" }));
        let cause =
            json!({ "depth": 1, "workflowRun": { "id": run["id"], "workflow": { "id": workflow } }, "ticket": null });
        assert_eq!(entry["cause"], cause, "{entry}");
    }
    assert_eq!(entries[1]["assignReason"], "WORKFLOW");
    let queued = json!({ "status": "QUEUED" });
    assert_eq!((&entries[2]["direction"], &entries[2]["delivery"]), (&json!("OUTBOUND"), &queued));
    assert_eq!(world.ada().conversation(&id).await["followers"], json!([]), "a workflow follows nothing");
    assert_eq!(world.holder(&id).await, [Some(organisation.bea.id.clone()), Some(organisation.support.clone())]);
}

async fn people_are_told_of_it_as_if_somebody_had_done_it(world: &World) {
    let organisation = world.organisation();
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    follow(&world.ada(), &id).await;
    let mention = json!({ "text": "Look here", "mentions": [{ "agentId": organisation.dora.id }] });
    let actions = json!([{ "assign": { "assigneeId": organisation.bea.id } }, { "addNote": mention },
        { "reply": { "text": "We are on it." } }, { "setPriority": { "priority": "HIGH" } }]);
    world.on_message("Helper", actions).await;
    world.chatted("visitor-1", "Anybody?").await;
    world.run_due().await;
    assert_eq!(
        told(&world.ada()).await,
        ["MESSAGE", "ASSIGNED", "NOTE", "MESSAGE", "PRIORITIZED"].map(|kind| format!("{kind} FOLLOWING"))
    );
    assert_eq!(
        told(&world.bea()).await,
        ["ASSIGNED", "NOTE", "MESSAGE", "PRIORITIZED"].map(|kind| format!("{kind} ASSIGNED"))
    );
    assert_eq!(told(&world.dora()).await, ["NOTE MENTION", "MESSAGE FOLLOWING", "PRIORITIZED FOLLOWING"]);
    // A team is asked.
    world.on_message("Team", json!([{ "assign": { "teamId": organisation.support, "assigneeId": null } }])).await;
    let other = world.chatted("visitor-2", "Hello").await.conversation();
    world.run_due().await;
    assert_eq!(told(&world.carl()).await, ["ASSIGNED TEAM_ASSIGNED"]);
    assert_eq!(world.holder(&other).await, [None, Some(organisation.support.clone())]);
}

async fn a_preset_is_read_in_the_assignees_time_zone(world: &World) {
    let organisation = world.organisation();
    let zone = json!({ "agentId": organisation.bea.id, "timeZone": "Pacific/Auckland" });
    world.ada().mutate("updateAgent", zone).await.changed();
    let tomorrow = json!([{ "snooze": { "until": { "preset": "TOMORROW_MORNING" } } }]);
    world.on_message("later", tomorrow).await;
    let beas = world.chatted("visitor-1", "Hello").await.conversation();
    world.assign(&beas, &organisation.bea.id).await;
    let nobodys = world.chatted("visitor-2", "Hello").await.conversation();
    world.run_due().await;
    // It is ten in the evening there, and nine of tomorrow is eleven hours away.
    assert_eq!(world.ada().conversation(&beas).await["snooze"]["until"], "2026-01-05T20:00:00Z");
    assert_eq!(world.ada().conversation(&nobodys).await["snooze"]["until"], "2026-01-06T09:00:00Z");
}
