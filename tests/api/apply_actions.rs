//! Several actions on one conversation, all or nothing (semantics §13.4).

use serde_json::{Value, json};

use crate::support::organisation::EVERYTHING;
use crate::support::{Client, World, both};
use entity::enums::Scope;

both!(
    actions_are_done_in_order_each_on_the_result_of_the_one_before,
    every_action_there_is_can_be_one_of_several,
    nothing_is_done_when_the_last_is_refused,
    a_refusal_names_the_action_and_the_field,
    what_is_misspelled_is_refused_before_anything_is_looked_at,
    there_are_one_to_twenty_actions,
    what_an_action_needs_is_asked_of_the_token_before_anything_is_done,
    blocking_and_unblocking_in_one_step_leaves_the_customer_as_they_were,
    what_changes_nothing_leaves_no_entry,
    a_conversation_that_moved_on_is_a_conflict,
    the_same_key_does_it_once,
    omitted_and_null_are_another_input,
);

async fn apply(client: &Client, id: &str, actions: Value) -> crate::support::Answer {
    client.mutate("applyActions", json!({ "conversationId": id, "actions": actions })).await
}

async fn actions_are_done_in_order_each_on_the_result_of_the_one_before(world: &World) {
    let (id, tag) = (world.opened().await, world.tag("vip").await);
    let actions = json!([
        { "assign": { "assigneeId": world.organisation().bea.id } },
        { "addTags": [tag] },
        { "reply": { "text": "Done.", "then": { "close": true } } },
        { "reopen": true },
        { "setPriority": { "priority": "HIGH" } },
        { "snooze": { "until": { "preset": "TOMORROW_MORNING" } } },
    ]);
    let done = apply(&world.carl(), &id, actions).await.changed();
    let kinds = ["ASSIGNED", "TAGGED", "MESSAGE", "FOLLOWED", "CLOSED", "REOPENED", "PRIORITIZED", "SNOOZED"]
        .map(str::to_owned);
    assert_eq!(done.kinds(), kinds);
    assert_eq!(done.get("conversation.state"), "SNOOZED");
    assert_eq!(done.get("conversation.version"), 10);
    assert_eq!(done.get("conversation.assignee.id"), &json!(world.organisation().bea.id));
    // Nothing is closed by itself that sleeps, nor is anybody told twice of one entry.
    let undone = apply(&world.carl(), &id, json!([{ "wake": true }, { "removeTags": [tag] }, { "close": true }])).await;
    assert_eq!(undone.changed().kinds(), ["WOKEN", "TAGGED", "CLOSED"]);
}

async fn every_action_there_is_can_be_one_of_several(world: &World) {
    let (id, tag) = (world.opened().await, world.tag("vip").await);
    let dora = &world.organisation().dora.id;
    for (action, kinds) in [
        (json!({ "assign": { "teamId": world.organisation().support } }), vec!["ASSIGNED"]),
        (json!({ "addTags": [tag] }), vec!["TAGGED"]),
        (json!({ "removeTags": [tag] }), vec!["TAGGED"]),
        (json!({ "setPriority": { "priority": "LOW" } }), vec!["PRIORITIZED"]),
        (json!({ "setPriority": { "priority": null } }), vec!["PRIORITIZED"]),
        (json!({ "addNote": { "text": "Look", "mentions": [{ "agentId": dora }] } }), vec!["NOTE", "FOLLOWED"]),
        (json!({ "reply": { "text": "Hi" } }), vec!["MESSAGE", "FOLLOWED"]),
        (json!({ "snooze": { "until": { "after": "PT1H" }, "wakeOnReply": false } }), vec!["SNOOZED"]),
        (json!({ "wake": true }), vec!["WOKEN"]),
        (json!({ "close": true }), vec!["CLOSED"]),
        (json!({ "reopen": true }), vec!["REOPENED"]),
        (json!({ "markAsSpam": {} }), vec!["MARKED_AS_SPAM"]),
        (json!({ "restoreFromSpam": {} }), vec!["RESTORED"]),
        (json!({ "removeFollowers": [dora] }), vec!["UNFOLLOWED"]),
        (json!({ "addFollowers": [dora] }), vec!["FOLLOWED"]),
    ] {
        assert_eq!(apply(&world.bea(), &id, json!([action])).await.changed().kinds(), kinds, "{action}");
    }
}

async fn nothing_is_done_when_the_last_is_refused(world: &World) {
    let id = world.opened().await;
    let before = world.last_seq().await;
    let actions = json!([{ "reply": { "text": "Hi" } }, { "close": true }, { "markAsSpam": {} }, { "reopen": true }]);
    let refused = apply(&world.bea(), &id, actions).await.refused("IS_SPAM", "input.actions.3.reopen");
    assert_eq!(refused.get("conversation.state"), "OPEN");
    assert_eq!(refused.get("conversation.version"), 2);
    assert_eq!(world.last_seq().await, before);
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE"]);
}

async fn a_refusal_names_the_action_and_the_field(world: &World) {
    let id = world.opened().await;
    let organisation = world.organisation();
    let archived = world.tag("old").await;
    world.ada().mutate("updateTag", json!({ "tagId": archived, "archived": true })).await.changed();
    world.deactivate(&organisation.dora.id).await;
    let past = json!({ "at": "2020-01-01T00:00:00Z" });
    let never = json!({ "until": { "customerReplies": true }, "wakeOnReply": false });
    let strangers =
        |id: &str| json!({ "text": "x", "mentions": [{ "agentId": organisation.carl.id }, { "agentId": id }] });
    let unknown = "agent_01h455vb4pex5vsknk084sn02q";
    for (action, code, field) in [
        (json!({ "assign": { "assigneeId": unknown } }), "NOT_FOUND", "assign.assigneeId"),
        (json!({ "assign": { "assigneeId": "x" } }), "NOT_FOUND", "assign.assigneeId"),
        (json!({ "assign": { "teamId": unknown } }), "NOT_FOUND", "assign.teamId"),
        (json!({ "assign": { "assigneeId": organisation.dora.id } }), "AGENT_INACTIVE", "assign.assigneeId"),
        (
            json!({ "assign": { "assigneeId": organisation.bea.id, "teamId": organisation.billing } }),
            "NOT_A_MEMBER",
            "assign.assigneeId",
        ),
        (
            json!({ "assign": { "assigneeId": organisation.carl.id, "onlyIfUnassigned": true } }),
            "ALREADY_ASSIGNED",
            "assign",
        ),
        (json!({ "addTags": [archived] }), "INVALID", "addTags"),
        (json!({ "addTags": ["x"] }), "NOT_FOUND", "addTags"),
        (json!({ "removeTags": ["tag_01h455vb4pex5vsknk084sn02q"] }), "NOT_FOUND", "removeTags"),
        (json!({ "setPriority": {} }), "REQUIRED", "setPriority.priority"),
        (json!({ "addNote": { "text": " " } }), "REQUIRED", "addNote.text"),
        (json!({ "addNote": strangers(unknown) }), "NOT_FOUND", "addNote.mentions.1.agentId"),
        (json!({ "addNote": strangers("x") }), "NOT_FOUND", "addNote.mentions.1.agentId"),
        (json!({ "reply": { "text": "x".repeat(65_537) } }), "TOO_LONG", "reply.text"),
        (json!({ "reply": { "text": "x", "then": { "close": false } } }), "INVALID", "reply.then.close"),
        (
            json!({ "reply": { "text": "x", "then": { "snooze": { "until": past } } } }),
            "IN_THE_PAST",
            "reply.then.snooze.until.at",
        ),
        (json!({ "snooze": { "until": past } }), "IN_THE_PAST", "snooze.until.at"),
        (json!({ "snooze": { "until": { "customerReplies": false } } }), "INVALID", "snooze.until.customerReplies"),
        (json!({ "snooze": never }), "INVALID", "snooze.wakeOnReply"),
        (json!({ "restoreFromSpam": {} }), "NOT_SPAM", "restoreFromSpam"),
        (json!({ "addFollowers": [unknown] }), "NOT_FOUND", "addFollowers"),
        (json!({ "addFollowers": [organisation.dora.id] }), "AGENT_INACTIVE", "addFollowers"),
        (json!({ "removeFollowers": ["x"] }), "NOT_FOUND", "removeFollowers"),
        (json!({ "wake": false }), "INVALID", "wake"),
        (json!({ "close": false }), "INVALID", "close"),
        (json!({ "reopen": false }), "INVALID", "reopen"),
    ] {
        let actions = json!([{ "assign": { "assigneeId": organisation.bea.id } }, action]);
        apply(&world.ada(), &id, actions).await.refused(code, &format!("input.actions.1.{field}"));
    }
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE"]);
}

async fn what_is_misspelled_is_refused_before_anything_is_looked_at(world: &World) {
    let id = world.opened().await;
    for action in [
        json!({}),
        json!({ "close": true, "reopen": true }),
        json!({ "close": null }),
        json!({ "fly": true }),
        json!({ "assign": "x" }),
        json!({ "addNote": {} }),
        json!({ "snooze": { "until": { "after": "1h" } } }),
    ] {
        let answer = apply(&world.bea(), &id, json!([action])).await;
        let codes = answer.error_codes();
        assert!(matches!(codes[..], ["BAD_REQUEST" | "GRAPHQL_VALIDATION_FAILED"]), "{action}: {answer:#?}");
    }
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE"]);
}

async fn there_are_one_to_twenty_actions(world: &World) {
    let id = world.opened().await;
    let bea = world.bea();
    apply(&bea, &id, json!([])).await.refused("REQUIRED", "input.actions");
    let many = |count: usize| (0..count).map(|at| json!({ "addNote": { "text": format!("note {at}") } })).collect();
    apply(&bea, &id, Value::Array(many(21))).await.refused("LIMIT_EXCEEDED", "input.actions");
    assert_eq!(apply(&bea, &id, Value::Array(many(20))).await.changed().kinds(), ["NOTE"; 20]);
}

async fn what_an_action_needs_is_asked_of_the_token_before_anything_is_done(world: &World) {
    let id = world.opened().await;
    for (lacking, action) in [
        (Scope::MessagesSend, json!({ "reply": { "text": "x" } })),
        (Scope::CustomersWrite, json!({ "markAsSpam": { "blockSender": true } })),
        (Scope::CustomersWrite, json!({ "restoreFromSpam": { "unblockSender": true } })),
        (Scope::ConversationsWrite, json!({ "close": true })),
    ] {
        let scopes: Vec<Scope> = EVERYTHING.into_iter().filter(|scope| *scope != lacking).collect();
        let client = world.client(&world.token(&world.organisation().robot.id, &scopes, None).await);
        apply(&client, &id, json!([{ "close": true }, action])).await.failed("FORBIDDEN");
        let target = json!({ "conversationIds": [id] });
        let bulk = json!({ "target": target, "actions": [{ "close": true }, action] });
        client.mutate("bulkApplyActions", bulk).await.failed("FORBIDDEN");
    }
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE"]);
    let scopes = [Scope::ConversationsWrite];
    let client = world.client(&world.token(&world.organisation().robot.id, &scopes, None).await);
    let actions = json!([{ "markAsSpam": {} }, { "restoreFromSpam": {} }, { "addNote": { "text": "x" } }]);
    apply(&client, &id, actions).await.changed();
}

async fn blocking_and_unblocking_in_one_step_leaves_the_customer_as_they_were(world: &World) {
    let id = world.opened().await;
    let (block, unblock) =
        (json!({ "markAsSpam": { "blockSender": true } }), json!({ "restoreFromSpam": { "unblockSender": true } }));
    let blocked = async || {
        let document = "query($id: ID!) { conversation(id: $id) { customer { blocked } } }";
        world.ada().query(document, json!({ "id": id })).await.ok().at("conversation.customer.blocked").clone()
    };
    let before = world.last_seq().await;
    let done = apply(&world.bea(), &id, json!([block, unblock])).await.changed();
    assert_eq!(done.kinds(), ["MARKED_AS_SPAM", "RESTORED"]);
    assert_eq!(blocked().await, false);
    assert_eq!(world.last_seq().await, before + 2, "nothing about the customer is logged");
    let done = apply(&world.bea(), &id, json!([block, unblock, block])).await.changed();
    assert_eq!(done.kinds(), ["MARKED_AS_SPAM", "RESTORED", "MARKED_AS_SPAM"]);
    assert_eq!(blocked().await, true);
    assert_eq!(world.last_seq().await, before + 6, "the customer's own row, once");
    assert_eq!(world.mailed("zoe@example.com", "Again").await.get("conversation.state"), "SPAM");
}

async fn what_changes_nothing_leaves_no_entry(world: &World) {
    let (id, tag) = (world.closed().await, world.tag("vip").await);
    let before = world.last_seq().await;
    let idle =
        json!([{ "close": true }, { "removeTags": [tag] }, { "setPriority": { "priority": null } }, { "assign": {} }]);
    apply(&world.bea(), &id, idle).await.unchanged();
    assert_eq!(world.last_seq().await, before);
    // What is done and undone in one step has happened all the same.
    let done = apply(&world.bea(), &id, json!([{ "addTags": [tag] }, { "removeTags": [tag] }])).await.changed();
    assert_eq!(done.kinds(), ["TAGGED", "TAGGED"]);
    assert_eq!(done.get("conversation.tags"), &json!([]));
}

async fn a_conversation_that_moved_on_is_a_conflict(world: &World) {
    let id = world.opened().await;
    let at = |version: i64| json!({ "conversationId": id, "actions": [{ "close": true }], "expectedVersion": version });
    world.bea().mutate("applyActions", at(1)).await.refused("CONFLICT", "input.expectedVersion");
    world.bea().mutate("applyActions", at(2)).await.changed();
    let hidden = world.hidden().await;
    let input = json!({ "conversationId": hidden, "actions": [{ "close": true }] });
    world.bea().mutate("applyActions", input).await.refused("NOT_FOUND", "input.conversationId");
}

async fn the_same_key_does_it_once(world: &World) {
    let id = world.opened().await;
    let keyed = |actions: Value| json!({ "conversationId": id, "actions": actions, "idempotencyKey": "k" });
    let actions = json!([{ "reply": { "text": "Hi" } }, { "close": true }]);
    let refused = json!([{ "reply": { "text": "Hi" } }, { "restoreFromSpam": {} }]);
    world.bea().mutate("applyActions", keyed(refused)).await.refused("NOT_SPAM", "input.actions.1.restoreFromSpam");
    let first = world.bea().mutate("applyActions", keyed(actions.clone())).await.changed();
    let again = world.bea().mutate("applyActions", keyed(actions)).await.changed();
    assert_eq!(first.get("entries"), again.get("entries"));
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE", "MESSAGE", "FOLLOWED", "CLOSED"]);
    let other = world.bea().mutate("applyActions", keyed(json!([{ "close": true }]))).await;
    other.refused("IDEMPOTENCY_MISMATCH", "input.idempotencyKey");
    // Keys are of one operation.
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "Hi", "idempotencyKey": "k" })).await.changed();
}

async fn omitted_and_null_are_another_input(world: &World) {
    let id = world.opened().await;
    world.give(&id, &world.organisation().support).await;
    let keyed =
        |assign: Value| json!({ "conversationId": id, "actions": [{ "assign": assign }], "idempotencyKey": "k" });
    let bea = &world.organisation().bea.id;
    let kept = world.ada().mutate("applyActions", keyed(json!({ "assigneeId": bea }))).await.changed();
    assert_eq!(kept.get("conversation.team.id"), &json!(world.organisation().support));
    let other = world.ada().mutate("applyActions", keyed(json!({ "assigneeId": bea, "teamId": null }))).await;
    other.refused("IDEMPOTENCY_MISMATCH", "input.idempotencyKey");
    // An omitted variable is omitted, too, and the order of fields has no meaning.
    let document = "mutation($id: ID!, $bea: ID, $team: ID) { applyActions(input: { idempotencyKey: \"k\",
        actions: [{ assign: { teamId: $team, assigneeId: $bea } }], conversationId: $id }) { changed userErrors { code } } }";
    let again = world.ada().query(document, json!({ "id": id, "bea": bea })).await.done();
    assert_eq!(again.get("changed"), true);
}
