//! Runs, as far as a viewer sees the entries that triggered them; workflows as actors and as causes (semantics §9, §12.5).

use chrono::TimeDelta;
use entity::enums::Scope;
use serde_json::{Value, json};

use crate::budgets::{cost, warm};
use crate::support::organisation::EVERYTHING;
use crate::support::{World, both};

both!(
    a_run_tells_what_it_came_to,
    what_a_workflow_did_names_it_and_its_run,
    runs_are_paged_newest_first,
    a_run_exists_for_whoever_sees_its_entry,
    a_deleted_workflow_is_still_named,
    pages_of_what_workflows_did_cost_the_same_however_long,
);

async fn a_run_tells_what_it_came_to(world: &World) {
    let condition = json!({ "all": [{ "text": { "containsAny": ["order"] } }, { "unassigned": true }] });
    let actions = json!([{ "setPriority": { "priority": "HIGH" } }, { "restoreFromSpam": {} }, { "close": true }]);
    let id = world.workflow("orders", json!({ "condition": condition, "actions": actions })).await;
    let conversation = world.opened().await;
    world.mailed("yan@example.com", "Something else").await;
    world.run_due().await;
    let runs = world.runs(&world.ada(), &id).await;
    let [run] = &runs[..] else { panic!("one matched: {runs:#?}") };
    assert_eq!(
        (&run["workflow"], &run["at"]),
        (&json!({ "id": id, "name": "orders" }), &json!("2026-01-05T09:00:00Z"))
    );
    assert_eq!((&run["conversation"]["id"], &run["entry"]["kind"]), (&json!(conversation), &json!("MESSAGE")));
    let verdicts = ["all", "all[0].text", "all[1].unassigned"].map(|path| json!({ "path": path, "matched": true }));
    assert_eq!(run["verdicts"], json!(verdicts));
    let outcomes = run["outcomes"].as_array().unwrap();
    assert_eq!(outcomes[0], json!({ "action": "SET_PRIORITY", "changed": true, "error": null }));
    assert_eq!(
        (&outcomes[1]["action"], &outcomes[1]["error"]["code"]),
        (&json!("RESTORE_FROM_SPAM"), &json!("NOT_SPAM"))
    );
    assert_eq!(outcomes[2], json!({ "action": "CLOSE", "changed": true, "error": null }));
    assert_eq!(world.ada().conversation(&conversation).await["state"], "CLOSED");
    // By its id it is the same, and its entry is the entry.
    let document =
        "query($run: ID!, $entry: ID!) { node(id: $run) { __typename ... on WorkflowRun { id at workflow { name }
        entry { id } } } entry: node(id: $entry) { ... on Message { text } } }";
    let variables = json!({ "run": run["id"], "entry": run["entry"]["id"] });
    let answer = world.bea().query(document, variables).await.ok();
    assert_eq!(answer.at("node.__typename"), "WorkflowRun");
    assert_eq!((answer.at("node.id"), answer.at("node.entry.id")), (&run["id"], &run["entry"]["id"]));
    assert_eq!(answer.at("entry.text"), "Where is my order?");
}

/// Who did what in a conversation, and why.
const TIMELINE: &str = "query($id: ID!) { conversation(id: $id) { closedBy { __typename displayName } timeline(first: 100) { nodes {
    kind actor { __typename displayName ... on Workflow { id } } cause { depth ticket { id } workflowRun { workflow { name } } } } } } }";

async fn what_a_workflow_did_names_it_and_its_run(world: &World) {
    let actions = json!([{ "setPriority": { "priority": "HIGH" } }, { "close": true }]);
    let id = world.workflow("orders", json!({ "actions": actions })).await;
    let urgent = json!({ "trigger": "PRIORITIZED", "actions": [{ "addNote": { "text": "Look" } }] });
    world.workflow("urgent", urgent).await;
    let conversation = world.opened().await;
    world.run_due().await;
    let answer = world.bea().query(TIMELINE, json!({ "id": conversation })).await.ok();
    assert_eq!(answer.at("conversation.closedBy"), &json!({ "__typename": "Workflow", "displayName": "orders" }));
    assert_eq!(
        answer.texts("conversation.timeline.nodes", "kind"),
        ["CREATED", "MESSAGE", "PRIORITIZED", "CLOSED", "NOTE"]
    );
    let nodes = answer.at("conversation.timeline.nodes");
    assert_eq!(nodes[1]["cause"], Value::Null);
    assert_eq!(nodes[2]["actor"], json!({ "__typename": "Workflow", "displayName": "orders", "id": id }));
    let because = |depth: i32, name: &str| json!({ "depth": depth, "ticket": null, "workflowRun": { "workflow": { "name": name } } });
    assert_eq!((&nodes[2]["cause"], &nodes[3]["cause"]), (&because(1, "orders"), &because(1, "orders")));
    assert_eq!(nodes[4]["cause"], because(2, "urgent"));
    // The feed tells the same.
    let document = "{ conversationChanges(kinds: [CLOSED]) { nodes { entry { actor { displayName } cause { workflowRun { entry { kind } } } } } } }";
    let feed = world.gateway().query(document, json!({})).await.ok();
    let entry = feed.at("conversationChanges.nodes.0.entry");
    assert_eq!(
        entry,
        &json!({ "actor": { "displayName": "orders" }, "cause": { "workflowRun": { "entry": { "kind": "MESSAGE" } } } })
    );
}

async fn runs_are_paged_newest_first(world: &World) {
    let id = world.workflow("orders", json!({ "trigger": "CONVERSATION_CREATED" })).await;
    let mut begun = Vec::new();
    for at in 0..7 {
        begun.insert(0, world.mailed(&format!("customer{at}@example.com"), "Hello").await.conversation());
        world.run_due().await;
        world.clock.advance(TimeDelta::seconds(1));
    }
    let document = "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { node(id: $id) { ... on Workflow {
        runs(first: $first, after: $after, last: $last, before: $before) { edges { cursor node { id conversation { id } } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }";
    let page = async |mut window: Value| {
        window["id"] = json!(id);
        world.bea().query(document, window).await.ok().at("node.runs").clone()
    };
    let ids = |page: &Value| -> Vec<String> {
        let edges = page["edges"].as_array().unwrap().iter();
        edges.map(|edge| edge["node"]["conversation"]["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&page(json!({})).await), begun);
    let first = page(json!({ "first": 3 })).await;
    assert_eq!((ids(&first), &first["pageInfo"]["hasNextPage"]), (begun[..3].to_vec(), &json!(true)));
    let second = page(json!({ "first": 3, "after": first["pageInfo"]["endCursor"] })).await;
    assert_eq!(ids(&second), begun[3..6]);
    let back = page(json!({ "last": 2, "before": second["pageInfo"]["startCursor"] })).await;
    assert_eq!((ids(&back), &back["pageInfo"]["hasPreviousPage"]), (begun[1..3].to_vec(), &json!(true)));
    let last = page(json!({ "first": 3, "after": second["pageInfo"]["endCursor"] })).await;
    assert_eq!((ids(&last), &last["pageInfo"]["hasNextPage"]), (begun[6..].to_vec(), &json!(false)));
    for (window, code) in [
        (json!({ "first": 101 }), "BAD_REQUEST"),
        (json!({ "first": 1, "last": 1 }), "BAD_REQUEST"),
        (json!({ "after": "nonsense" }), "BAD_REQUEST"),
    ] {
        let mut window = window;
        window["id"] = json!(id);
        let answer = world.bea().query(document, window).await;
        assert_eq!(answer.error_codes(), [code]);
    }
}

/// What somebody sees of the run that led to the newest entry of a conversation.
const NEWEST: &str = "query($id: ID!, $run: ID!, $workflow: ID!) { node(id: $run) { id } workflow: node(id: $workflow) {
    ... on Workflow { runs { nodes { id } } } } conversation: node(id: $id) { ... on Conversation { timeline(last: 1) { nodes { actor { displayName }
    cause { depth workflowRun { id } } } } } } }";

async fn a_run_exists_for_whoever_sees_its_entry(world: &World) {
    let workflow = world.workflow("noted", json!({ "trigger": "NOTE_ADDED" })).await;
    let (open, hidden) = (world.opened().await, world.hidden().await);
    for id in [&open, &hidden] {
        world.ada().mutate("addNote", json!({ "conversationId": id, "text": "Look" })).await.changed();
        world.run_due().await;
        world.clock.advance(TimeDelta::seconds(1));
    }
    let runs = world.runs(&world.ada(), &workflow).await;
    let [of_hidden, of_open] = [0, 1].map(|at| runs[at]["id"].as_str().unwrap());
    assert_eq!(runs[1]["conversation"]["id"], open);
    let organisation = world.organisation();
    let without = async |scope: Scope| {
        let scopes: Vec<Scope> = EVERYTHING.into_iter().filter(|other| *other != scope).collect();
        world.client(&world.token(&organisation.ada.id, &scopes, None).await)
    };
    let limited = world.client(&world.token(&organisation.robot.id, &EVERYTHING, Some(&[&organisation.mail])).await);
    let (noteless, unread) = (without(Scope::NotesRead).await, without(Scope::ConversationsRead).await);
    for (client, seen, timelines) in [
        (world.ada(), vec![of_hidden, of_open], [true, true]),
        (world.dora(), vec![of_hidden, of_open], [true, true]),
        (world.bea(), vec![of_open], [true, false]),
        (limited, vec![of_open], [true, false]),
        // They may not read the note.
        (noteless.clone(), vec![], [true, true]),
        (world.gateway(), vec![], [true, true]),
        (unread, vec![], [false, false]),
    ] {
        for ((conversation, run), timeline) in [(&open, of_open), (&hidden, of_hidden)].into_iter().zip(timelines) {
            let variables = json!({ "id": conversation, "run": run, "workflow": workflow });
            let answer = client.query(NEWEST, variables).await.ok();
            assert_eq!(answer.texts("workflow.runs.nodes", "id"), seen);
            let sees = seen.contains(&run);
            assert_eq!(answer.at("node"), &if sees { json!({ "id": run }) } else { Value::Null });
            let newest = answer.at("conversation")["timeline"]["nodes"].get(0);
            assert_eq!(newest.is_some(), timeline, "{conversation}: {answer:#?}");
            if let Some(newest) = newest {
                let run = if sees { json!({ "id": run }) } else { Value::Null };
                let cause = json!({ "depth": 1, "workflowRun": run });
                assert_eq!(newest, &json!({ "actor": { "displayName": "noted" }, "cause": cause }));
            }
        }
    }
    // Seen by who gets to see the channel, and no longer by who doesn't.
    world.belongs_to_vip(&organisation.bea.id, true).await;
    assert_eq!(world.runs(&world.bea(), &workflow).await.len(), 2);
    world.belongs_to_vip(&organisation.bea.id, false).await;
    assert_eq!(world.runs(&world.bea(), &workflow).await.len(), 1);
}

async fn a_deleted_workflow_is_still_named(world: &World) {
    let id = world.workflow("orders", json!({ "actions": [{ "close": true }] })).await;
    let conversation = world.opened().await;
    world.run_due().await;
    world.ada().mutate("deleteWorkflow", json!({ "workflowId": id })).await.done();
    let answer = world.bea().query(TIMELINE, json!({ "id": conversation })).await.ok();
    assert_eq!(answer.at("conversation.timeline.nodes.2.actor.displayName"), "orders");
    assert_eq!(answer.at("conversation.timeline.nodes.2.cause.workflowRun.workflow.name"), "orders");
    assert_eq!(world.runs(&world.bea(), &id).await.len(), 1);
}

const RUNS: &str =
    "query($id: ID!, $first: Int) { node(id: $id) { ... on Workflow { runs(first: $first) { nodes { id at
    workflow { name } conversation { number customer { displayName } closedBy { displayName } assignee { displayName } }
    entry { id actor { displayName } ... on Message { text } } verdicts { path } outcomes { action } } } } } }";
const CLOSED: &str = "query($first: Int) { history(first: $first) { nodes { number closedBy { displayName } } } }";
const FEED: &str =
    "query($first: Int) { conversationChanges(first: $first, kinds: [PRIORITIZED, CLOSED]) { nodes { entry {
    actor { displayName } cause { depth workflowRun { id at } } } } } }";
/// How many rows the large pages have.
const ROWS: usize = 50;

async fn pages_of_what_workflows_did_cost_the_same_however_long(world: &World) {
    let actions = json!([{ "setPriority": { "priority": "HIGH" } }, { "close": true }]);
    let id = world.workflow("orders", json!({ "actions": actions })).await;
    for at in 0..ROWS {
        world.mailed(&format!("customer{at}@example.com"), "Hello").await;
    }
    world.run_due().await;
    let bea = world.bea();
    for (document, most) in [(RUNS, 7), (CLOSED, 3), (FEED, 5)] {
        let variables = |first: usize| json!({ "id": id, "first": first });
        warm(world, &bea, document, variables(ROWS)).await;
        let few = cost(world, &bea, document, variables(2)).await;
        let many = cost(world, &bea, document, variables(ROWS)).await;
        assert_eq!(few, many, "{document}");
        assert!(many <= most, "{many} statements: {document}");
    }
}
