//! `serve --demo`: what it prints, fills, refuses, and does when it is started again.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::database::connect;
use crate::support::process::{Process, output};
use crate::support::{Client, World, both};

both!(
    the_demo_fills_an_empty_database_once_and_prints_new_tokens_at_every_start,
    the_demo_refuses_a_database_that_holds_other_data,
    a_fill_that_was_cut_short_is_refused,
    the_built_inbox_is_shown_beside_the_demo,
    the_readme_s_tour_leads_where_it_says,
);

const COUNT: &str = "{ conversations(first: 1) { totalCount } }";

/// Names and tokens as they were printed, after the explorer's address.
fn passes(demo: &Process) -> Vec<(String, String)> {
    let (explorer, passes) = demo.printed.split_first().unwrap();
    assert_eq!(explorer, &format!("explorer: {}/explorer", demo.base));
    passes.iter().map(|line| line.split_once(' ').unwrap()).map(|(name, token)| (name.into(), token.into())).collect()
}

fn names(passes: &[(String, String)]) -> Vec<&str> {
    passes.iter().map(|(name, _)| name.as_str()).collect()
}

async fn total(world: &World, demo: &Process, token: &str) -> Value {
    world.client_at(&demo.base, token).query(COUNT, json!({})).await.ok().at("conversations.totalCount").clone()
}

async fn the_demo_fills_an_empty_database_once_and_prints_new_tokens_at_every_start(world: &World) {
    let url = world.database.empty().await;
    let mut demo = Process::serve_with(&url, &["--demo"]);
    let first = passes(&demo);
    assert_eq!(names(&first), ["ada", "ben", "gateway"]);
    assert_eq!(total(world, &demo, &first[0].1).await, 80);
    everything_there_is_has_been_used(&world.client_at(&demo.base, &first[0].1)).await;
    every_workflow_ran(&world.client_at(&demo.base, &first[0].1)).await;
    for (_, token) in &first {
        assert!(token.starts_with("swb_"), "{token}");
        let seen = total(world, &demo, token).await.as_u64().unwrap();
        assert!((60..=80).contains(&seen), "{seen}");
    }
    // Whoever gets the tokens is found again under any handle.
    let ada = world.client_at(&demo.base, &first[0].1);
    let me = ada.query("{ viewer { ... on Agent { id } } }", json!({})).await.ok().at("viewer.id").clone();
    ada.mutate("updateAgent", json!({ "agentId": me, "handle": "zora" })).await.changed();
    assert!(demo.terminate().success());

    let mut again = Process::serve_with(&url, &["--demo"]);
    let second = passes(&again);
    assert_eq!(names(&second), ["zora", "ben", "gateway"]);
    for ((_, old), (_, new)) in first.iter().zip(&second) {
        assert_ne!(old, new);
        let refused = world.client_at(&again.base, old).query(COUNT, json!({})).await.failed("UNAUTHENTICATED");
        assert_eq!(refused.status, 401);
        world.client_at(&again.base, new).query(COUNT, json!({})).await.ok();
    }
    assert_eq!(total(world, &again, &second[0].1).await, 80);
    assert!(again.terminate().success());
}

async fn the_built_inbox_is_shown_beside_the_demo(world: &World) {
    let built = tempfile::tempdir().unwrap();
    std::fs::write(built.path().join("index.html"), "<!doctype html>").unwrap();
    let demo =
        Process::serve_with(&world.database.empty().await, &["--demo", "--inbox-dir", built.path().to_str().unwrap()]);
    assert_eq!(demo.printed[0], format!("inbox: {}/", demo.base));
    let page = reqwest::get(format!("{}/", demo.base)).await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.text().await.unwrap(), "<!doctype html>");
}

/// Whoever explores finds an example of each.
async fn everything_there_is_has_been_used(ada: &Client) {
    let document =
        "{ macros { name actions } tags { conversationCount } notifications { unreadCount } inboxCounts { mine unassigned following mentioned
        all snoozed spam unreadConversations } conversationChanges(first: 1, kinds: [PRIORITIZED]) { nodes { cursor } }
        woken: conversationChanges(first: 1, kinds: [WOKEN]) { nodes { entry { at ... on WokenEntry { scheduledFor } } } }
        silent: history(first: 100) { nodes { closeReason closedBy { displayName } } }
        spam: conversations(view: SPAM) { nodes { spam { reason } } }
        own: conversations(filter: { tags: { hasNone: [] }, withoutPriority: false }) { totalCount } }";
    let shown = ada.query(document, json!({})).await.ok();
    let tickets = "{ tickets { nodes { status externalRefs { system } conversations { nodes { state } } } } }";
    let tickets = ada.query(tickets, json!({})).await.ok();
    let of = |path: &str| tickets.texts("tickets.nodes", path);
    assert_eq!(of("status"), ["OPEN", "IN_PROGRESS", "RESOLVED"], "newest first");
    assert_eq!(of("externalRefs.0.system"), ["?", "github", "?"]);
    assert_eq!(of("conversations.nodes.1.state"), ["OPEN", "OPEN", "?"], "two of them are about two");
    assert_eq!(of("conversations.nodes.0.state")[2], "OPEN", "it came back when its ticket was resolved");
    assert_eq!(
        shown.texts("macros", "name"),
        ["Ask for the order number", "Hand to Returns as a warranty case", "Thank and close"]
    );
    let counted = |path: &str| shown.at(path).as_u64().unwrap() > 0;
    assert!(shown.at("tags").as_array().unwrap().iter().all(|tag| tag["conversationCount"].as_u64().unwrap() > 0));
    assert!(counted("notifications.unreadCount") && counted("own.totalCount"));
    for (count, _) in shown.at("inboxCounts").as_object().unwrap() {
        assert!(counted(&format!("inboxCounts.{count}")), "{count}");
    }
    assert_eq!(shown.at("conversationChanges.nodes").as_array().unwrap().len(), 1);
    let woken = shown.at("woken.nodes.0.entry");
    assert_eq!(woken["at"], woken["scheduledFor"], "played when it was due");
    assert!(shown.texts("silent.nodes", "closeReason").contains(&"AUTO_CLOSED".to_owned()));
    assert!(shown.texts("spam.nodes", "spam.reason").contains(&"MARKED".to_owned()));
    let words = include_str!("../../explorer/samples/1-inbox/5-search.variables.json");
    let search = include_str!("../../explorer/samples/1-inbox/5-search.graphql");
    let found = ada.query(search, serde_json::from_str(words).unwrap()).await.ok();
    for list in ["conversations", "open"] {
        assert!(found.at(list)["totalCount"].as_u64().unwrap() > 0, "{found:#?}");
    }
}

/// Each of the five changed something, and nothing of it failed.
async fn every_workflow_ran(ada: &Client) {
    let document = "{ workflows { runs(first: 5) { nodes { outcomes { changed error { code } } } } } }";
    let answer = ada.query(document, json!({})).await.ok();
    let workflows = answer.at("workflows").as_array().unwrap();
    assert_eq!(workflows.len(), 5);
    for workflow in workflows {
        let runs = workflow["runs"]["nodes"].as_array().unwrap();
        let outcomes: Vec<_> = runs.iter().flat_map(|run| run["outcomes"].as_array().unwrap()).collect();
        assert!(outcomes.iter().any(|outcome| outcome["changed"] == true), "{workflow:#}");
        assert!(outcomes.iter().all(|outcome| outcome["error"].is_null()), "{workflow:#}");
    }
}

fn refusal(url: &str) -> String {
    let refused = output(&["serve", "--demo", "--listen", "127.0.0.1:0", "--database-url", url]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(refused.stdout.is_empty(), "{refused:?}");
    String::from_utf8(refused.stderr).unwrap().trim().to_owned()
}

async fn the_demo_refuses_a_database_that_holds_other_data(world: &World) {
    let why = refusal(&world.database.url());
    assert_eq!(why, "switchboard: --demo fills an empty database only, and this one holds data of its own");
}

async fn a_fill_that_was_cut_short_is_refused(world: &World) {
    let url = world.database.empty().await;
    assert!(Process::serve_with(&url, &["--demo"]).terminate().success());
    // The tokens are the fill's last step: without them, anything of the script may be missing.
    let rows = connect(&url).await;
    rows.execute_unprepared("DELETE FROM api_token").await.unwrap();
    rows.close().await.unwrap();
    assert_eq!(refusal(&url), "switchboard: filling this demo database was cut short; delete it and start again");
}

/// The README's GraphQL blocks, in order.
fn tour() -> Vec<&'static str> {
    let readme = include_str!("../../README.md");
    readme.split("```graphql\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

async fn the_readme_s_tour_leads_where_it_says(world: &World) {
    let demo = Process::serve_with(&world.database.empty().await, &["--demo"]);
    let passes = passes(&demo);
    let client = |name: &str| {
        let (_, token) = passes.iter().find(|(of, _)| of == name).unwrap();
        world.client_at(&demo.base, token)
    };
    let (ada, gateway) = (client("ada"), client("gateway"));
    let [receive, inbox, sort, escalate, alike, snooze, answer, history] = tour()[..] else {
        panic!("the tour has eight steps")
    };

    let channels = gateway.query("{ channels { id name kind } }", json!({})).await.ok().at("channels").clone();
    let mail = channels.as_array().unwrap().iter().find(|channel| channel["name"] == "Support mail").unwrap();
    let received = gateway.query(receive, json!({ "channel": mail["id"] })).await.done();
    assert_eq!(received.get("routing.decision"), "CREATE");
    // The number that the tour goes on with.
    assert_eq!(received.int("conversation.number"), 81);

    let waiting = ada.query(inbox, json!({})).await.ok();
    let waiting = waiting.at("inbox.nodes").as_array().unwrap().clone();
    assert!(waiting.iter().any(|conversation| conversation["number"] == 81), "{waiting:#?}");

    let tag = ada.query("{ tags { id } }", json!({})).await.ok().at("tags.0.id").clone();
    let sorted = ada.query(sort, json!({ "conversation": received.conversation(), "tag": tag })).await.ok();
    for mutation in ["addTags", "setPriority", "addNote"] {
        assert_eq!(sorted.at(mutation)["userErrors"], json!([]), "{mutation}");
    }
    assert_eq!(sorted.at("addNote.note.mentions.0.target.handle"), "ben");
    let told = "{ notifications { unreadCount nodes { reason entry { kind } conversation { number } } } }";
    let told = client("ben").query(told, json!({})).await.ok().at("notifications.nodes.0").clone();
    assert_eq!(told, json!({ "reason": "MENTION", "entry": { "kind": "NOTE" }, "conversation": { "number": 81 } }));

    let escalated = ada.query(escalate, json!({ "conversation": received.conversation() })).await.done();
    assert_eq!(escalated.get("ticket.title"), "My tent leaks");
    assert_eq!(escalated.get("ticket.priority"), "HIGH");
    let alike = ada.query(alike, json!({ "tag": tag })).await.done();
    assert!(alike.get("changedCount").as_u64().unwrap() > 0, "others have them, too");
    let found = alike.get("results").as_array().unwrap().clone();
    assert!(found.iter().any(|result| result["conversation"]["number"] == 81), "{found:#?}");

    let snoozed = ada.query(snooze, json!({ "conversation": received.conversation() })).await.done();
    assert_eq!(snoozed.get("conversation.state"), "SNOOZED");
    assert_eq!(snoozed.get("conversation.upcoming.0.kind"), "WAKE");
    assert_eq!(snoozed.get("conversation.upcoming.0.at"), snoozed.get("conversation.snooze.until"));

    let answered = ada.query(answer, json!({ "conversation": received.conversation() })).await.done();
    assert_eq!(answered.get("conversation.state"), "CLOSED");
    assert_eq!(answered.get("message.recipient"), "maya.fischer@mail.example");
    let newest = ada.query(history, json!({})).await.ok().at("history.nodes.0").clone();
    assert_eq!(newest["number"], 81);
    assert_eq!(newest["timeline"]["nodes"].as_array().unwrap().last().unwrap()["kind"], "CLOSED");
}
