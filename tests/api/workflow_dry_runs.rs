//! `testWorkflow` says what a run would do, and writes nothing (semantics §12.5).

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::{Answer, World, both};

both!(
    it_says_what_the_run_then_does_and_writes_nothing,
    it_judges_the_customers_newest_message_whatever_the_trigger,
    what_does_not_match_does_nothing,
    it_may_be_asked_by_many_at_once,
);

async fn tried(world: &World, input: &Value, conversation: &str) -> Answer {
    world.ada().try_workflow(input, conversation).await.ok()
}

/// How many rows each table has, and the places that hold numbers.
async fn stored(world: &World) -> BTreeMap<String, String> {
    let rows = world.rows().await;
    let backend = rows.get_database_backend();
    let mut stored = BTreeMap::new();
    for table in [
        "event",
        "conversation",
        "message",
        "note",
        "mention_agent",
        "mentioned",
        "follow",
        "notification",
        "timer",
        "ticket",
        "ticket_link",
        "external_ref",
        "conversation_tag",
        "workflow",
        "workflow_run",
        "idempotency",
        "sweep",
    ] {
        let ask = format!("SELECT CAST(count(*) AS text) FROM {table}");
        let row = rows.query_one_raw(Statement::from_string(backend, ask)).await.unwrap().unwrap();
        stored.insert(table.to_owned(), row.try_get_by_index::<String>(0).unwrap());
    }
    for (what, ask) in [
        ("head", "SELECT CAST(last_seq AS text) || ' ' || CAST(next_ticket_number AS text) FROM event_head"),
        ("position", "SELECT CAST(position AS text) FROM consumer"),
        ("blocked", "SELECT CAST(count(*) AS text) FROM customer WHERE blocked"),
        ("versions", "SELECT CAST(sum(version) AS text) FROM conversation"),
        ("failures", "SELECT CAST(sum(failures) AS text) FROM workflow"),
    ] {
        let row = rows.query_one_raw(Statement::from_string(backend, ask)).await.unwrap().unwrap();
        stored.insert(what.to_owned(), row.try_get_by_index::<Option<String>>(0).unwrap().unwrap_or_default());
    }
    rows.close().await.unwrap();
    stored
}

async fn it_says_what_the_run_then_does_and_writes_nothing(world: &World) {
    let organisation = world.organisation();
    let (tag, gone) = (world.tag("vip").await, world.tag("gone").await);
    let hands_out = json!({ "teamId": organisation.support, "autoAssignment": "LEAST_BUSY" });
    world.ada().mutate("updateTeam", hands_out).await.changed();
    let mention = json!({ "text": "Look @bea", "mentions": [{ "teamId": organisation.support }] });
    let condition = json!({ "any": [{ "text": { "matches": "order" } }, { "not": { "priorities": ["LOW"] } }] });
    for (at, actions) in [
        json!([{ "assign": { "teamId": organisation.support } }, { "addTags": [tag] }, { "addTags": [gone] }]),
        json!([{ "createTicket": {} }, { "createTicket": { "title": "Zip" } }, { "reply": { "text": "Hi", "then": { "close": true } } }]),
        json!([{ "addNote": mention }, { "addFollowers": [organisation.carl.id] }, { "snooze": { "until": { "after": "PT1H" } } }]),
        json!([{ "close": true }, { "close": true }, { "reopen": true }, { "snooze": { "until": { "at": "2020-01-01T00:00:00Z" } } }]),
        json!([{ "markAsSpam": { "blockSender": true } }, { "reply": { "text": "Hi" } }, { "restoreFromSpam": {} }]),
    ]
    .into_iter()
    .enumerate()
    {
        let input = json!({ "name": format!("one {at}"), "trigger": "CUSTOMER_MESSAGE", "condition": condition, "actions": actions });
        let workflow = world.automate(input.clone()).await;
        if at == 0 {
            world.ada().mutate("deleteTag", json!({ "tagId": gone })).await.done();
        }
        let id = world.chatted(&format!("visitor-{at}"), "Where is my order?").await.conversation();
        // What has gone can't be set up; it fails in the run alone.
        let asked = match at {
            0 => json!({ "name": "x", "trigger": "CUSTOMER_MESSAGE", "condition": condition, "actions": actions.as_array().unwrap()[..2] }),
            _ => input,
        };
        let before = stored(world).await;
        let said = tried(world, &asked, &id).await;
        let again = tried(world, &asked, &id).await;
        assert_eq!(stored(world).await, before, "{actions}");
        assert_eq!((said.at("testWorkflow"), said.at("testWorkflow.matched")), (again.at("testWorkflow"), &json!(true)));
        world.run_due().await;
        let run = world.runs_of(&workflow).await.remove(0);
        assert_eq!(said.at("testWorkflow.verdicts"), &run["verdicts"]);
        let mut outcomes = run["outcomes"].as_array().unwrap().clone();
        outcomes.truncate(asked["actions"].as_array().unwrap().len());
        assert_eq!(said.at("testWorkflow.outcomes"), &json!(outcomes), "{actions}");
        world.change_workflow(&workflow, json!({ "enabled": false })).await;
    }
}

async fn it_judges_the_customers_newest_message_whatever_the_trigger(world: &World) {
    let id = world.chatted("visitor-1", "one").await.conversation();
    world.chatted("visitor-1", "two").await;
    let mut away = world.chat("visitor-1", "three");
    away["automatic"] = json!(true);
    world.gateway().receive(away).await.changed();
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "four" })).await.changed();
    for trigger in ["CUSTOMER_MESSAGE", "CONVERSATION_CREATED", "TAGGED", "TICKET_CHANGED"] {
        for (word, matched) in [("one", false), ("two", true), ("three", false), ("four", false)] {
            let input = json!({ "name": "x", "trigger": trigger, "condition": { "text": { "containsAny": [word] } },
                "actions": [{ "close": true }] });
            assert_eq!(tried(world, &input, &id).await.at("testWorkflow.matched"), matched, "{trigger} {word}");
        }
    }
    let start =
        json!({ "channelId": world.organisation().mail, "customer": { "email": "yan@example.com" }, "text": "one" });
    let id = world.bea().mutate("startConversation", start).await.changed().conversation();
    let input = json!({ "name": "x", "trigger": "CUSTOMER_MESSAGE", "actions": [{ "close": true }],
        "condition": { "any": [{ "text": { "matches": "a*" } }, { "firstMessage": true }] } });
    let said = tried(world, &input, &id).await;
    assert_eq!(said.at("testWorkflow.matched"), false, "nobody wrote to us: {said:#?}");
    assert_eq!(
        (said.at("testWorkflow.verdicts.0.path"), said.at("testWorkflow.userErrors")),
        (&json!("any"), &json!([]))
    );
}

async fn what_does_not_match_does_nothing(world: &World) {
    let (id, spam) = (world.opened().await, world.spam().await);
    let input = json!({ "name": "x", "trigger": "CUSTOMER_MESSAGE", "actions": [{ "close": true }],
        "condition": { "subject": { "containsAny": ["refund"] } } });
    let nothing = json!({ "matched": false, "verdicts": [{ "path": "subject", "matched": false }], "outcomes": [], "userErrors": [] });
    assert_eq!(tried(world, &input, &id).await.at("testWorkflow"), &nothing);
    let always = json!({ "name": "x", "trigger": "CUSTOMER_MESSAGE", "actions": [{ "close": true }] });
    let said = tried(world, &always, &spam).await;
    assert_eq!((said.at("testWorkflow.matched"), said.at("testWorkflow.outcomes")), (&json!(false), &json!([])));
}

async fn it_may_be_asked_by_many_at_once(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    let input =
        json!({ "name": "x", "trigger": "CUSTOMER_MESSAGE", "actions": [{ "close": true }, { "createTicket": {} }] });
    let before = stored(world).await;
    let asked = futures_util::future::join_all((0..8).map(|_| tried(world, &input, &id))).await;
    for said in asked {
        assert_eq!(said.at("testWorkflow.outcomes.1.changed"), true);
    }
    assert_eq!(stored(world).await, before);
    assert_eq!(world.ada().conversation(&id).await["state"], "OPEN");
}
