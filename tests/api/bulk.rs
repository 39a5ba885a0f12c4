//! The same actions on many conversations, each on its own (semantics §13.2, §13.4).

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::budgets::{cost, warm};
use crate::support::{Answer, Client, World, both};

both!(
    each_conversation_has_its_own_outcome_in_id_order,
    a_conversation_named_twice_is_changed_once,
    too_many_ids_or_actions_are_refused_at_once_and_nothing_is_done,
    what_matches_is_reached_five_hundred_a_call,
    what_a_batch_changes_moves_nothing_that_comes_after_it,
    view_scope_and_filter_all_narrow_what_matches,
    nobody_changes_what_they_may_not_see,
    a_malformed_cursor_or_filter_is_a_bad_request_and_nothing_is_done,
    a_retry_answers_the_first_outcomes_and_does_nothing_again,
    a_retry_is_about_what_matched_at_first_and_tries_refusals_again,
    the_same_key_with_another_input_is_refused,
    a_key_that_is_forgotten_does_it_anew,
    two_calls_with_one_key_at_once_change_each_conversation_once,
    the_answer_is_read_at_once_however_many_there_are,
);

const ALL: &str = "mutation($input: BulkApplyActionsInput!) { bulkApplyActions(input: $input) {
    results { conversationId changed } changedCount endCursor userErrors { code message field } } }";

async fn bulk(client: &Client, target: Value, actions: Value) -> Answer {
    client.mutate("bulkApplyActions", json!({ "target": target, "actions": actions })).await
}

/// One of the many, and what became of it: whether it changed, the state it has then, and why it was refused.
type Outcome = (String, bool, Value, Vec<(String, String)>);

fn outcomes(answer: &Answer) -> Vec<Outcome> {
    let results = answer.get("results").as_array().unwrap();
    let told = results.iter().map(|result| {
        let errors = result["userErrors"].as_array().unwrap().iter().map(|error| {
            let path: Vec<&str> =
                error["field"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect();
            (error["code"].as_str().unwrap().to_owned(), path.join("."))
        });
        let id = result["conversationId"].as_str().unwrap().to_owned();
        (id, result["changed"].as_bool().unwrap(), result["conversation"]["state"].clone(), errors.collect())
    });
    told.collect()
}

async fn each_conversation_has_its_own_outcome_in_id_order(world: &World) {
    let (open, closed, hidden) =
        (world.opened().await, world.mailed("yan@example.com", "Hi").await.conversation(), world.hidden().await);
    world.close(&closed).await;
    let spam = world.spam().await;
    let unknown = "conversation_01h455vb4pex5vsknk084sn02q".to_owned();
    let ids = json!(["nonsense", spam, hidden, unknown, closed, open, world.organisation().mail]);
    let done = bulk(
        &world.bea(),
        json!({ "conversationIds": ids }),
        json!([{ "setPriority": { "priority": "HIGH" } }, { "close": true }]),
    )
    .await
    .done();
    let nowhere = vec![("NOT_FOUND".to_owned(), "input.target.conversationIds".to_owned())];
    let mut expected = vec![
        (open, true, json!("CLOSED"), vec![]),
        (closed, true, json!("CLOSED"), vec![]),
        (spam.clone(), false, json!("SPAM"), vec![("IS_SPAM".to_owned(), "input.actions.1.close".to_owned())]),
        (hidden, false, Value::Null, nowhere.clone()),
        (unknown, false, Value::Null, nowhere.clone()),
        ("nonsense".to_owned(), false, Value::Null, nowhere.clone()),
        (world.organisation().mail.clone(), false, Value::Null, nowhere),
    ];
    expected.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(outcomes(&done), expected);
    assert_eq!((done.get("changedCount"), done.get("endCursor")), (&json!(2), &Value::Null));
    assert_eq!(world.ada().conversation(&spam).await["priority"], Value::Null, "all or nothing");
    let none = bulk(&world.bea(), json!({ "conversationIds": [] }), json!([{ "close": true }])).await.done();
    assert_eq!((none.get("results"), none.get("changedCount")), (&json!([]), &json!(0)));
}

async fn a_conversation_named_twice_is_changed_once(world: &World) {
    let id = world.opened().await;
    let done =
        bulk(&world.bea(), json!({ "conversationIds": [id, id, id] }), json!([{ "reply": { "text": "Hi" } }])).await;
    assert_eq!(outcomes(&done.done()), [(id.clone(), true, json!("OPEN"), vec![])]);
    assert_eq!(world.ada().conversation(&id).await["messageCount"], 2);
}

async fn too_many_ids_or_actions_are_refused_at_once_and_nothing_is_done(world: &World) {
    let id = world.opened().await;
    let before = world.last_seq().await;
    let unknown = |many: usize| (0..many).map(|at| format!("x{at}")).chain([id.clone()]).collect::<Vec<_>>();
    let close = json!([{ "close": true }]);
    let send = async |ids: Vec<String>, actions: &Value| {
        let input = json!({ "target": { "conversationIds": ids }, "actions": actions });
        world.bea().query(ALL, json!({ "input": input })).await
    };
    send(unknown(500), &close).await.refused("LIMIT_EXCEEDED", "input.target.conversationIds");
    send(unknown(1), &json!(vec![json!({ "wake": true }); 21])).await.refused("LIMIT_EXCEEDED", "input.actions");
    send(unknown(1), &json!([])).await.refused("REQUIRED", "input.actions");
    send(unknown(1), &json!([{ "close": false }])).await.refused("INVALID", "input.actions.0.close");
    assert_eq!(world.last_seq().await, before);
    // Twice the same one is one.
    let most = send([unknown(499), unknown(499)].concat(), &close).await.done();
    assert_eq!((most.get("changedCount"), most.get("results").as_array().unwrap().len()), (&json!(1), 500));
}

async fn matching(client: &Client, matching: Value, actions: Value) -> Answer {
    let input = json!({ "target": { "matching": matching }, "actions": actions });
    client.query(ALL, json!({ "input": input })).await.done()
}

fn reached(answer: &Answer) -> Vec<String> {
    let results = answer.get("results").as_array().unwrap();
    results.iter().map(|result| result["conversationId"].as_str().unwrap().to_owned()).collect()
}

async fn what_matches_is_reached_five_hundred_a_call(world: &World) {
    let mut ids: Vec<String> =
        world.laden(&world.organisation().bea.id, 1_010).await.iter().map(ToString::to_string).collect();
    ids.sort();
    let (mut after, mut all) = (Value::Null, Vec::new());
    for expected in [500, 500, 10] {
        let done = matching(&world.ada(), json!({ "filter": {}, "after": after }), json!([{ "wake": true }])).await;
        assert_eq!((reached(&done).len(), done.get("changedCount")), (expected, &json!(0)));
        all.extend(reached(&done));
        after = done.get("endCursor").clone();
    }
    assert_eq!(after, Value::Null);
    assert_eq!(all, ids, "each once, in id order");
}

async fn what_a_batch_changes_moves_nothing_that_comes_after_it(world: &World) {
    let ids = world.laden(&world.organisation().bea.id, 510).await;
    let close = json!([{ "close": true }]);
    let first = matching(&world.bea(), json!({ "view": "INBOX", "scope": "MINE", "filter": {} }), close.clone()).await;
    assert_eq!(first.get("changedCount"), 500);
    let rest = json!({ "view": "INBOX", "scope": "MINE", "filter": {}, "after": first.get("endCursor") });
    let rest = matching(&world.bea(), rest, close).await;
    assert_eq!((rest.get("changedCount"), rest.get("endCursor")), (&json!(10), &Value::Null));
    assert_eq!(reached(&first).len() + reached(&rest).len(), ids.len());
    let left = world.bea().query("{ inbox { totalCount } history(first: 1) { totalCount } }", json!({})).await.ok();
    assert_eq!((left.at("inbox.totalCount"), left.at("history.totalCount")), (&json!(0), &json!(510)));
}

async fn view_scope_and_filter_all_narrow_what_matches(world: &World) {
    let (tag, bea) = (world.tag("vip").await, world.organisation().bea.id.clone());
    let [one, two, three, four] = ["a", "b", "c", "d"].map(|who| format!("{who}@example.com"));
    let one = world.mailed(&one, "Hi").await.conversation();
    let two = world.mailed(&two, "Hi").await.conversation();
    let three = world.mailed(&three, "Hi").await.conversation();
    let four = world.mailed(&four, "Hi").await.conversation();
    world.assign(&one, &bea).await;
    world.assign(&two, &bea).await;
    world.tagged(&two, &[&tag]).await;
    world.tagged(&three, &[&tag]).await;
    world.close(&four).await;
    world.snooze(&three, json!({ "preset": "NEXT_WEEK" })).await;
    for (target, expected) in [
        (json!({ "filter": {} }), vec![&one, &two, &three, &four]),
        (json!({ "view": "INBOX", "filter": {} }), vec![&one, &two]),
        (json!({ "view": "HISTORY", "filter": {} }), vec![&four]),
        (json!({ "view": "SNOOZED", "filter": {} }), vec![&three]),
        (json!({ "view": "SPAM", "filter": {} }), vec![]),
        (json!({ "scope": "MINE", "filter": {} }), vec![&one, &two]),
        (json!({ "scope": "UNASSIGNED", "filter": {} }), vec![&three, &four]),
        (json!({ "filter": { "tags": { "hasAny": [tag] } } }), vec![&two, &three]),
        (json!({ "scope": "MINE", "filter": { "tags": { "hasAny": [tag] } } }), vec![&two]),
        (json!({ "view": "INBOX", "filter": { "states": ["CLOSED"] } }), vec![]),
        (json!({ "filter": { "channelIds": [] } }), vec![]),
        (json!({ "filter": { "unreadOnly": true } }), vec![&one, &two, &three, &four]),
    ] {
        let done = matching(&world.bea(), target.clone(), json!([{ "setPriority": { "priority": null } }])).await;
        let mut expected: Vec<String> = expected.into_iter().cloned().collect();
        expected.sort();
        assert_eq!(reached(&done), expected, "{target}");
        assert_eq!(done.get("endCursor"), &Value::Null);
    }
    // An integration has nothing of its own.
    let own = matching(&world.robot(), json!({ "scope": "MINE", "filter": {} }), json!([{ "close": true }])).await;
    assert_eq!(own.get("results"), &json!([]));
}

async fn nobody_changes_what_they_may_not_see(world: &World) {
    let (open, hidden) = (world.opened().await, world.hidden().await);
    let note = json!([{ "addNote": { "text": "Hello" } }]);
    assert_eq!(
        reached(&matching(&world.bea(), json!({ "filter": {} }), note.clone()).await),
        std::slice::from_ref(&open)
    );
    let mut both = vec![open, hidden];
    both.sort();
    assert_eq!(reached(&matching(&world.dora(), json!({ "filter": {} }), note).await), both);
    let vip = json!({ "filter": { "channelIds": [world.organisation().vip] } });
    assert_eq!(matching(&world.bea(), vip, json!([{ "close": true }])).await.get("results"), &json!([]));
}

async fn a_malformed_cursor_or_filter_is_a_bad_request_and_nothing_is_done(world: &World) {
    world.opened().await;
    let before = world.last_seq().await;
    let other = world.bea().query("{ inbox { edges { cursor } } }", json!({})).await.ok();
    let many: Vec<String> = (0..101).map(|at| format!("x{at}")).collect();
    for target in [
        json!({ "filter": {}, "after": "nonsense" }),
        json!({ "filter": {}, "after": "" }),
        json!({ "filter": {}, "after": other.at("inbox.edges.0.cursor") }),
        json!({ "filter": { "assigneeIds": many } }),
    ] {
        let input = json!({ "target": { "matching": target }, "actions": [{ "close": true }] });
        world.bea().query(ALL, json!({ "input": input })).await.failed("BAD_REQUEST");
    }
    for target in [json!({}), json!({ "conversationIds": [], "matching": { "filter": {} } }), json!({ "matching": {} })]
    {
        let input = json!({ "target": target, "actions": [{ "close": true }] });
        let answer = world.bea().query(ALL, json!({ "input": input })).await;
        assert!(
            matches!(answer.error_codes()[..], ["BAD_REQUEST" | "GRAPHQL_VALIDATION_FAILED"]),
            "{target} {answer:#?}"
        );
    }
    assert_eq!(world.last_seq().await, before);
}

async fn three(world: &World) -> Vec<String> {
    let mut ids = Vec::new();
    for who in ["a@example.com", "b@example.com", "c@example.com"] {
        ids.push(world.mailed(who, "Hi").await.conversation());
    }
    ids.sort();
    ids
}

fn keyed(target: Value, actions: Value) -> Value {
    json!({ "target": target, "actions": actions, "idempotencyKey": "k" })
}

async fn a_retry_answers_the_first_outcomes_and_does_nothing_again(world: &World) {
    let ids = three(world).await;
    world.close(&ids[1]).await;
    let input = keyed(json!({ "conversationIds": ["x", ids[0], ids[1], ids[2]] }), json!([{ "close": true }]));
    let first = world.bea().mutate("bulkApplyActions", input.clone()).await.done();
    assert_eq!(first.get("changedCount"), 2);
    let before = world.last_seq().await;
    let retry = world.bea().mutate("bulkApplyActions", input).await.done();
    assert_eq!(outcomes(&retry), outcomes(&first));
    assert_eq!(world.last_seq().await, before);
    // What one may do once, somebody else may, too.
    let notes = keyed(json!({ "conversationIds": ids }), json!([{ "addNote": { "text": "Hi" } }]));
    for client in [world.carl(), world.robot(), world.carl(), world.robot()] {
        assert_eq!(client.mutate("bulkApplyActions", notes.clone()).await.done().get("changedCount"), 3);
    }
    let kinds = world.ada().timeline(&ids[0]).await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "NOTE").count(), 2);
}

async fn a_retry_is_about_what_matched_at_first_and_tries_refusals_again(world: &World) {
    let ids = three(world).await;
    world.ada().mutate("markAsSpam", json!({ "conversationId": ids[1] })).await.changed();
    let input = keyed(json!({ "matching": { "filter": {} } }), json!([{ "reply": { "text": "Hi" } }]));
    let first = world.bea().mutate("bulkApplyActions", input.clone()).await.done();
    assert_eq!((first.get("changedCount"), reached(&first)), (&json!(2), ids.clone()));
    assert_eq!(outcomes(&first)[1].3, [("IS_SPAM".to_owned(), "input.actions.0.reply".to_owned())]);
    world.ada().mutate("restoreFromSpam", json!({ "conversationId": ids[1] })).await.changed();
    let late = world.mailed("late@example.com", "Hi").await.conversation();
    let retry = world.bea().mutate("bulkApplyActions", input).await.done();
    assert_eq!((retry.get("changedCount"), reached(&retry)), (&json!(3), ids.clone()));
    for id in &ids {
        assert_eq!(world.ada().conversation(id).await["messageCount"], 2, "answered once");
    }
    assert_eq!(world.ada().conversation(&late).await["messageCount"], 1);
}

async fn the_same_key_with_another_input_is_refused(world: &World) {
    let ids = three(world).await;
    let send =
        async |target: Value, actions: Value| world.bea().mutate("bulkApplyActions", keyed(target, actions)).await;
    let first = json!({ "conversationIds": [ids[0]] });
    send(first.clone(), json!([{ "close": true }])).await.done();
    let before = world.last_seq().await;
    for (target, actions) in [
        (json!({ "conversationIds": [ids[1]] }), json!([{ "close": true }])),
        (json!({ "matching": { "filter": {} } }), json!([{ "close": true }])),
        (first, json!([{ "close": true }, { "wake": true }])),
    ] {
        send(target, actions).await.refused("IDEMPOTENCY_MISMATCH", "input.idempotencyKey");
    }
    assert_eq!(world.last_seq().await, before);
    let blank = json!({ "target": { "conversationIds": ids }, "actions": [{ "wake": true }], "idempotencyKey": " " });
    world.bea().mutate("bulkApplyActions", blank).await.refused("REQUIRED", "input.idempotencyKey");
}

async fn a_key_that_is_forgotten_does_it_anew(world: &World) {
    let ids = three(world).await;
    let input = keyed(json!({ "conversationIds": ids }), json!([{ "addNote": { "text": "Hi" } }]));
    world.bea().mutate("bulkApplyActions", input.clone()).await.done();
    let notes = async || {
        let kinds = world.ada().timeline(&ids[2]).await;
        kinds.iter().filter(|kind| *kind == "NOTE").count()
    };
    world.clock.advance(TimeDelta::days(7));
    world.bea().mutate("bulkApplyActions", input.clone()).await.done();
    assert_eq!(notes().await, 1, "kept seven days");
    world.clock.advance(TimeDelta::seconds(1));
    world.bea().mutate("bulkApplyActions", input).await.done();
    assert_eq!(notes().await, 2);
}

async fn two_calls_with_one_key_at_once_change_each_conversation_once(world: &World) {
    let ids = world.laden(&world.organisation().bea.id, 30).await;
    let input =
        keyed(json!({ "matching": { "filter": {} } }), json!([{ "addNote": { "text": "Hi" } }, { "close": true }]));
    let carl = world.carl();
    let calls = join_all((0..4).map(|_| carl.query(ALL, json!({ "input": input })))).await;
    for call in &calls {
        assert_eq!(call.clone().done().get("changedCount"), 30);
    }
    for id in ids {
        assert_eq!(world.ada().timeline(&id.to_string()).await, ["CREATED", "ASSIGNED", "NOTE", "CLOSED"]);
    }
}

async fn the_answer_is_read_at_once_however_many_there_are(world: &World) {
    let ids: Vec<String> =
        world.laden(&world.organisation().bea.id, 40).await.iter().map(ToString::to_string).collect();
    let document = |nested: &str| {
        format!(
            "mutation($input: BulkApplyActionsInput!) {{ bulkApplyActions(input: $input) {{ results {{ changed {nested} }} }} }}"
        )
    };
    let nested = document(
        "conversation { customer { displayName } assignee { name } followers { id } tags { name } lastMessage { text } links { kind } }",
    );
    let plain = document("");
    let bea = world.bea();
    let input = |many: usize| json!({ "input": { "target": { "conversationIds": ids[..many] }, "actions": [{ "wake": true }] } });
    warm(world, &bea, &nested, input(1)).await;
    let mut extra = Vec::new();
    for many in [2, 40] {
        let with = cost(world, &bea, &nested, input(many)).await;
        extra.push(with - cost(world, &bea, &plain, input(many)).await);
    }
    assert!(extra[0] == extra[1] && extra[1] <= 6, "{extra:?} statements to read two and forty");
}
