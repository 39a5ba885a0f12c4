//! Conditions over the API: what each asks of the entry and of its conversation (semantics §12.2).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::workflows::input;
use crate::support::{World, both};

both!(
    each_condition_is_judged_on_the_conversation_as_it_is,
    attributes_are_compared_as_the_json_they_are,
    text_is_that_of_the_entry_that_triggers,
    what_disappears_later_is_never_found,
);

/// What each of these conditions comes to on a conversation.
async fn holds(world: &World, conversation: &str, conditions: &[Value]) -> Vec<bool> {
    let given = input("tried", json!({ "condition": { "any": conditions } }));
    let tried = world.ada().try_workflow(&given, conversation).await.done();
    let verdicts = tried.get("verdicts").as_array().unwrap();
    let of_one = |(place, condition): (usize, &Value)| {
        let name = condition.as_object().unwrap().keys().next().unwrap();
        let path = format!("any[{place}].{name}");
        verdicts.iter().find(|verdict| verdict["path"] == path).unwrap()["matched"].as_bool().unwrap()
    };
    let each: Vec<bool> = conditions.iter().enumerate().map(of_one).collect();
    assert_eq!(tried.get("matched"), each.contains(&true), "{verdicts:#?}");
    each
}

/// Asks all of these conditions at once, and compares.
async fn judged(world: &World, conversation: &str, expected: &[(Value, bool)]) {
    let conditions: Vec<Value> = expected.iter().map(|(condition, _)| condition.clone()).collect();
    let holds = holds(world, conversation, &conditions).await;
    for ((condition, expected), holds) in expected.iter().zip(holds) {
        assert_eq!(holds, *expected, "{condition}");
    }
}

async fn each_condition_is_judged_on_the_conversation_as_it_is(world: &World) {
    let organisation = world.organisation();
    let (old, tag, other) = (world.tag("old").await, world.tag("new").await, world.tag("other").await);
    let mut mail = world.mail("Zoe@Example.com", "Where is my order #17?");
    mail["subject"] = json!("My Tent");
    let id = world.gateway().receive(mail).await.changed().conversation();
    let set = |field: &str, value: Value| json!({ "conversationId": id, field: value });
    let bare = [
        (json!({ "unassigned": true }), true),
        (json!({ "unassigned": false }), false),
        (json!({ "assigneeIds": [organisation.bea.id, organisation.carl.id] }), false),
        (json!({ "teamIds": [organisation.support, organisation.billing] }), false),
        (json!({ "priorities": ["LOW", "MEDIUM", "HIGH", "URGENT"] }), false),
        (json!({ "tags": { "hasAny": [tag, old] } }), false),
        (json!({ "tags": { "hasNone": [tag, old] } }), true),
        (json!({ "age": "PT1S" }), false),
    ];
    judged(world, &id, &bare).await;
    world.give(&id, &organisation.support).await;
    judged(world, &id, &[(json!({ "unassigned": true }), true), (json!({ "teamIds": [organisation.support] }), true)])
        .await;
    world.assign(&id, &organisation.bea.id).await;
    world.tagged(&id, &[&old, &tag]).await;
    world.ada().mutate("updateTag", json!({ "tagId": old, "archived": true })).await.changed();
    world.ada().mutate("setPriority", set("priority", json!("HIGH"))).await.changed();
    world.pass(TimeDelta::hours(1)).await;
    let full = [
        (json!({ "channelIds": [organisation.chat, organisation.mail] }), true),
        (json!({ "channelIds": [organisation.chat] }), false),
        (json!({ "channelKinds": ["EMAIL"] }), true),
        (json!({ "channelKinds": ["CHAT"] }), false),
        (json!({ "customerEmailDomains": ["example.org", "EXAMPLE.COM"] }), true),
        (json!({ "customerEmailDomains": ["com", "mail.example.com"] }), false),
        (json!({ "text": { "containsAny": ["refund", "ORDER"] } }), true),
        (json!({ "text": { "containsAny": ["refund", "tent"] } }), false),
        (json!({ "text": { "containsAll": ["order", "where"], "matches": "#\\d+" } }), true),
        (json!({ "text": { "containsAll": ["order", "where"], "matches": "#\\d{3}" } }), false),
        (json!({ "subject": { "containsAny": ["tent"], "matches": "^my" } }), true),
        (json!({ "subject": { "containsAny": ["order"] } }), false),
        (json!({ "tags": { "hasAll": [old, tag], "hasNone": [other] } }), true),
        (json!({ "tags": { "hasAny": [other, old] } }), true),
        (json!({ "tags": { "hasAll": [tag, other] } }), false),
        (json!({ "priorities": ["HIGH"] }), true),
        (json!({ "priorities": ["LOW", "URGENT"] }), false),
        (json!({ "states": ["OPEN"] }), true),
        (json!({ "states": ["SNOOZED", "CLOSED", "SPAM"] }), false),
        (json!({ "assigneeIds": [organisation.bea.id] }), true),
        (json!({ "assigneeIds": [organisation.carl.id] }), false),
        (json!({ "teamIds": [organisation.support] }), true),
        (json!({ "teamIds": [organisation.billing] }), false),
        (json!({ "unassigned": true }), false),
        (json!({ "unassigned": false }), true),
        (json!({ "firstMessage": true }), true),
        (json!({ "firstMessage": false }), false),
        (json!({ "age": "PT1H" }), true),
        (json!({ "age": "PT1H1S" }), false),
        (json!({ "not": { "age": "PT1H1S" } }), true),
        (json!({ "all": [{ "unassigned": false }, { "states": ["OPEN"] }] }), true),
        (json!({ "all": [{ "unassigned": false }, { "states": ["CLOSED"] }] }), false),
        (json!({ "any": [{ "unassigned": true }, { "states": ["OPEN"] }] }), true),
        (json!({ "any": [{ "unassigned": true }, { "states": ["CLOSED"] }] }), false),
    ];
    judged(world, &id, &full).await;
    world.close(&id).await;
    judged(world, &id, &[(json!({ "states": ["CLOSED"] }), true), (json!({ "states": ["OPEN"] }), false)]).await;
    // Who writes by chat has no address, and a chat no subject.
    let chat = world.chatted("visitor", "Hi").await.conversation();
    let bare = [
        (json!({ "customerEmailDomains": ["example.com"] }), false),
        (json!({ "subject": { "matches": "^" } }), false),
        (json!({ "channelKinds": ["CHAT"] }), true),
    ];
    judged(world, &chat, &bare).await;
}

async fn attributes_are_compared_as_the_json_they_are(world: &World) {
    let attributes = json!({
        "plan": "Gold", "digits": "12", "seats": 12, "half": 0.5, "big": 9_007_199_254_740_993_u64, "beta": true,
        "tongues": ["DE", "fr", 12], "address": { "country": "AT" }, "blank": "", "none": null,
    });
    let mut mail = world.mail("zoe@example.com", "Hi");
    mail["customer"]["attributes"] = attributes;
    let id = world.gateway().receive(mail).await.changed().conversation();
    let asked = |key: &str, operators: Value| {
        let mut asked = operators;
        asked["key"] = json!(key);
        json!({ "customerAttribute": asked })
    };
    let equal = |key: &str, text: &str, holds: bool| (asked(key, json!({ "equals": text })), holds);
    let there = |key: &str, exists: bool| (asked(key, json!({ "exists": exists })), true);
    let conditions = [
        equal("plan", "GOLD", true),
        equal("plan", "gol", false),
        equal("Plan", "Gold", false),
        equal("digits", "12", true),
        equal("digits", "12.0", false),
        equal("seats", "12", true),
        equal("seats", "12.0", true),
        equal("seats", "1.2e1", true),
        equal("seats", "120", false),
        equal("half", "0.50", true),
        equal("big", "9007199254740993", true),
        equal("big", "9007199254740992", false),
        equal("beta", "TRUE", true),
        equal("beta", "false", false),
        equal("tongues", "de", true),
        equal("tongues", "12.0", true),
        equal("tongues", "en", false),
        equal("address", "AT", false),
        equal("none", "null", false),
        (asked("plan", json!({ "oneOf": ["silver", "gold"] })), true),
        (asked("plan", json!({ "oneOf": ["silver", "bronze"] })), false),
        (asked("plan", json!({ "contains": "OL" })), true),
        (asked("tongues", json!({ "contains": "r" })), true),
        (asked("seats", json!({ "contains": "1" })), false),
        (asked("seats", json!({ "greaterThan": 11, "lessThan": 12.5 })), true),
        (asked("seats", json!({ "greaterThan": 12 })), false),
        (asked("digits", json!({ "greaterThan": 1 })), false),
        (asked("big", json!({ "greaterThan": 9_007_199_254_740_992.0 })), true),
        (asked("plan", json!({ "equals": "gold", "contains": "x" })), false),
        (asked("plan", json!({ "equals": "gold", "exists": true, "lessThan": null })), true),
        there("plan", true),
        there("blank", true),
        there("tongues", true),
        there("none", false),
        there("missing", false),
        (json!({ "not": asked("missing", json!({ "equals": "x" })) }), true),
    ];
    judged(world, &id, &conditions).await;
    // They are the customer's as they now are.
    let edit = json!({ "email": "zoe@example.com", "attributes": { "plan": "silver", "beta": null } });
    world.ada().mutate("upsertCustomer", edit).await.changed();
    judged(world, &id, &[equal("plan", "silver", true), equal("plan", "gold", false), there("beta", false)]).await;
}

async fn text_is_that_of_the_entry_that_triggers(world: &World) {
    let words = |word: &str| json!({ "text": { "containsAny": [word] } });
    let asked = async |name: &str, trigger: &str, condition: Value| {
        world.workflow(name, json!({ "trigger": trigger, "condition": condition, "actions": [{ "wake": true }] })).await
    };
    let workflows = [
        (asked("a", "CONVERSATION_CREATED", words("order")).await, 1),
        (asked("b", "CUSTOMER_MESSAGE", words("order")).await, 1),
        (asked("c", "CUSTOMER_MESSAGE", json!({ "firstMessage": false })).await, 1),
        (asked("d", "CUSTOMER_MESSAGE", json!({ "all": [words("thanks"), { "firstMessage": true }] })).await, 0),
        (asked("e", "NOTE_ADDED", words("look")).await, 1),
        (asked("f", "NOTE_ADDED", words("order")).await, 0),
        (asked("g", "AGENT_MESSAGE", words("on its way")).await, 1),
        (asked("h", "ASSIGNED", json!({ "text": { "matches": "^" } })).await, 0),
        (asked("i", "ASSIGNED", json!({ "not": words("order") })).await, 1),
    ];
    let id = world.chatted("visitor", "Where is my order?").await.conversation();
    world.bea().mutate("addNote", json!({ "conversationId": id, "text": "Have a LOOK" })).await.changed();
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "It is on its way." })).await.changed();
    world.chatted("visitor", "Thanks").await;
    world.assign(&id, &world.organisation().bea.id).await;
    world.run_due().await;
    for (workflow, runs) in workflows {
        assert_eq!(world.runs(&world.ada(), &workflow).await.len(), runs, "{workflow}");
    }
}

async fn what_disappears_later_is_never_found(world: &World) {
    let organisation = world.organisation();
    let team =
        world.ada().mutate("createTeam", json!({ "slug": "short-lived", "name": "Short-lived" })).await.changed();
    let (team, agent) = (team.text("team.id"), &organisation.carl.id);
    let tag = world.tag("short-lived").await;
    let gone = json!({ "any": [{ "teamIds": [team] }, { "assigneeIds": [agent] }, { "tags": { "hasAny": [tag] } }] });
    let asking = world.workflow("asking", json!({ "condition": gone })).await;
    let sparing = world.workflow("sparing", json!({ "condition": { "not": gone } })).await;
    world.ada().mutate("deleteTeam", json!({ "teamId": team })).await.done();
    world.ada().mutate("deleteTag", json!({ "tagId": tag })).await.done();
    world.deactivate(agent).await;
    world.opened().await;
    world.run_due().await;
    assert_eq!(world.runs(&world.ada(), &asking).await.len(), 0);
    assert_eq!(world.runs(&world.ada(), &sparing).await.len(), 1);
    // To save it again it has to name what is there.
    let again = |condition: Value| json!({ "condition": { "not": condition } });
    for (condition, code, field) in [
        (json!({ "teamIds": [team] }), "NOT_FOUND", "teamIds"),
        (json!({ "assigneeIds": [agent] }), "AGENT_INACTIVE", "assigneeIds"),
        (json!({ "tags": { "hasAny": [tag] } }), "NOT_FOUND", "tags.hasAny"),
    ] {
        let refused = world.update_workflow(&sparing, again(condition)).await;
        refused.refused(code, &format!("input.condition.not.{field}"));
    }
}
