//! Workflows: set up, put in order, answered exactly as they were spelled (semantics §9, §12, §13).

use chrono::TimeDelta;
use entity::enums::Scope;
use entity::ids::WorkflowId;
use entity::workflow;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::client::WORKFLOW;
use crate::support::organisation::EVERYTHING;
use crate::support::workflows::input;
use crate::support::{Answer, Client, World, both};

both!(
    a_workflow_is_answered_exactly_as_it_was_spelled,
    each_field_changes_by_itself,
    switching_on_forgets_why_it_was_off,
    workflows_stand_in_an_order_without_a_gap,
    workflows_moved_at_once_leave_no_gap,
    a_deleted_workflow_is_in_no_list_but_is_found,
    a_workflows_name_has_one_owner_without_regard_to_case,
    there_are_at_most_two_hundred_workflows,
    only_admins_set_workflows_up,
    what_a_workflow_asks_for_and_does_is_for_admins,
);

/// One condition of each kind, with what may be left out left out.
async fn everything_asked(world: &World) -> Value {
    let (organisation, tag) = (world.organisation(), world.tag("vip").await);
    json!({ "all": [
        { "any": [{ "channelIds": [organisation.mail, organisation.vip] }, { "channelKinds": ["CHAT"] }] },
        { "not": { "customerAttribute": { "key": "plan", "oneOf": ["Free", "trial"], "exists": true } } },
        { "customerAttribute": { "key": "seats", "greaterThan": 5, "lessThan": 7.5 } },
        { "customerEmailDomains": ["Example.com"] },
        { "text": { "containsAny": [" Refund "], "matches": "(?i)order \\d+" } },
        { "subject": { "containsAll": ["tent"], "matches": null } },
        { "tags": { "hasAny": [tag], "hasNone": null } },
        { "priorities": ["HIGH", "URGENT"] },
        { "states": ["OPEN", "SNOOZED"] },
        { "assigneeIds": [organisation.bea.id] },
        { "teamIds": [organisation.support] },
        { "unassigned": false },
        { "firstMessage": true },
        { "age": "PT48H" },
    ] })
}

fn everything_done(world: &World) -> Value {
    let organisation = world.organisation();
    json!([
        { "assign": { "assigneeId": null, "teamId": organisation.support, "onlyIfUnassigned": true } },
        { "removeTags": [] },
        { "setPriority": { "priority": "URGENT" } },
        { "addNote": { "text": " Hi @carl ", "mentions": [{ "teamId": organisation.billing }] } },
        { "reply": { "text": "Hello", "then": { "snooze": { "until": { "preset": "NEXT_WEEK" } } } } },
        { "snooze": { "until": { "after": "PT90M" }, "wakeOnReply": true } },
        { "wake": true },
        { "close": true },
        { "reopen": true },
        { "markAsSpam": {} },
        { "restoreFromSpam": { "unblockSender": true } },
        { "addFollowers": [organisation.carl.id] },
        { "createTicket": { "externalRefs": [{ "system": "shop", "key": "1" }], "reopenOnResolve": true } },
    ])
}

async fn a_workflow_is_answered_exactly_as_it_was_spelled(world: &World) {
    let (condition, actions) = (everything_asked(world).await, everything_done(world));
    let given = json!({ "enabled": false, "position": 9, "mode": "STOP", "condition": condition, "actions": actions });
    let made = world.ada().mutate("createWorkflow", input(" Everything ", given)).await.changed();
    let read = json!({ "id": made.get("workflow.id"), "displayName": "Everything", "name": "Everything",
        "enabled": false, "disabledReason": null, "position": 1, "mode": "STOP", "trigger": "CUSTOMER_MESSAGE",
        "condition": condition, "actions": actions, "createdAt": "2026-01-05T09:00:00Z",
        "updatedAt": "2026-01-05T09:00:00Z", "deletedAt": null });
    assert_eq!(made.get("workflow"), &read);
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Workflow {{ {WORKFLOW} }} }} workflows {{ {WORKFLOW} }} }}"
    );
    let answer = world.robot().query(&document, json!({ "id": made.get("workflow.id") })).await.ok();
    assert_eq!((answer.at("node"), answer.at("workflows.0")), (&read, &read));
    // Written in the document, its enums are enums and an omitted variable is omitted.
    let document = "mutation($nobody: ID, $words: [String!]) { createWorkflow(input: { name: \"written\", trigger: TAGGED,
        condition: { all: [{ states: [OPEN] }, { text: { containsAny: [\"a\"], containsAll: $words } }, { age: \"P1D\" }] }
        actions: [{ setPriority: { priority: LOW } }, { assign: { assigneeId: $nobody, teamId: null } }] }) {
        workflow { enabled position mode trigger condition actions } userErrors { code } } }";
    let written = world.ada().query(document, json!({})).await.done();
    let condition = json!({ "all": [{ "states": ["OPEN"] }, { "text": { "containsAny": ["a"] } }, { "age": "P1D" }] });
    let actions = json!([{ "setPriority": { "priority": "LOW" } }, { "assign": { "teamId": null } }]);
    let expected = json!({ "enabled": true, "position": 2, "mode": "ALL", "trigger": "TAGGED",
        "condition": condition, "actions": actions });
    assert_eq!(written.get("workflow"), &expected);
    // Timelines and feeds don't tell of it.
    let feed = world.ada().query("{ conversationChanges { nodes { cursor } } }", json!({})).await.ok();
    assert_eq!(feed.at("conversationChanges.nodes"), &json!([]));
}

async fn each_field_changes_by_itself(world: &World) {
    let condition = json!({ "priorities": ["LOW"] });
    let id = world.workflow("one", json!({ "condition": condition })).await;
    world.clock.advance(TimeDelta::hours(1));
    let before = world.last_seq().await;
    let actions = json!([{ "setPriority": { "priority": "HIGH" } }]);
    for same in [
        json!({}),
        json!({ "name": " one ", "enabled": true, "position": 1, "mode": "ALL", "trigger": "CUSTOMER_MESSAGE" }),
        json!({ "condition": condition, "actions": actions, "position": 7 }),
    ] {
        let answer = world.update_workflow(&id, same).await.done();
        assert_eq!(
            (answer.get("changed"), answer.text("workflow.updatedAt")),
            (&json!(false), "2026-01-05T09:00:00Z".into())
        );
    }
    assert_eq!(world.last_seq().await, before);
    let mut expected = world.update_workflow(&id, json!({})).await.get("workflow").clone();
    let changes = [
        ("name", json!("ONE")),
        ("enabled", json!(false)),
        ("enabled", json!(true)),
        ("mode", json!("STOP")),
        ("trigger", json!("TICKET_CHANGED")),
        ("condition", json!({ "not": { "unassigned": true } })),
        ("condition", Value::Null),
        ("actions", json!([{ "close": true }, { "reopen": true }])),
    ];
    for (field, value) in &changes {
        world.clock.advance(TimeDelta::minutes(1));
        let changed = world.update_workflow(&id, json!({ *field: value })).await.changed();
        expected[*field] = value.clone();
        if *field == "name" {
            expected["displayName"] = value.clone();
        }
        expected["updatedAt"] = json!(world.clock.now().format("%Y-%m-%dT%H:%M:%SZ").to_string());
        assert_eq!(changed.get("workflow"), &expected, "{field}");
    }
    assert_eq!(world.last_seq().await, before + i64::try_from(changes.len()).unwrap(), "one log row each");
    let answer = world.ada().query(&format!("{{ workflows {{ {WORKFLOW} }} }}"), json!({})).await.ok();
    assert_eq!(answer.at("workflows"), &json!([expected]));
}

async fn row(world: &World, id: &str) -> workflow::Model {
    let rows = world.rows().await;
    let row = workflow::Entity::find_by_id(WorkflowId::parse(id).unwrap()).one(&rows).await.unwrap().unwrap();
    rows.close().await.unwrap();
    row
}

/// As if the server had counted failures and switched it off.
async fn switched_off(world: &World, id: &str) {
    let rows = world.rows().await;
    let changes = workflow::ActiveModel {
        enabled: sea_orm::Set(false),
        disabled_reason: sea_orm::Set(Some("It failed.".to_owned())),
        failures: sea_orm::Set(20),
        ..sea_orm::ActiveModelTrait::default()
    };
    let update = workflow::Entity::update_many().set(changes);
    update.filter(workflow::Column::Id.eq(WorkflowId::parse(id).unwrap())).exec(&rows).await.unwrap();
    rows.close().await.unwrap();
}

async fn switching_on_forgets_why_it_was_off(world: &World) {
    let before = world.last_seq().await;
    let id = world.workflow("one", json!({})).await;
    switched_off(world, &id).await;
    let renamed =
        world.update_workflow(&id, json!({ "name": "two", "enabled": false, "mode": "STOP" })).await.changed();
    assert_eq!(renamed.text("workflow.disabledReason"), "It failed.");
    assert_eq!((row(world, &id).await.failures, row(world, &id).await.enabled_after), (20, before));
    // What it does is another thing now, which hasn't failed yet; but it stays off.
    let changed = world.update_workflow(&id, json!({ "actions": [{ "close": true }] })).await.changed();
    assert_eq!(
        (changed.text("workflow.disabledReason"), changed.get("workflow.enabled")),
        ("It failed.".into(), &json!(false))
    );
    assert_eq!(row(world, &id).await.failures, 0);
    switched_off(world, &id).await;
    let before = world.last_seq().await;
    let on = world.update_workflow(&id, json!({ "enabled": true })).await.changed();
    assert_eq!((on.get("workflow.disabledReason"), on.get("workflow.enabled")), (&Value::Null, &json!(true)));
    let kept = row(world, &id).await;
    assert_eq!((kept.failures, kept.enabled_after, kept.revision), (0, before, 4));
    // It runs already: from when on it does stays as it is.
    world.update_workflow(&id, json!({ "enabled": true, "name": "three" })).await.changed();
    assert_eq!(row(world, &id).await.enabled_after, before);
}

async fn workflows_stand_in_an_order_without_a_gap(world: &World) {
    let mut ids = Vec::new();
    for (name, position, order) in [
        ("a", Value::Null, "a"),
        ("b", json!(99), "a b"),
        ("c", json!(1), "c a b"),
        ("d", json!(2), "c d a b"),
        ("e", json!(5), "c d a b e"),
    ] {
        ids.push(world.workflow(name, json!({ "position": position })).await);
        assert_eq!(world.order().await.join(" "), order);
    }
    let [a, b, c, d, e] = &ids[..] else { unreachable!() };
    let stood = world.update_workflow(a, json!({})).await.get("workflow").clone();
    world.clock.advance(TimeDelta::hours(1));
    for (id, position, order) in [
        (c, 5, "d a b e c"),
        (c, 1, "c d a b e"),
        (d, 4, "c a b d e"),
        (d, 2, "c d a b e"),
        (b, 3, "c d b a e"),
        (b, i32::MAX, "c d a e b"),
        (e, 4, "c d a e b"),
    ] {
        let moved = world.update_workflow(id, json!({ "position": position })).await.done();
        assert_eq!(moved.int("workflow.position"), i64::from(position.min(5)));
        assert_eq!(world.order().await.join(" "), order, "{id} to {position}");
    }
    // Who gave way is otherwise as before.
    let after = world.update_workflow(a, json!({})).await.get("workflow").clone();
    assert_eq!(after, stood, "nobody changed it, and it stands where it stood");
    assert_eq!(row(world, a).await.revision, 1);
    for (id, order) in [(d, "c a e b"), (b, "c a e"), (c, "a e"), (a, "e"), (e, "")] {
        world.ada().mutate("deleteWorkflow", json!({ "workflowId": id })).await.done();
        assert_eq!(world.order().await.join(" "), order);
    }
    world.workflow("f", json!({ "position": 3 })).await;
    assert_eq!(world.order().await, ["f"]);
}

async fn workflows_moved_at_once_leave_no_gap(world: &World) {
    let mut ids = Vec::new();
    for at in 0..6 {
        ids.push(world.workflow(&format!("workflow {at}"), json!({})).await);
    }
    let ada = world.ada();
    for round in 0..4 {
        let gone = world.workflow(&format!("gone {round}"), json!({ "position": 3 })).await;
        let moves = ids.iter().enumerate().map(|(at, id)| {
            let position = (at * 5 + round) % 6 + 1;
            ada.mutate(
                "updateWorkflow",
                json!({ "workflowId": id, "position": position, "name": format!("{at} {round}") }),
            )
        });
        let (moved, made, deleted) = futures_util::future::join3(
            join_all(moves),
            ada.mutate("createWorkflow", input(&format!("new {round}"), json!({ "position": 1 }))),
            ada.mutate("deleteWorkflow", json!({ "workflowId": gone })),
        )
        .await;
        moved.into_iter().for_each(|answer| drop(answer.changed()));
        made.changed();
        deleted.done();
        assert_eq!(world.order().await.len(), 7 + round, "their places are dense");
    }
}

async fn a_deleted_workflow_is_in_no_list_but_is_found(world: &World) {
    let id = world.workflow("One", json!({ "condition": { "unassigned": true } })).await;
    world.clock.advance(TimeDelta::hours(1));
    let gone = world.ada().mutate("deleteWorkflow", json!({ "workflowId": id })).await.done();
    assert_eq!(gone.text("deletedId"), id);
    let document =
        format!("query($id: ID!) {{ node(id: $id) {{ ... on Workflow {{ {WORKFLOW} }} }} workflows {{ id }} }}");
    let answer = world.ada().query(&document, json!({ "id": id })).await.ok();
    assert_eq!(answer.at("workflows"), &json!([]));
    assert_eq!(answer.at("node.deletedAt"), "2026-01-05T10:00:00Z");
    assert_eq!((answer.at("node.position"), answer.at("node.enabled")), (&json!(0), &json!(false)));
    assert_eq!((answer.at("node.name"), answer.at("node.condition.unassigned")), (&json!("One"), &json!(true)));
    world.ada().mutate("deleteWorkflow", json!({ "workflowId": id })).await.refused("NOT_FOUND", "input.workflowId");
    world.update_workflow(&id, json!({ "enabled": true })).await.refused("NOT_FOUND", "input.workflowId");
    for unknown in ["workflow_01h455vb4pex5vsknk084sn02q", "team_01h455vb4pex5vsknk084sn02q", ""] {
        world.update_workflow(unknown, json!({})).await.refused("NOT_FOUND", "input.workflowId");
    }
    world.workflow("one", json!({})).await;
}

async fn a_workflows_name_has_one_owner_without_regard_to_case(world: &World) {
    let first = world.workflow("Other", json!({})).await;
    world.ada().mutate("createWorkflow", input(" ＯＴＨＥＲ ", json!({}))).await.refused("TAKEN", "input.name");
    let second = world.workflow("another", json!({})).await;
    world.update_workflow(&second, json!({ "name": "OTHER", "position": 1 })).await.refused("TAKEN", "input.name");
    assert_eq!(world.order().await, ["Other", "another"], "who is refused moves nobody");
    world.update_workflow(&first, json!({ "name": "OTHER" })).await.changed();
    let ada = world.ada();
    let made = join_all((0..8).map(|_| ada.mutate("createWorkflow", input("at once", json!({}))))).await;
    assert_eq!(made.iter().filter(|answer| answer.refusals().is_empty()).count(), 1, "{made:#?}");
    let taken = ("TAKEN".to_owned(), Some("input.name".to_owned()));
    assert!(made.iter().flat_map(Answer::refusals).all(|refusal| refusal == taken), "{made:#?}");
}

async fn there_are_at_most_two_hundred_workflows(world: &World) {
    let mut last = String::new();
    for at in 0..200 {
        last = world.workflow(&format!("workflow {at}"), json!({})).await;
    }
    world.ada().mutate("createWorkflow", input("one more", json!({}))).await.refused("LIMIT_EXCEEDED", "");
    world.ada().mutate("deleteWorkflow", json!({ "workflowId": last })).await.done();
    world.workflow("one more", json!({})).await;
}

async fn only_admins_set_workflows_up(world: &World) {
    let id = world.workflow("one", json!({})).await;
    let tries = async |client: &Client| {
        let made = client.mutate("createWorkflow", input("new", json!({}))).await;
        let changed = client.mutate("updateWorkflow", json!({ "workflowId": id, "name": "x" })).await;
        let gone = client.mutate("deleteWorkflow", json!({ "workflowId": id })).await;
        (made, changed, gone, client.query("{ workflows { id } viewerScopes }", json!({})).await)
    };
    let before = world.last_seq().await;
    let (made, changed, gone, listed) = tries(&world.bea()).await;
    for answer in [made, changed, gone] {
        answer.refused("FORBIDDEN", "");
    }
    assert_eq!(listed.error_codes(), ["FORBIDDEN"]);
    assert_eq!(listed.at("workflows"), &Value::Null);
    assert!(listed.at("viewerScopes").is_array(), "the rest is answered");
    let (made, changed, gone, listed) = tries(&world.gateway()).await;
    for answer in [made, changed, gone, listed] {
        answer.failed("FORBIDDEN");
    }
    assert_eq!(world.last_seq().await, before);
    let alone = world.client(&world.token(&world.organisation().robot.id, &[Scope::Admin], None).await);
    let (made, changed, gone, listed) = tries(&alone).await;
    made.changed();
    changed.changed();
    gone.done();
    listed.ok();
    // It would act on channels that don't exist for whoever is limited to some.
    let (mail, vip) = (&world.organisation().mail, &world.organisation().vip);
    let narrow = world.client(&world.token(&world.organisation().robot.id, &EVERYTHING, Some(&[mail])).await);
    let id = world.workflow("mail", json!({})).await;
    for channel in [mail, vip] {
        let asked = json!({ "condition": { "not": { "channelIds": [channel] } } });
        narrow.mutate("createWorkflow", input("new", asked.clone())).await.refused("FORBIDDEN", "");
        let mut change = asked;
        change["workflowId"] = json!(id);
        narrow.mutate("updateWorkflow", change).await.refused("FORBIDDEN", "");
    }
    narrow.mutate("deleteWorkflow", json!({ "workflowId": id })).await.refused("FORBIDDEN", "");
    narrow.query("{ workflows { id } }", json!({})).await.ok();
    // Trying one changes nothing; but what doesn't exist for them they can't ask for.
    let conversation = world.opened().await;
    let asked = |channel: &str| input("new", json!({ "condition": { "not": { "channelIds": [channel] } } }));
    narrow.try_workflow(&asked(mail), &conversation).await.done();
    let refused = narrow.try_workflow(&asked(vip), &conversation).await;
    refused.refused("NOT_FOUND", "input.condition.not.channelIds");
}

async fn what_a_workflow_asks_for_and_does_is_for_admins(world: &World) {
    let id = world.workflow("one", json!({ "condition": { "unassigned": true } })).await;
    let document = format!("query($id: ID!) {{ node(id: $id) {{ __typename ... on Workflow {{ {WORKFLOW} }} }} }}");
    let all: Vec<Scope> = EVERYTHING.into_iter().filter(|scope| *scope != Scope::Admin).collect();
    let less = world.client(&world.token(&world.organisation().ada.id, &all, None).await);
    let whole = world.ada().query(&document, json!({ "id": id })).await.ok().at("node").clone();
    assert_eq!(whole["condition"], json!({ "unassigned": true }));
    let mut cut = whole.clone();
    (cut["condition"], cut["actions"]) = (Value::Null, json!([]));
    for client in [world.bea(), world.gateway(), less] {
        assert_eq!(client.query(&document, json!({ "id": id })).await.ok().at("node"), &cut);
    }
    assert_eq!(world.robot().query(&document, json!({ "id": id })).await.ok().at("node"), &whole);
}
