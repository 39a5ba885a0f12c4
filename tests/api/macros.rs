//! Macros: saved and answered exactly in the input's vocabulary (semantics §9, §13.4, §13.6).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::client::MACRO;
use crate::support::{Answer, World, both};

both!(
    a_macro_is_answered_exactly_as_it_was_spelled,
    a_macro_is_run_by_passing_its_actions_on,
    a_macro_is_changed_and_deleted_for_good,
    macros_are_listed_by_name,
    a_name_has_one_owner_without_regard_to_case,
    what_can_be_judged_without_a_conversation_is,
    there_are_at_most_two_hundred_macros,
);

async fn create(world: &World, name: &str, actions: Value) -> Answer {
    world.bea().mutate("createMacro", json!({ "name": name, "actions": actions })).await
}

/// One of each kind, with what may be left out left out.
async fn everything(world: &World) -> Value {
    let (organisation, tag) = (world.organisation(), world.tag("vip").await);
    json!([
        { "assign": { "assigneeId": organisation.bea.id } },
        { "assign": { "assigneeId": null, "teamId": organisation.support, "onlyIfUnassigned": false } },
        { "addTags": [tag] },
        { "removeTags": [] },
        { "setPriority": { "priority": "HIGH" } },
        { "setPriority": { "priority": null } },
        { "addNote": { "text": "Hi @carl", "mentions": [{ "teamId": organisation.billing }] } },
        { "addNote": { "text": " Hi ", "mentions": null } },
        { "reply": { "text": "Hello", "then": { "snooze": { "until": { "preset": "NEXT_WEEK" } } } } },
        { "snooze": { "until": { "after": "PT90M" }, "wakeOnReply": true } },
        { "snooze": { "until": { "at": "2020-01-01T00:00:00+01:00" } } },
        { "wake": true },
        { "close": true },
        { "reopen": true },
        { "markAsSpam": {} },
        { "restoreFromSpam": { "unblockSender": true } },
        { "addFollowers": [organisation.carl.id] },
        { "removeFollowers": [organisation.carl.id] },
    ])
}

async fn a_macro_is_answered_exactly_as_it_was_spelled(world: &World) {
    let actions = everything(world).await;
    let made = create(world, " Everything ", actions.clone()).await.changed();
    let read = json!({ "id": made.get("macro.id"), "name": "Everything", "actions": actions,
        "createdAt": "2026-01-05T09:00:00Z", "updatedAt": "2026-01-05T09:00:00Z" });
    assert_eq!(made.get("macro"), &read);
    let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Macro {{ {MACRO} }} }} macros {{ {MACRO} }} }}");
    let answer = world.gateway().query(&document, json!({ "id": made.get("macro.id") })).await.ok();
    assert_eq!((answer.at("node"), answer.at("macros.0")), (&read, &read));
    // Written in the document, its enums are enums and an omitted variable is omitted.
    let document = "mutation($nobody: ID, $tag: ID!) { createMacro(input: { name: \"written\", actions: [
        { setPriority: { priority: URGENT } }, { assign: { assigneeId: $nobody, teamId: null } }, { addTags: [$tag] }
        { snooze: { until: { preset: TOMORROW_MORNING } } } ] }) { macro { actions } userErrors { code } } }";
    let tag = &actions[2]["addTags"][0];
    let written = world.bea().query(document, json!({ "tag": tag })).await.done();
    let expected = json!([{ "setPriority": { "priority": "URGENT" } }, { "assign": { "teamId": null } }, { "addTags": [tag] },
        { "snooze": { "until": { "preset": "TOMORROW_MORNING" } } }]);
    assert_eq!(written.get("macro.actions"), &expected);
}

async fn a_macro_is_run_by_passing_its_actions_on(world: &World) {
    let (id, tag) = (world.opened().await, world.tag("vip").await);
    let actions = json!([{ "addTags": [tag] }, { "reply": { "text": "Done.", "then": { "close": true } } }]);
    let made = create(world, "done", actions).await.changed();
    let input = json!({ "conversationId": id, "actions": made.get("macro.actions") });
    let done = world.carl().mutate("applyActions", input).await.changed();
    assert_eq!(done.kinds(), ["TAGGED", "MESSAGE", "FOLLOWED", "CLOSED"]);
    let target = json!({ "conversationIds": [id] });
    let bulk = json!({ "target": target, "actions": made.get("macro.actions") });
    assert_eq!(world.carl().mutate("bulkApplyActions", bulk).await.done().get("changedCount"), 1);
}

async fn a_macro_is_changed_and_deleted_for_good(world: &World) {
    let made = create(world, "one", json!([{ "close": true }])).await.changed();
    let id = made.text("macro.id");
    let update = async |mut input: Value| {
        input["macroId"] = json!(id);
        world.carl().mutate("updateMacro", input).await
    };
    world.clock.advance(TimeDelta::hours(1));
    let before = world.last_seq().await;
    for same in [json!({}), json!({ "name": " one " }), json!({ "actions": [{ "close": true }] })] {
        assert_eq!(update(same).await.done().get("changed"), false);
    }
    assert_eq!(world.last_seq().await, before);
    let renamed = update(json!({ "name": "ONE" })).await.changed();
    assert_eq!(
        (renamed.text("macro.name"), renamed.get("macro.actions")),
        ("ONE".to_owned(), made.get("macro.actions"))
    );
    assert_eq!(renamed.get("macro.updatedAt"), "2026-01-05T10:00:00Z");
    let changed = update(json!({ "actions": [{ "reopen": true }, { "wake": true }] })).await.changed();
    assert_eq!(changed.get("macro.actions"), &json!([{ "reopen": true }, { "wake": true }]));
    // Said or unsaid, a default is another spelling.
    update(json!({ "actions": [{ "markAsSpam": {} }] })).await.changed();
    let spelled = update(json!({ "actions": [{ "markAsSpam": { "blockSender": false } }] })).await.changed();
    assert_eq!(spelled.get("macro.actions"), &json!([{ "markAsSpam": { "blockSender": false } }]));
    assert_eq!(world.last_seq().await, before + 4, "one log row each");
    let gone = world.carl().mutate("deleteMacro", json!({ "macroId": id })).await.done();
    assert_eq!(gone.text("deletedId"), id);
    let document = "query($id: ID!) { node(id: $id) { id } macros { id } }";
    let answer = world.ada().query(document, json!({ "id": id })).await.ok();
    assert_eq!((answer.at("node"), answer.at("macros")), (&Value::Null, &json!([])));
    world.carl().mutate("deleteMacro", json!({ "macroId": id })).await.refused("NOT_FOUND", "input.macroId");
    update(json!({ "name": "two" })).await.refused("NOT_FOUND", "input.macroId");
    create(world, "one", json!([{ "close": true }])).await.changed();
    // Timelines and feeds don't tell of it.
    let feed = world.ada().query("{ conversationChanges { nodes { cursor } } }", json!({})).await.ok();
    assert_eq!(feed.at("conversationChanges.nodes"), &json!([]));
}

async fn macros_are_listed_by_name(world: &World) {
    for name in ["beta", "Alpha", "\u{e4}rger", "alpha 2", "Zeta"] {
        create(world, name, json!([{ "close": true }])).await.changed();
    }
    let names = world.ada().query("{ macros { name } }", json!({})).await.ok().texts("macros", "name");
    assert_eq!(names, ["Alpha", "alpha 2", "beta", "Zeta", "\u{e4}rger"]);
}

async fn a_name_has_one_owner_without_regard_to_case(world: &World) {
    let first = create(world, "Other", json!([{ "close": true }])).await.changed().text("macro.id");
    create(world, " ＯＴＨＥＲ ", json!([{ "wake": true }])).await.refused("TAKEN", "input.name");
    let second = create(world, "another", json!([{ "wake": true }])).await.changed().text("macro.id");
    let rename = |id: &str| json!({ "macroId": id, "name": "OTHER" });
    world.bea().mutate("updateMacro", rename(&second)).await.refused("TAKEN", "input.name");
    world.bea().mutate("updateMacro", rename(&first)).await.changed();
    let ada = world.ada();
    let new = json!({ "name": "at once", "actions": [{ "close": true }] });
    let made = futures_util::future::join_all((0..8).map(|_| ada.mutate("createMacro", new.clone()))).await;
    assert_eq!(made.iter().filter(|answer| answer.refusals().is_empty()).count(), 1, "{made:#?}");
    let taken = ("TAKEN".to_owned(), Some("input.name".to_owned()));
    assert!(made.iter().flat_map(Answer::refusals).all(|refusal| refusal == taken), "{made:#?}");
}

async fn what_can_be_judged_without_a_conversation_is(world: &World) {
    let organisation = world.organisation();
    let archived = world.tag("old").await;
    world.ada().mutate("updateTag", json!({ "tagId": archived, "archived": true })).await.changed();
    let deleted = world.tag("gone").await;
    world.ada().mutate("deleteTag", json!({ "tagId": deleted })).await.done();
    let team = json!({ "slug": "gone", "name": "Gone" });
    let team = world.ada().mutate("createTeam", team).await.changed().text("team.id");
    world.ada().mutate("deleteTeam", json!({ "teamId": team })).await.done();
    world.deactivate(&organisation.dora.id).await;
    let kept = create(world, "kept", json!([{ "close": true }])).await.changed().text("macro.id");
    let (dora, unknown) = (&organisation.dora.id, "agent_01h455vb4pex5vsknk084sn02q");
    let never = json!({ "until": { "customerReplies": true }, "wakeOnReply": false });
    let before = world.last_seq().await;
    for (action, code, field) in [
        (json!({ "assign": { "assigneeId": unknown } }), "NOT_FOUND", "assign.assigneeId"),
        (json!({ "assign": { "assigneeId": dora } }), "AGENT_INACTIVE", "assign.assigneeId"),
        (json!({ "assign": { "teamId": team } }), "NOT_FOUND", "assign.teamId"),
        (
            json!({ "assign": { "assigneeId": organisation.bea.id, "teamId": organisation.billing } }),
            "NOT_A_MEMBER",
            "assign.assigneeId",
        ),
        (json!({ "addTags": [archived] }), "INVALID", "addTags"),
        (json!({ "addTags": [deleted] }), "NOT_FOUND", "addTags"),
        (json!({ "removeTags": [deleted] }), "NOT_FOUND", "removeTags"),
        (json!({ "setPriority": {} }), "REQUIRED", "setPriority.priority"),
        (json!({ "addNote": { "text": "" } }), "REQUIRED", "addNote.text"),
        (
            json!({ "addNote": { "text": "x", "mentions": [{ "teamId": team }] } }),
            "NOT_FOUND",
            "addNote.mentions.0.teamId",
        ),
        (
            json!({ "addNote": { "text": "x", "mentions": [{ "agentId": unknown }] } }),
            "NOT_FOUND",
            "addNote.mentions.0.agentId",
        ),
        (json!({ "reply": { "text": "x".repeat(65_537) } }), "TOO_LONG", "reply.text"),
        (json!({ "reply": { "text": "a\0b" } }), "INVALID", "reply.text"),
        (json!({ "reply": { "text": "x", "then": { "open": false } } }), "INVALID", "reply.then.open"),
        (json!({ "reply": { "text": "x", "then": { "snooze": never } } }), "INVALID", "reply.then.snooze.wakeOnReply"),
        (json!({ "snooze": never }), "INVALID", "snooze.wakeOnReply"),
        (json!({ "close": false }), "INVALID", "close"),
        (json!({ "addFollowers": [dora] }), "AGENT_INACTIVE", "addFollowers"),
        (json!({ "addFollowers": [unknown] }), "NOT_FOUND", "addFollowers"),
        (json!({ "removeFollowers": [unknown] }), "NOT_FOUND", "removeFollowers"),
    ] {
        let actions = json!([{ "wake": true }, action]);
        let field = format!("input.actions.1.{field}");
        create(world, "new", actions.clone()).await.refused(code, &field);
        let update = json!({ "macroId": kept, "actions": actions });
        world.bea().mutate("updateMacro", update).await.refused(code, &field);
    }
    for (name, actions, code, field) in [
        (json!(" "), json!([{ "wake": true }]), "REQUIRED", "input.name"),
        (json!("x".repeat(256)), json!([{ "wake": true }]), "TOO_LONG", "input.name"),
        (json!("a\0"), json!([{ "wake": true }]), "INVALID", "input.name"),
        (json!("new"), json!([]), "REQUIRED", "input.actions"),
        (json!("new"), json!(vec![json!({ "wake": true }); 21]), "LIMIT_EXCEEDED", "input.actions"),
    ] {
        create(world, name.as_str().unwrap(), actions.clone()).await.refused(code, field);
        let update = json!({ "macroId": kept, "name": name, "actions": actions });
        world.bea().mutate("updateMacro", update).await.refused(code, field);
    }
    for field in ["name", "actions"] {
        let update = json!({ "macroId": kept, field: null });
        world.bea().mutate("updateMacro", update).await.refused("REQUIRED", &format!("input.{field}"));
    }
    assert_eq!(world.last_seq().await, before);
    // Taking off what is archived or deactivated is always possible.
    create(world, "old", json!([{ "removeTags": [archived] }, { "removeFollowers": [dora] }])).await.changed();
}

async fn there_are_at_most_two_hundred_macros(world: &World) {
    let made = (0..200).map(|at| format!("macro {at}"));
    let mut last = String::new();
    for name in made {
        last = create(world, &name, json!([{ "close": true }])).await.changed().text("macro.id");
    }
    create(world, "one more", json!([{ "close": true }])).await.refused("LIMIT_EXCEEDED", "");
    world.bea().mutate("deleteMacro", json!({ "macroId": last })).await.done();
    create(world, "one more", json!([{ "close": true }])).await.changed();
}
