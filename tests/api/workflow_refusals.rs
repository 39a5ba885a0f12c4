//! What no workflow can be (semantics §12.2, §13.6): refused with its code and its place, alike when one is made, changed and tried.

use serde_json::{Value, json};

use crate::support::workflows::input;
use crate::support::{World, both};

both!(
    a_workflow_is_refused_alike_when_made_changed_and_tried,
    what_a_workflow_names_must_be_there,
    what_may_be_named_and_what_just_fits_is_taken,
    null_is_required_where_nothing_can_be_cleared,
);

/// Refuses a change of a good workflow, wherever it is handed in.
async fn refused(world: &World, kept: &str, conversation: &str, given: Value, code: &str, field: &str) {
    let field = format!("input.{field}");
    world.ada().mutate("createWorkflow", input("new", given.clone())).await.refused(code, &field);
    world.update_workflow(kept, given.clone()).await.refused(code, &field);
    let tried = world.ada().try_workflow(&input("new", given), conversation).await.refused(code, &field);
    assert_eq!(
        (tried.get("matched"), tried.get("verdicts"), tried.get("outcomes")),
        (&json!(false), &json!([]), &json!([]))
    );
}

/// Conditions that hold each other, so many deep.
fn deep(levels: usize) -> Value {
    (1..levels).fold(json!({ "unassigned": true }), |inner, _| json!({ "not": inner }))
}

/// So many conditions in all.
fn wide(conditions: usize) -> Value {
    json!({ "any": vec![json!({ "firstMessage": true }); conditions - 1] })
}

/// So many bytes of JSON in words of 255.
fn large(words: usize) -> Value {
    let half = json!({ "text": { "containsAny": vec!["x".repeat(255); words / 2] } });
    json!({ "all": [half, half] })
}

async fn a_workflow_is_refused_alike_when_made_changed_and_tried(world: &World) {
    let (kept, conversation) = (world.workflow("kept", json!({})).await, world.opened().await);
    let before = world.last_seq().await;
    let many = |number: usize| (0..number).map(|at| format!("word {at}")).collect::<Vec<_>>();
    let note = |text: &str| json!([{ "wake": true }, { "addNote": { "text": text } }]);
    for (given, code, field) in [
        (json!({ "name": " " }), "REQUIRED", "name"),
        (json!({ "name": "x".repeat(256) }), "TOO_LONG", "name"),
        (json!({ "name": "a\0" }), "INVALID", "name"),
        (json!({ "position": 0 }), "INVALID", "position"),
        (json!({ "position": -1 }), "INVALID", "position"),
        (json!({ "actions": [] }), "REQUIRED", "actions"),
        (json!({ "actions": vec![json!({ "wake": true }); 21] }), "LIMIT_EXCEEDED", "actions"),
        (json!({ "actions": note(&"x".repeat(33_000)) }), "LIMIT_EXCEEDED", "actions"),
        (json!({ "actions": note("") }), "REQUIRED", "actions.1.addNote.text"),
        (json!({ "actions": note(&"x".repeat(65_537)) }), "TOO_LONG", "actions.1.addNote.text"),
        (json!({ "actions": [{ "close": false }] }), "INVALID", "actions.0.close"),
        (json!({ "actions": [{ "setPriority": {} }] }), "REQUIRED", "actions.0.setPriority.priority"),
        (json!({ "condition": { "all": [] } }), "REQUIRED", "condition.all"),
        (json!({ "condition": { "not": { "any": [] } } }), "REQUIRED", "condition.not.any"),
        (json!({ "condition": { "states": [] } }), "REQUIRED", "condition.states"),
        (
            json!({ "condition": { "all": [{ "unassigned": true }, { "tags": {} }] } }),
            "REQUIRED",
            "condition.all.1.tags",
        ),
        (json!({ "condition": { "text": {} } }), "REQUIRED", "condition.text"),
        (json!({ "condition": { "customerAttribute": { "key": "plan" } } }), "REQUIRED", "condition.customerAttribute"),
        (json!({ "condition": { "text": { "matches": "(" } } }), "INVALID", "condition.text.matches"),
        (
            json!({ "condition": { "subject": { "matches": "x".repeat(513) } } }),
            "TOO_LONG",
            "condition.subject.matches",
        ),
        (
            json!({ "condition": { "text": { "containsAny": many(101) } } }),
            "LIMIT_EXCEEDED",
            "condition.text.containsAny",
        ),
        (json!({ "condition": large(150) }), "LIMIT_EXCEEDED", "condition"),
    ] {
        refused(world, &kept, &conversation, given, code, field).await;
    }
    for given in [deep(9), wide(101)] {
        let made = world.ada().mutate("createWorkflow", input("new", json!({ "condition": given }))).await.ok();
        assert_eq!(made.refusals()[0].0, "LIMIT_EXCEEDED", "{made:#?}");
        assert!(made.refusals()[0].1.as_ref().unwrap().starts_with("input.condition"), "{made:#?}");
    }
    assert_eq!(world.last_seq().await, before);
    // What isn't of its type isn't even a request.
    for given in [
        json!({ "condition": { "moon": "full" } }),
        json!({ "condition": { "unassigned": true, "firstMessage": true } }),
        json!({ "trigger": "NEVER" }),
        json!({ "condition": { "age": "1 day" } }),
        json!({ "actions": [{ "dance": true }] }),
    ] {
        let answer = world.ada().mutate("createWorkflow", input("new", given)).await;
        assert!(matches!(answer.error_codes()[..], ["BAD_REQUEST" | "GRAPHQL_VALIDATION_FAILED"]), "{answer:#?}");
    }
}

async fn what_a_workflow_names_must_be_there(world: &World) {
    let (kept, conversation) = (world.workflow("kept", json!({})).await, world.opened().await);
    let organisation = world.organisation();
    let archived = world.tag("old").await;
    world.ada().mutate("updateTag", json!({ "tagId": archived, "archived": true })).await.changed();
    let deleted = world.tag("gone").await;
    world.ada().mutate("deleteTag", json!({ "tagId": deleted })).await.done();
    let team = json!({ "slug": "gone", "name": "Gone" });
    let team = world.ada().mutate("createTeam", team).await.changed().text("team.id");
    world.ada().mutate("deleteTeam", json!({ "teamId": team })).await.done();
    world.deactivate(&organisation.dora.id).await;
    let (dora, bea) = (&organisation.dora.id, &organisation.bea.id);
    let unknown = |kind: &str| format!("{kind}_01h455vb4pex5vsknk084sn02q");
    for (action, code, field) in [
        (json!({ "assign": { "assigneeId": unknown("agent") } }), "NOT_FOUND", "assign.assigneeId"),
        (json!({ "assign": { "assigneeId": dora } }), "AGENT_INACTIVE", "assign.assigneeId"),
        (json!({ "assign": { "teamId": team } }), "NOT_FOUND", "assign.teamId"),
        (
            json!({ "assign": { "assigneeId": bea, "teamId": organisation.billing } }),
            "NOT_A_MEMBER",
            "assign.assigneeId",
        ),
        (json!({ "addTags": [archived] }), "INVALID", "addTags"),
        (json!({ "addTags": [deleted] }), "NOT_FOUND", "addTags"),
        (json!({ "addFollowers": [dora] }), "AGENT_INACTIVE", "addFollowers"),
        (json!({ "linkTicket": unknown("ticket") }), "NOT_FOUND", "linkTicket"),
    ] {
        let given = json!({ "actions": [{ "wake": true }, action] });
        refused(world, &kept, &conversation, given, code, &format!("actions.1.{field}")).await;
    }
    for (condition, code, field) in [
        (json!({ "channelIds": [organisation.mail, unknown("channel")] }), "NOT_FOUND", "channelIds"),
        (json!({ "channelIds": [bea] }), "NOT_FOUND", "channelIds"),
        (json!({ "assigneeIds": [bea, unknown("agent")] }), "NOT_FOUND", "assigneeIds"),
        (json!({ "assigneeIds": [bea, dora] }), "AGENT_INACTIVE", "assigneeIds"),
        (json!({ "teamIds": [team] }), "NOT_FOUND", "teamIds"),
        (json!({ "tags": { "hasAny": [archived], "hasAll": [deleted] } }), "NOT_FOUND", "tags.hasAll"),
        (json!({ "tags": { "hasNone": ["nonsense"] } }), "NOT_FOUND", "tags.hasNone"),
    ] {
        let given = json!({ "condition": { "any": [{ "unassigned": true }, { "not": condition }] } });
        refused(world, &kept, &conversation, given, code, &format!("condition.any.1.not.{field}")).await;
    }
}

async fn what_may_be_named_and_what_just_fits_is_taken(world: &World) {
    let archived = world.tag("old").await;
    world.ada().mutate("updateTag", json!({ "tagId": archived, "archived": true })).await.changed();
    let dora = &world.organisation().dora.id;
    world.deactivate(dora).await;
    // Asking for what is archived, and taking it off, is always possible.
    let given = json!({ "condition": { "tags": { "hasAny": [archived] } },
        "actions": [{ "removeTags": [archived] }, { "removeFollowers": [dora] }] });
    world.workflow("old", given).await;
    for (name, condition) in [("deep", deep(8)), ("wide", wide(100)), ("large", large(120))] {
        world.workflow(name, json!({ "condition": condition })).await;
    }
    let pattern = "x".repeat(512);
    world.workflow("pattern", json!({ "condition": { "text": { "matches": pattern } } })).await;
    world.workflow("long", json!({ "actions": [{ "addNote": { "text": "x".repeat(32_000) } }] })).await;
    world.workflow("many", json!({ "actions": vec![json!({ "wake": true }); 20] })).await;
}

async fn null_is_required_where_nothing_can_be_cleared(world: &World) {
    let id = world.workflow("kept", json!({ "condition": { "unassigned": true } })).await;
    for field in ["name", "enabled", "position", "mode", "trigger", "actions"] {
        world.update_workflow(&id, json!({ field: null })).await.refused("REQUIRED", &format!("input.{field}"));
    }
    let cleared = world.update_workflow(&id, json!({ "condition": null })).await.changed();
    assert_eq!(cleared.get("workflow.condition"), &Value::Null);
    // Made without a place is made at the end.
    let last = world.workflow("last", json!({ "position": null, "condition": null })).await;
    assert_eq!(world.update_workflow(&last, json!({})).await.int("workflow.position"), 2);
}
