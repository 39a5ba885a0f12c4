//! Workflows that start each other: how deep that goes, and that it ends (semantics §12.4).

use entity::workflow_run::Model as Run;
use serde_json::{Value, json};
use switchboard::domain::rejection::Code;
use switchboard::domain::workflow::Outcome;

use crate::support::automation::Ledger;
use crate::support::{World, both};

both!(
    what_a_workflow_writes_starts_others,
    two_that_undo_each_other_end_at_depth_five,
    two_that_pass_a_conversation_to_and_fro_end_at_depth_five,
    one_that_starts_itself_ends_at_depth_five,
    several_that_start_each_other_end_before_there_are_too_many,
    a_chain_counts_across_a_tickets_change,
    what_people_do_in_between_begins_a_chain_of_its_own,
);

/// What each run of a workflow came to, in the order of their entries: the codes of its refusals.
async fn refusals(world: &World, workflow: &str) -> Vec<Vec<Code>> {
    let ledger = Ledger::read(world).await;
    let mut runs: Vec<&Run> = ledger.runs.iter().filter(|run| run.workflow_id.to_string() == workflow).collect();
    runs.sort_unstable_by_key(|run| ledger.events[&run.entry_id].seq);
    let of_run = |run: &&Run| {
        let outcomes: Vec<Outcome> = serde_json::from_value(run.outcomes.clone()).unwrap();
        outcomes.into_iter().filter_map(|outcome| Some(outcome.error?.code)).collect()
    };
    runs.iter().map(of_run).collect()
}

async fn what_a_workflow_writes_starts_others(world: &World) {
    let organisation = world.organisation();
    let tag = world.tag("answered").await;
    let on =
        |name: &str, trigger: &str, actions: Value| json!({ "name": name, "trigger": trigger, "actions": actions });
    world.automate(on("answer", "CONVERSATION_CREATED", json!([{ "reply": { "text": "We are on it." } }]))).await;
    world.automate(on("mark", "AGENT_MESSAGE", json!([{ "addTags": [tag] }]))).await;
    world.automate(on("give", "TAGGED", json!([{ "assign": { "assigneeId": organisation.bea.id } }]))).await;
    world.automate(on("raise", "ASSIGNED", json!([{ "setPriority": { "priority": "HIGH" } }]))).await;
    world.automate(on("sleep", "PRIORITIZED", json!([{ "snooze": { "until": { "after": "PT1H" } } }]))).await;
    world.automate(on("too deep", "STATE_CHANGED", json!([{ "addNote": { "text": "Never" } }]))).await;
    let id = world.opened().await;
    world.run_due().await;
    let told = world.told_by(&id).await.split_off(2);
    assert_eq!(
        told,
        ["MESSAGE answer 1", "TAGGED mark 2", "ASSIGNED give 3", "PRIORITIZED raise 4", "SNOOZED sleep 5"]
    );
}

async fn two_that_undo_each_other_end_at_depth_five(world: &World) {
    let (one, two) = (world.tag("one").await, world.tag("two").await);
    let swap = |name: &str, from: &str, to: &str| {
        json!({ "name": name, "mode": "STOP", "trigger": "TAGGED", "condition": { "tags": { "hasAny": [from] } },
            "actions": [{ "removeTags": [from] }, { "addTags": [to] }] })
    };
    let there = world.automate(swap("there", &one, &two)).await;
    let back = world.automate(swap("back", &two, &one)).await;
    let id = world.opened().await;
    world.tagged(&id, &[&one]).await;
    world.run_due().await;
    let told = world.told_by(&id).await.split_off(3);
    let expected = [("there", 1), ("back", 2), ("there", 3), ("back", 4), ("there", 5)];
    let expected = expected.iter().flat_map(|(name, depth)| vec![format!("TAGGED {name} {depth}"); 2]);
    assert_eq!(told, expected.collect::<Vec<_>>());
    let none: Vec<Code> = Vec::new();
    assert_eq!(refusals(world, &there).await, [none.clone(), none.clone(), none.clone()]);
    let last = vec![Code::LimitExceeded; 2];
    assert_eq!(refusals(world, &back).await, [none.clone(), none, last]);
    let message = "query($id: ID!) { node(id: $id) { ... on Workflow { runs(first: 3) { nodes {
        entry { version } verdicts { path matched } outcomes { action changed error { message field } } } } } } }";
    let shown = world.ada().query(message, json!({ "id": back })).await.ok();
    let why = json!({ "message": "Workflows that start each other go at most 5 deep.", "field": null });
    let refused = |action: &str| json!({ "action": action, "changed": false, "error": why });
    let expected = json!({ "verdicts": [{ "path": "tags", "matched": true }],
        "outcomes": [refused("REMOVE_TAGS"), refused("ADD_TAGS")] });
    let runs = shown.at("node.runs.nodes").as_array().unwrap();
    let last = runs.iter().max_by_key(|run| run["entry"]["version"].as_i64()).unwrap();
    assert_eq!((&last["verdicts"], &last["outcomes"]), (&expected["verdicts"], &expected["outcomes"]));
    healthy(world, &[&there, &back]).await;
}

async fn two_that_pass_a_conversation_to_and_fro_end_at_depth_five(world: &World) {
    let (bea, carl) = (&world.organisation().bea.id, &world.organisation().carl.id);
    let pass = |name: &str, from: &str, to: &str| {
        json!({ "name": name, "mode": "STOP", "trigger": "ASSIGNED", "condition": { "assigneeIds": [from] },
            "actions": [{ "assign": { "assigneeId": to } }] })
    };
    let to_carl = world.automate(pass("to carl", bea, carl)).await;
    let to_bea = world.automate(pass("to bea", carl, bea)).await;
    let id = world.opened().await;
    world.assign(&id, bea).await;
    world.run_due().await;
    assert_eq!(world.holder(&id).await[0].as_ref(), Some(carl));
    let told = world.told_by(&id).await.split_off(3);
    assert_eq!(
        told,
        ["ASSIGNED to carl 1", "ASSIGNED to bea 2", "ASSIGNED to carl 3", "ASSIGNED to bea 4", "ASSIGNED to carl 5"]
    );
    assert_eq!((world.runs_of(&to_carl).await.len(), world.runs_of(&to_bea).await.len()), (3, 3));
    // Again and again: each time it ends, and in between there are successes.
    for _ in 0..25 {
        world.assign(&id, bea).await;
        world.run_due().await;
    }
    healthy(world, &[&to_carl, &to_bea]).await;
}

async fn one_that_starts_itself_ends_at_depth_five(world: &World) {
    let note = json!({ "name": "echo", "trigger": "NOTE_ADDED", "actions": [{ "addNote": { "text": "Echo" } }] });
    let echo = world.automate(note).await;
    let id = world.opened().await;
    world.bea().mutate("addNote", json!({ "conversationId": id, "text": "Ho!" })).await.changed();
    world.run_due().await;
    let told = world.told_by(&id).await.split_off(3);
    assert_eq!(told, (1..=5).map(|depth| format!("NOTE echo {depth}")).collect::<Vec<_>>());
    assert_eq!(refusals(world, &echo).await.last().unwrap(), &[Code::LimitExceeded]);
    assert_eq!(world.runs_of(&echo).await.len(), 6);
    healthy(world, &[&echo]).await;
}

/// Each note starts all of them: by the depth alone there would be 4 + 16 + 64 + 256 + 1,024.
async fn several_that_start_each_other_end_before_there_are_too_many(world: &World) {
    let mut workflows = Vec::new();
    for at in 0..4 {
        let note = json!([{ "addNote": { "text": "Echo" } }]);
        let new = json!({ "name": format!("echo {at}"), "trigger": "NOTE_ADDED", "actions": note });
        workflows.push(world.automate(new).await);
    }
    let id = world.opened().await;
    world.bea().mutate("addNote", json!({ "conversationId": id, "text": "Ho!" })).await.changed();
    world.run_due().await;
    let ledger = Ledger::read(world).await;
    let done = ledger.runs.iter().filter(|run| !run.failed).count();
    assert_eq!(done, 4 + 200);
    // Each was refused twenty times in a row, which is the end of it.
    assert_eq!(ledger.runs.len(), done + 4 * 20);
    for workflow in &workflows {
        let (on, why) = world.in_force(workflow).await;
        assert!(!on && why.as_ref().is_some_and(|why| why.contains("at most 200 times")), "{why:?}");
        world.change_workflow(workflow, json!({ "enabled": true, "mode": "STOP" })).await;
    }
    // Now the first alone has its turn, and each note begins a chain of its own.
    for _ in 0..3 {
        world.bea().mutate("addNote", json!({ "conversationId": id, "text": "Ho!" })).await.changed();
    }
    world.run_due().await;
    assert_eq!(Ledger::read(world).await.runs.len(), ledger.runs.len() + 3 * 6);
    healthy(world, &workflows.iter().collect::<Vec<_>>()).await;
}

async fn a_chain_counts_across_a_tickets_change(world: &World) {
    let raise =
        json!({ "name": "raise", "trigger": "TICKET_CHANGED", "actions": [{ "setPriority": { "priority": "HIGH" } }] });
    world.automate(raise).await;
    let back = json!({ "name": "back", "trigger": "STATE_CHANGED", "condition": { "states": ["OPEN"] },
        "actions": [{ "addNote": { "text": "It is back." } }] });
    world.automate(back).await;
    let echo = json!({ "name": "echo", "trigger": "PRIORITIZED", "actions": [{ "addNote": { "text": "Raised." } }] });
    world.automate(echo).await;
    let id = world.closed().await;
    let ticket = world.ticket_of(&id).await;
    world.link(&ticket, &id, true).await;
    let before = world.told_by(&id).await.len();
    world.run_due().await;
    world.resolve(&ticket).await;
    world.run_due().await;
    let told = world.told_by(&id).await.split_off(before);
    assert_eq!(
        told,
        ["TICKET_CHANGED Robot 1", "REOPENED Robot 1", "PRIORITIZED raise 2", "NOTE back 2", "NOTE echo 3"]
    );
}

async fn what_people_do_in_between_begins_a_chain_of_its_own(world: &World) {
    let note =
        json!({ "name": "echo", "trigger": "AGENT_MESSAGE", "actions": [{ "addNote": { "text": "Answered." } }] });
    world.automate(note).await;
    world.on_message("answer", json!([{ "reply": { "text": "We are on it." } }])).await;
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.run_due().await;
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    world.chatted("visitor-1", "Thanks").await;
    world.run_due().await;
    let depths = world.told_by(&id).await.into_iter().filter(|told| told.starts_with("NOTE"));
    assert_eq!(depths.collect::<Vec<_>>(), ["NOTE echo 2", "NOTE echo 1", "NOTE echo 2"]);
}

/// These go on, nothing is left, and who comes next is served.
async fn healthy(world: &World, workflows: &[&String]) {
    for workflow in workflows {
        assert_eq!(world.in_force(workflow).await, (true, None));
    }
    let before = world.last_seq().await;
    world.run_due().await;
    assert_eq!(world.last_seq().await, before);
    let next = world.on_message("next", json!([{ "setPriority": { "priority": "LOW" } }])).await;
    world.chatted("visitor-9", "Hello").await;
    world.run_due().await;
    assert_eq!(world.runs_of(&next).await.len(), 1);
}
