//! Snoozing (semantics §7.2, 7.3, 7.5, 8.8): what falls asleep, what is refused, and what leaves a conversation asleep. Until when is
//! in `snooze_until.rs`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::notifications::told;
use crate::support::{Answer, World, both};

both!(
    snoozing_again_replaces_the_time_and_the_same_changes_nothing,
    a_closed_conversation_reopens_snoozed_in_one_step,
    reopening_snoozed_judges_the_assignee_and_hands_out,
    what_reopens_snoozed_never_appears_in_the_inbox,
    spam_is_not_snoozed,
    a_stale_version_is_a_conflict,
    what_was_read_before_the_clock_acted_is_a_conflict,
    without_access_or_the_right_there_is_nothing_to_snooze,
    a_reply_snoozes_in_the_same_step,
    a_reply_with_a_refused_snooze_is_not_sent,
    a_reply_under_a_key_snoozes_once,
    what_people_do_leaves_it_asleep,
    what_sleeps_has_its_own_view_next_to_wake_first,
    falling_asleep_tells_who_watches_but_sleeping_on_does_not,
    a_feed_of_what_sleeps_tells_what_fell_asleep,
    the_entry_tells_both_times,
);

pub async fn snooze(world: &World, id: &str, until: Value) -> Answer {
    world.bea().mutate("snoozeConversation", json!({ "conversationId": id, "until": until })).await
}

async fn snoozing_again_replaces_the_time_and_the_same_changes_nothing(world: &World) {
    let id = world.opened().await;
    let tomorrow = json!({ "preset": "TOMORROW_MORNING" });
    snooze(world, &id, tomorrow.clone()).await.changed();
    snooze(world, &id, tomorrow.clone()).await.unchanged();
    // Said otherwise, it is the same time.
    snooze(world, &id, json!({ "after": "PT24H" })).await.unchanged();
    let staying = json!({ "conversationId": id, "until": tomorrow, "wakeOnReply": false });
    let changed = world.carl().mutate("snoozeConversation", staying.clone()).await.changed();
    assert_eq!(changed.get("conversation.snooze.wakeOnReply"), false);
    world.carl().mutate("snoozeConversation", staying).await.unchanged();
    let later = snooze(world, &id, json!({ "preset": "NEXT_WEEK" })).await.changed();
    let expected = json!({ "until": "2026-01-12T09:00:00Z", "wakeOnReply": true });
    assert_eq!((later.kinds(), later.get("conversation.snooze")), (vec!["SNOOZED".to_owned()], &expected));
    snooze(world, &id, json!({ "customerReplies": true })).await.changed();
    snooze(world, &id, json!({ "customerReplies": true })).await.unchanged();
}

async fn a_closed_conversation_reopens_snoozed_in_one_step(world: &World) {
    let id = world.opened().await;
    world.assign(&id, &world.organisation().bea.id).await;
    world.close(&id).await;
    let snoozed = snooze(world, &id, json!({ "after": "PT1H" })).await.changed();
    assert_eq!(snoozed.kinds(), ["SNOOZED", "REOPENED"]);
    for (field, value) in [("state", json!("SNOOZED")), ("closedAt", Value::Null), ("closeReason", Value::Null)] {
        assert_eq!(snoozed.get(&format!("conversation.{field}")), &value);
    }
    assert_eq!(snoozed.get("conversation.assignee.id"), &json!(world.organisation().bea.id));
    let document = "query($id: ID!) { conversation(id: $id) { timeline(last: 1) { nodes { ... on ReopenedEntry { reopenReason } } } } }";
    let reopened = world.bea().query(document, json!({ "id": id })).await.ok();
    assert_eq!(reopened.at("conversation.timeline.nodes.0.reopenReason"), "SNOOZED");
    assert_eq!(told(&world.bea()).await.last().unwrap(), "CLOSED ASSIGNED", "the actor isn't told");
    world.close(&id).await;
    let before = told(&world.bea()).await;
    let input = json!({ "conversationId": id, "until": { "after": "PT1H" } });
    world.ada().mutate("snoozeConversation", input).await.changed();
    let after = told(&world.bea()).await;
    assert_eq!(after[before.len()..], ["REOPENED ASSIGNED"], "once, of the reopening");
}

async fn reopening_snoozed_judges_the_assignee_and_hands_out(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    let given = json!({ "conversationId": id, "assigneeId": organisation.bea.id, "teamId": organisation.support });
    world.ada().mutate("assignConversation", given).await.changed();
    world.close(&id).await;
    world.away(&organisation.bea.id).await;
    let turns = json!({ "teamId": organisation.support, "autoAssignment": "ROUND_ROBIN" });
    world.ada().mutate("updateTeam", turns).await.changed();
    let snoozed = snooze(world, &id, json!({ "after": "PT1H" })).await.changed();
    assert_eq!(snoozed.kinds(), ["SNOOZED", "REOPENED", "ASSIGNED", "ASSIGNED"]);
    assert_eq!(snoozed.get("conversation.assignee.id"), &json!(organisation.carl.id));
    let assignments = world.assignments(&id).await;
    assert_eq!(assignments[1], ["REOPENED", "bea", "-", "support"]);
    assert_eq!(assignments[2], ["AUTO_ASSIGNED", "bea", "carl", "support"]);
}

/// Neither the view nor its feed shows it.
async fn what_reopens_snoozed_never_appears_in_the_inbox(world: &World) {
    let id = world.closed().await;
    let document = "{ eventCursor inbox { nodes { id } } }";
    let before = world.bea().query(document, json!({})).await.ok();
    snooze(world, &id, json!({ "after": "PT1H" })).await.changed();
    let feed = "query($after: EventCursor, $states: [ConversationState!]) {
        conversationChanges(after: $after, filter: { states: $states }) { nodes { entry { kind } } } }";
    let since = async |state: &str| {
        let variables = json!({ "after": before.at("eventCursor"), "states": [state] });
        world.bea().query(feed, variables).await.ok().texts("conversationChanges.nodes", "entry.kind")
    };
    assert_eq!(since("OPEN").await, Vec::<String>::new());
    assert_eq!(since("SNOOZED").await, ["REOPENED"]);
    let after = world.bea().query(document, json!({})).await.ok();
    assert_eq!((before.texts("inbox.nodes", "id"), after.texts("inbox.nodes", "id")), (vec![], vec![]));
}

async fn spam_is_not_snoozed(world: &World) {
    let id = world.spam().await;
    snooze(world, &id, json!({ "after": "PT1H" })).await.refused("IS_SPAM", "");
    let reply = json!({ "conversationId": id, "text": "Hi", "then": { "snooze": { "until": { "after": "PT1H" } } } });
    world.bea().mutate("reply", reply).await.refused("IS_SPAM", "");
}

async fn a_stale_version_is_a_conflict(world: &World) {
    let id = world.opened().await;
    let input =
        |version: i64| json!({ "conversationId": id, "until": { "after": "PT1H" }, "expectedVersion": version });
    world.bea().mutate("snoozeConversation", input(1)).await.refused("CONFLICT", "input.expectedVersion");
    world.bea().mutate("snoozeConversation", input(2)).await.changed();
    let wake = |version: i64| json!({ "conversationId": id, "expectedVersion": version });
    world.bea().mutate("wakeConversation", wake(2)).await.refused("CONFLICT", "input.expectedVersion");
    world.bea().mutate("wakeConversation", wake(3)).await.changed();
}

async fn what_was_read_before_the_clock_acted_is_a_conflict(world: &World) {
    let id = world.opened().await;
    let seen = async || world.bea().conversation(&id).await["version"].as_i64().unwrap();
    world.snooze(&id, json!({ "after": "PT1H" })).await;
    for (acts, state) in [(TimeDelta::hours(1), "OPEN"), (TimeDelta::days(7), "CLOSED")] {
        let before = seen().await;
        world.pass(acts).await;
        let until = json!({ "after": "PT1H" });
        let again = json!({ "conversationId": id, "until": until, "expectedVersion": before });
        let refused = world.bea().mutate("snoozeConversation", again).await;
        let refused = refused.refused("CONFLICT", "input.expectedVersion");
        let shown = (refused.get("conversation.state"), refused.get("conversation.version"));
        assert_eq!(shown, (&json!(state), &json!(before + 1)), "with the refusal comes what the clock did");
    }
    let now = json!({ "conversationId": id, "expectedVersion": seen().await });
    world.bea().mutate("reopenConversation", now).await.changed();
}

async fn without_access_or_the_right_there_is_nothing_to_snooze(world: &World) {
    let hidden = world.hidden().await;
    let input = json!({ "conversationId": hidden, "until": { "customerReplies": true } });
    world.bea().mutate("snoozeConversation", input.clone()).await.refused("NOT_FOUND", "input.conversationId");
    let nonsense = json!({ "conversationId": "team_1", "until": { "customerReplies": true } });
    world.bea().mutate("snoozeConversation", nonsense).await.refused("NOT_FOUND", "input.conversationId");
    // Sees everything, but manages nothing.
    world.gateway().mutate("snoozeConversation", input.clone()).await.failed("FORBIDDEN");
    world.gateway().mutate("wakeConversation", json!({ "conversationId": hidden })).await.failed("FORBIDDEN");
    world.dora().mutate("snoozeConversation", input).await.changed();
    world
        .bea()
        .mutate("wakeConversation", json!({ "conversationId": hidden }))
        .await
        .refused("NOT_FOUND", "input.conversationId");
    let list = "{ conversations(view: SNOOZED) { nodes { id } } inboxCounts { snoozed } }";
    let seen = world.bea().query(list, json!({})).await.ok();
    assert_eq!((seen.texts("conversations.nodes", "id"), seen.at("inboxCounts.snoozed")), (vec![], &json!(0)));
}

fn then_snooze(id: &str, until: Value) -> Value {
    json!({ "conversationId": id, "text": "Back on Monday.", "then": { "snooze": { "until": until } } })
}

async fn a_reply_snoozes_in_the_same_step(world: &World) {
    let (open, closed) = (world.opened().await, world.closed().await);
    let replied = world.bea().mutate("reply", then_snooze(&open, json!({ "preset": "NEXT_WEEK" }))).await.changed();
    assert_eq!(replied.kinds(), ["MESSAGE", "FOLLOWED", "SNOOZED"]);
    assert_eq!(replied.get("conversation.snooze.until"), "2026-01-12T09:00:00Z");
    assert_eq!(replied.get("conversation.waitingSince"), &Value::Null);
    let replied = world.bea().mutate("reply", then_snooze(&closed, json!({ "customerReplies": true }))).await.changed();
    assert_eq!(replied.kinds(), ["MESSAGE", "FOLLOWED", "SNOOZED", "REOPENED"]);
    assert_eq!(replied.get("conversation.state"), "SNOOZED");
    // Asleep until the same time already, only the message is new.
    let again = world.bea().mutate("reply", then_snooze(&closed, json!({ "customerReplies": true }))).await.changed();
    assert_eq!(again.kinds(), ["MESSAGE"]);
}

async fn a_reply_with_a_refused_snooze_is_not_sent(world: &World) {
    let id = world.opened().await;
    let refusals = [
        (json!({ "at": "2026-01-05T09:00:00Z" }), "IN_THE_PAST", "input.then.snooze.until.at"),
        (json!({ "after": "P3650D" }), "TOO_FAR_AHEAD", "input.then.snooze.until.after"),
        (json!({ "customerReplies": false }), "INVALID", "input.then.snooze.until.customerReplies"),
    ];
    for (until, code, field) in refusals {
        world.bea().mutate("reply", then_snooze(&id, until)).await.refused(code, field);
    }
    let mut never = then_snooze(&id, json!({ "customerReplies": true }));
    never["then"]["snooze"]["wakeOnReply"] = json!(false);
    world.bea().mutate("reply", never).await.refused("INVALID", "input.then.snooze.wakeOnReply");
    assert_eq!(world.bea().timeline(&id).await, ["CREATED", "MESSAGE"]);
}

async fn a_reply_under_a_key_snoozes_once(world: &World) {
    let id = world.opened().await;
    let keyed = |preset: &str| {
        let mut input = then_snooze(&id, json!({ "preset": preset }));
        input["idempotencyKey"] = json!("k");
        input
    };
    let first = world.bea().mutate("reply", keyed("IN_ONE_HOUR")).await.changed();
    world.pass(TimeDelta::hours(2)).await;
    let retry = world.bea().mutate("reply", keyed("IN_ONE_HOUR")).await.changed();
    assert_eq!(retry.get("message.id"), first.get("message.id"));
    assert_eq!((retry.get("conversation.state"), retry.get("conversation.messageCount")), (&json!("OPEN"), &json!(2)));
    world.bea().mutate("reply", keyed("NEXT_WEEK")).await.refused("IDEMPOTENCY_MISMATCH", "input.idempotencyKey");
}

async fn what_people_do_leaves_it_asleep(world: &World) {
    let organisation = world.organisation();
    let id = world.opened().await;
    world.snooze(&id, json!({ "after": "PT1H" })).await;
    let tag = world.tag("billing").await;
    let about = |more: Value| {
        let mut input = json!({ "conversationId": id });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let acts = [
        ("assignConversation", json!({ "assigneeId": organisation.carl.id })),
        ("assignConversation", json!({ "teamId": organisation.billing })),
        ("addTags", json!({ "tagIds": [tag] })),
        ("removeTags", json!({ "tagIds": [tag] })),
        ("setPriority", json!({ "priority": "URGENT" })),
        ("addNote", json!({ "text": "Hm, @dora" })),
        ("reply", json!({ "text": "Hi" })),
        ("updateConversation", json!({ "subject": "Order" })),
        ("addFollowers", json!({ "agentIds": [organisation.carl.id] })),
    ];
    let asleep = world.bea().conversation(&id).await["snooze"].clone();
    for (mutation, input) in acts {
        let done = world.bea().mutate(mutation, about(input)).await.changed();
        assert_eq!(done.get("conversation.state"), "SNOOZED", "{mutation}");
        assert_eq!(done.get("conversation.snooze"), &asleep, "{mutation}");
    }
    world.bea().mutate("reopenConversation", about(json!({}))).await.unchanged();
    world.bea().mutate("markConversationRead", about(json!({}))).await.changed();
    assert_eq!(world.bea().conversation(&id).await["snooze"], asleep);
}

async fn what_sleeps_has_its_own_view_next_to_wake_first(world: &World) {
    let mut ids = Vec::new();
    for until in [json!({ "after": "PT3H" }), json!({ "customerReplies": true }), json!({ "after": "PT1H" })] {
        let id = world.opened().await;
        world.snooze(&id, until).await;
        ids.push(id);
    }
    let awake = world.opened().await;
    let document = "query($order: ConversationOrder) {
        conversations(view: SNOOZED, orderBy: $order) { nodes { id } totalCount } inbox { nodes { id } }
        history { nodes { id } } asleep: conversations(filter: { states: [SNOOZED] }) { totalCount }
        inboxCounts { snoozed all unassigned } }";
    let order = |direction: &str| json!({ "order": { "by": "SNOOZED_UNTIL", "direction": direction } });
    let [later, never, soon] = <[String; 3]>::try_from(ids).unwrap();
    let first_to_wake = [soon.clone(), later.clone(), never.clone()];
    for (variables, expected) in
        [(json!({}), first_to_wake.clone()), (order("ASC"), first_to_wake), (order("DESC"), [never, later, soon])]
    {
        let seen = world.bea().query(document, variables).await.ok();
        assert_eq!(seen.texts("conversations.nodes", "id"), expected);
        assert_eq!(seen.texts("inbox.nodes", "id"), std::slice::from_ref(&awake));
        assert_eq!(seen.texts("history.nodes", "id"), Vec::<String>::new());
        assert_eq!((seen.at("conversations.totalCount"), seen.at("asleep.totalCount")), (&json!(3), &json!(3)));
        assert_eq!(seen.at("inboxCounts"), &json!({ "snoozed": 3, "all": 1, "unassigned": 1 }));
    }
}

async fn falling_asleep_tells_who_watches_but_sleeping_on_does_not(world: &World) {
    let id = world.opened().await;
    world.assign(&id, &world.organisation().carl.id).await;
    world.ada().mutate("followConversation", json!({ "conversationId": id })).await.changed();
    world.snooze(&id, json!({ "after": "PT1H" })).await;
    world.snooze(&id, json!({ "after": "PT2H" })).await;
    assert_eq!(told(&world.carl()).await, ["ASSIGNED ASSIGNED", "SNOOZED ASSIGNED"]);
    assert_eq!(told(&world.ada()).await, ["SNOOZED FOLLOWING"]);
    assert_eq!(told(&world.bea()).await, Vec::<String>::new());
}

async fn a_feed_of_what_sleeps_tells_what_fell_asleep(world: &World) {
    let id = world.opened().await;
    world.snooze(&id, json!({ "after": "PT1H" })).await;
    world.pass(TimeDelta::hours(1)).await;
    let feed = "query($states: [ConversationState!]) { conversationChanges(filter: { states: $states }) {
        nodes { entry { kind } } } }";
    let of = async |state: &str| {
        let answer = world.gateway().query(feed, json!({ "states": [state] })).await.ok();
        answer.texts("conversationChanges.nodes", "entry.kind")
    };
    assert_eq!(of("SNOOZED").await, ["SNOOZED"]);
    assert_eq!(of("OPEN").await, ["CREATED", "MESSAGE", "WOKEN"]);
}

async fn the_entry_tells_both_times(world: &World) {
    let id = world.opened().await;
    world.snooze(&id, json!({ "after": "PT1H" })).await;
    world.clock.advance(TimeDelta::minutes(1));
    let input = json!({ "conversationId": id, "until": { "after": "PT2H" }, "wakeOnReply": false });
    world.carl().mutate("snoozeConversation", input).await.changed();
    let document = "query($id: ID!) { conversation(id: $id) { snooze { by { displayName } at }
        timeline(kinds: [SNOOZED], first: 2) { nodes { at actor { displayName }
        ... on SnoozedEntry { previousUntil until wakeOnReply } } } } }";
    let shown = world.bea().query(document, json!({ "id": id })).await.ok();
    let by = |name: &str| json!({ "displayName": name });
    assert_eq!(shown.at("conversation.snooze"), &json!({ "by": by("carl"), "at": "2026-01-05T09:01:00Z" }));
    let expected = json!([
        { "at": "2026-01-05T09:00:00Z", "actor": by("bea"), "previousUntil": null, "until": "2026-01-05T10:00:00Z",
          "wakeOnReply": true },
        { "at": "2026-01-05T09:01:00Z", "actor": by("carl"), "previousUntil": "2026-01-05T10:00:00Z",
          "until": "2026-01-05T11:01:00Z", "wakeOnReply": false },
    ]);
    assert_eq!(shown.at("conversation.timeline.nodes"), &expected);
}
