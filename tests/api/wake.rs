//! Waking (semantics §7.4–7.6): by the customer, by hand and by the clock, and what an old timer can't do.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::notifications::{follow, told};
use crate::support::{Answer, World, both};

both!(
    when_it_expires_it_returns_to_the_inbox_by_itself,
    it_never_wakes_early_nor_twice,
    expiring_tells_assignee_and_followers,
    waking_is_activity_and_restarts_the_auto_close_clock,
    downtime_only_makes_it_late,
    after_downtime_the_longest_due_wakes_first,
    snoozed_anew_only_the_new_time_counts,
    a_customer_message_wakes_it,
    without_wake_on_reply_it_stays_asleep_but_is_unread_and_notifies,
    what_a_customer_writes_to_while_it_sleeps_is_listed_as_unread,
    an_automatic_message_does_not_wake_it,
    what_waits_for_the_customer_sleeps_however_long,
    somebody_wakes_it_and_the_clock_does_nothing_more,
    waking_what_is_awake_changes_nothing,
    spam_is_not_woken,
    a_reply_can_wake_it,
    closing_clears_the_snooze_and_its_timer_never_revives_it,
    a_reopened_conversation_hears_nothing_of_its_old_snooze,
    spam_keeps_the_snooze_underneath,
    underneath_spam_it_expires_with_an_entry_and_without_notice,
    restored_before_its_time_it_sleeps_on,
    a_message_in_spam_wakes_it_when_restored,
);

async fn wake(world: &World, id: &str) -> Answer {
    world.bea().mutate("wakeConversation", json!({ "conversationId": id })).await
}

async fn asleep(world: &World, until: Value) -> String {
    let id = world.opened().await;
    world.snooze(&id, until).await;
    id
}

/// Asleep for an hour, whatever the customer writes.
async fn fast_asleep(world: &World) -> String {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    let input = json!({ "conversationId": id, "until": { "after": "PT1H" }, "wakeOnReply": false });
    world.bea().mutate("snoozeConversation", input).await.changed();
    id
}

/// Each waking: who, why, when, and for when it was planned.
async fn wakings(world: &World, id: &str) -> Vec<Value> {
    let document = "query($id: ID!) { conversation(id: $id) { timeline(kinds: [WOKEN], first: 9) { nodes {
        actor { __typename } at ... on WokenEntry { wakeReason scheduledFor } } } } }";
    let answer = world.ada().query(document, json!({ "id": id })).await.ok();
    let spelled =
        |node: &Value| json!([node["actor"]["__typename"], node["wakeReason"], node["at"], node["scheduledFor"]]);
    answer.at("conversation.timeline.nodes").as_array().unwrap().iter().map(spelled).collect()
}

async fn view(world: &World, name: &str) -> Vec<String> {
    let document = format!("{{ conversations(view: {name}) {{ nodes {{ id }} }} }}");
    world.bea().query(&document, json!({})).await.ok().texts("conversations.nodes", "id")
}

async fn state(world: &World, id: &str) -> Value {
    world.ada().conversation(id).await["state"].clone()
}

async fn mark_as_spam(world: &World, id: &str) {
    world.bea().mutate("markAsSpam", json!({ "conversationId": id })).await.changed();
}

async fn restore(world: &World, id: &str) -> Answer {
    world.bea().mutate("restoreFromSpam", json!({ "conversationId": id })).await.changed()
}

async fn when_it_expires_it_returns_to_the_inbox_by_itself(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    assert_eq!((view(world, "INBOX").await, view(world, "SNOOZED").await), (vec![], vec![id.clone()]));
    world.pass(TimeDelta::hours(1)).await;
    assert_eq!((view(world, "INBOX").await, view(world, "SNOOZED").await), (vec![id.clone()], vec![]));
    let shown = world.bea().conversation(&id).await;
    assert_eq!((&shown["state"], &shown["snooze"]), (&json!("OPEN"), &Value::Null));
    let at = "2026-01-05T10:00:00Z";
    assert_eq!(wakings(world, &id).await, [json!(["Clock", "EXPIRED", at, at])]);
}

async fn it_never_wakes_early_nor_twice(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    world.pass(TimeDelta::hours(1) - TimeDelta::microseconds(1)).await;
    assert_eq!(state(world, &id).await, "SNOOZED");
    world.pass(TimeDelta::microseconds(1)).await;
    for _ in 0..3 {
        world.pass(TimeDelta::zero()).await;
    }
    assert_eq!(wakings(world, &id).await.len(), 1);
}

async fn expiring_tells_assignee_and_followers(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    world.assign(&id, &world.organisation().carl.id).await;
    follow(&world.ada(), &id).await;
    follow(&world.bea(), &id).await;
    world.pass(TimeDelta::hours(1)).await;
    assert_eq!(told(&world.carl()).await, ["ASSIGNED ASSIGNED", "WOKEN ASSIGNED"]);
    assert_eq!(told(&world.ada()).await, ["WOKEN FOLLOWING"]);
    assert_eq!(told(&world.bea()).await, ["WOKEN FOLLOWING"], "also who had snoozed it");
    assert_eq!(told(&world.dora()).await, Vec::<String>::new());
}

async fn waking_is_activity_and_restarts_the_auto_close_clock(world: &World) {
    let id = asleep(world, json!({ "after": "P6D" })).await;
    world.pass(TimeDelta::days(6)).await;
    let document = "query($id: ID!) { conversation(id: $id) { lastActivityAt upcoming { kind at } } }";
    let shown = world.bea().query(document, json!({ "id": id })).await.ok();
    assert_eq!(shown.at("conversation.lastActivityAt"), "2026-01-11T09:00:00Z");
    let closes = json!([{ "kind": "AUTO_CLOSE", "at": "2026-01-18T09:00:00Z" }]);
    assert_eq!(shown.at("conversation.upcoming"), &closes);
    world.pass(TimeDelta::days(7) - TimeDelta::microseconds(1)).await;
    assert_eq!(state(world, &id).await, "OPEN");
    world.pass(TimeDelta::microseconds(1)).await;
    assert_eq!(state(world, &id).await, "CLOSED");
}

async fn downtime_only_makes_it_late(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    world.clock.advance(TimeDelta::days(40));
    // Overdue, nothing has happened yet, and what is planned is still what was planned.
    let document = "query($id: ID!) { conversation(id: $id) { state upcoming { kind at } lastActivityAt } }";
    let late = world.bea().query(document, json!({ "id": id })).await.ok();
    assert_eq!(late.at("conversation.state"), "SNOOZED");
    assert_eq!(late.at("conversation.upcoming"), &json!([{ "kind": "WAKE", "at": "2026-01-05T10:00:00Z" }]));
    world.pass(TimeDelta::zero()).await;
    let woken = json!(["Clock", "EXPIRED", "2026-02-14T09:00:00Z", "2026-01-05T10:00:00Z"]);
    assert_eq!(wakings(world, &id).await, [woken]);
    let shown = world.bea().query(document, json!({ "id": id })).await.ok();
    let closes = json!([{ "kind": "AUTO_CLOSE", "at": "2026-02-21T09:00:00Z" }]);
    assert_eq!(shown.at("conversation.upcoming"), &closes, "from when it woke");
    assert_eq!(shown.at("conversation.lastActivityAt"), "2026-02-14T09:00:00Z");
}

async fn after_downtime_the_longest_due_wakes_first(world: &World) {
    let mut ids = Vec::new();
    for hours in [3, 1, 2] {
        ids.push(asleep(world, json!({ "after": format!("PT{hours}H") })).await);
    }
    world.pass(TimeDelta::days(1)).await;
    let feed = "{ conversationChanges(kinds: [WOKEN]) { nodes { conversation { id } } } }";
    let woken = world.gateway().query(feed, json!({})).await.ok();
    let expected = [&ids[1], &ids[2], &ids[0]];
    assert_eq!(woken.texts("conversationChanges.nodes", "conversation.id").iter().collect::<Vec<_>>(), expected);
}

async fn snoozed_anew_only_the_new_time_counts(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    world.snooze(&id, json!({ "after": "PT2H" })).await;
    world.pass(TimeDelta::hours(1)).await;
    assert_eq!(state(world, &id).await, "SNOOZED");
    // Earlier again, but later than now.
    world.snooze(&id, json!({ "after": "PT1M" })).await;
    world.pass(TimeDelta::minutes(1)).await;
    let at = "2026-01-05T10:01:00Z";
    assert_eq!(wakings(world, &id).await, [json!(["Clock", "EXPIRED", at, at])]);
    world.pass(TimeDelta::hours(1)).await;
    assert_eq!(wakings(world, &id).await.len(), 1);
}

async fn a_customer_message_wakes_it(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.snooze(&id, json!({ "after": "PT1H" })).await;
    world.clock.advance(TimeDelta::minutes(5));
    let received = world.chatted("visitor-1", "Anybody?").await;
    assert_eq!(
        (received.conversation(), received.kinds()),
        (id.clone(), vec!["MESSAGE".to_owned(), "WOKEN".to_owned()])
    );
    assert_eq!(received.get("conversation.state"), "OPEN");
    let woken = json!(["Customer", "CUSTOMER_REPLIED", "2026-01-05T09:05:00Z", null]);
    assert_eq!(wakings(world, &id).await, std::slice::from_ref(&woken));
    world.pass(TimeDelta::hours(2)).await;
    assert_eq!(wakings(world, &id).await, [woken], "its timer is gone");
}

async fn without_wake_on_reply_it_stays_asleep_but_is_unread_and_notifies(world: &World) {
    let id = fast_asleep(world).await;
    world.assign(&id, &world.organisation().carl.id).await;
    world.carl().mutate("markConversationRead", json!({ "conversationId": id })).await.changed();
    let received = world.chatted("visitor-1", "Anybody?").await;
    assert_eq!(received.kinds(), ["MESSAGE"]);
    assert_eq!(received.get("conversation.state"), "SNOOZED");
    let unread = "query($id: ID!) { conversation(id: $id) { viewerUnread waitingSince } }";
    let shown = world.carl().query(unread, json!({ "id": id })).await.ok();
    assert_eq!(shown.at("conversation"), &json!({ "viewerUnread": true, "waitingSince": "2026-01-05T09:00:00Z" }));
    assert_eq!(told(&world.carl()).await, ["ASSIGNED ASSIGNED", "MESSAGE ASSIGNED"]);
    world.pass(TimeDelta::hours(1)).await;
    assert_eq!(state(world, &id).await, "OPEN", "its time comes all the same");
}

async fn what_a_customer_writes_to_while_it_sleeps_is_listed_as_unread(world: &World) {
    let (bea, id) = (world.bea(), fast_asleep(world).await);
    let document = "{ asleep: conversations(view: SNOOZED, filter: { unreadOnly: true }) { nodes { id } totalCount }
        anywhere: conversations(filter: { unreadOnly: true }) { nodes { id } } }";
    let unread = async || {
        let answer = bea.query(document, json!({})).await.ok();
        let (asleep, anywhere) = (answer.texts("asleep.nodes", "id"), answer.texts("anywhere.nodes", "id"));
        assert_eq!((answer.at("asleep.totalCount"), &asleep), (&json!(asleep.len()), &anywhere));
        asleep
    };
    let read = json!({ "conversationId": id });
    bea.mutate("markConversationRead", read.clone()).await.changed();
    assert_eq!(unread().await, Vec::<String>::new());
    world.chatted("visitor-1", "Anybody?").await;
    assert_eq!(state(world, &id).await, "SNOOZED");
    assert_eq!(unread().await, [&*id]);
    bea.mutate("markConversationRead", read).await.changed();
    assert_eq!(unread().await, Vec::<String>::new());
}

async fn an_automatic_message_does_not_wake_it(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.snooze(&id, json!({ "customerReplies": true })).await;
    let mut automatic = world.chat("visitor-1", "I am out of office.");
    automatic["automatic"] = json!(true);
    let received = world.gateway().receive(automatic).await.changed();
    assert_eq!((received.conversation(), received.kinds()), (id, vec!["MESSAGE".to_owned()]));
    assert_eq!(received.get("conversation.state"), "SNOOZED");
}

async fn what_waits_for_the_customer_sleeps_however_long(world: &World) {
    let id = asleep(world, json!({ "customerReplies": true })).await;
    // Longer than any snooze, and than auto-close: what sleeps isn't closed.
    world.pass(TimeDelta::days(6 * 366)).await;
    assert_eq!(state(world, &id).await, "SNOOZED");
    let mut answer = world.mail("zoe@example.com", "Sorry for the delay.");
    answer["subject"] = json!("Re: [#1]");
    let received = world.gateway().receive(answer).await.changed();
    assert_eq!((received.conversation(), received.get("conversation.state")), (id, &json!("OPEN")));
}

async fn somebody_wakes_it_and_the_clock_does_nothing_more(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    follow(&world.ada(), &id).await;
    world.clock.advance(TimeDelta::minutes(5));
    let woken = wake(world, &id).await.changed();
    assert_eq!((woken.kinds(), woken.get("conversation.state")), (vec!["WOKEN".to_owned()], &json!("OPEN")));
    assert_eq!(woken.get("conversation.snooze"), &Value::Null);
    assert_eq!(woken.get("conversation.lastActivityAt"), "2026-01-05T09:05:00Z");
    world.pass(TimeDelta::hours(2)).await;
    assert_eq!(wakings(world, &id).await, [json!(["Agent", "MANUAL", "2026-01-05T09:05:00Z", null])]);
    assert_eq!(told(&world.ada()).await, ["WOKEN FOLLOWING"]);
}

async fn waking_what_is_awake_changes_nothing(world: &World) {
    for id in [world.opened().await, world.closed().await] {
        wake(world, &id).await.unchanged();
    }
}

async fn spam_is_not_woken(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    mark_as_spam(world, &id).await;
    wake(world, &id).await.refused("IS_SPAM", "");
    wake(world, &world.spam().await).await.refused("IS_SPAM", "");
}

async fn a_reply_can_wake_it(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    let reply = json!({ "conversationId": id, "text": "Hi", "then": { "open": true } });
    let replied = world.bea().mutate("reply", reply).await.changed();
    assert_eq!(replied.kinds(), ["MESSAGE", "FOLLOWED", "WOKEN"]);
    assert_eq!(replied.get("conversation.state"), "OPEN");
}

async fn closing_clears_the_snooze_and_its_timer_never_revives_it(world: &World) {
    let by_hand = asleep(world, json!({ "after": "PT1H" })).await;
    let closed = world.close(&by_hand).await;
    assert_eq!(closed.get("conversation.snooze"), &Value::Null);
    let by_reply = asleep(world, json!({ "after": "PT1H" })).await;
    let reply = json!({ "conversationId": by_reply, "text": "Bye", "then": { "close": true } });
    world.bea().mutate("reply", reply).await.changed();
    let before = world.last_seq().await;
    world.pass(TimeDelta::days(400)).await;
    assert_eq!(world.last_seq().await, before);
    for id in [by_hand, by_reply] {
        assert_eq!(state(world, &id).await, "CLOSED");
    }
}

async fn a_reopened_conversation_hears_nothing_of_its_old_snooze(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    world.close(&id).await;
    world.bea().mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
    let before = world.last_seq().await;
    world.pass(TimeDelta::hours(2)).await;
    assert_eq!((world.last_seq().await, state(world, &id).await), (before, json!("OPEN")));
    // Snoozed again, the old time means nothing either.
    world.snooze(&id, json!({ "after": "PT3H" })).await;
    world.close(&id).await;
    world.snooze(&id, json!({ "after": "PT5H" })).await;
    world.pass(TimeDelta::hours(3)).await;
    assert_eq!(state(world, &id).await, "SNOOZED");
    world.pass(TimeDelta::hours(2)).await;
    let at = "2026-01-05T16:00:00Z";
    assert_eq!(wakings(world, &id).await, [json!(["Clock", "EXPIRED", at, at])]);
}

async fn spam_keeps_the_snooze_underneath(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    mark_as_spam(world, &id).await;
    let document = "query($id: ID!) { conversation(id: $id) { state snooze { until wakeOnReply by { displayName } at }
        upcoming { kind at } availableActions } }";
    let shown = world.bea().query(document, json!({ "id": id })).await.ok();
    let snooze = json!({ "until": "2026-01-05T10:00:00Z", "wakeOnReply": true, "by": { "displayName": "bea" },
        "at": "2026-01-05T09:00:00Z" });
    assert_eq!((shown.at("conversation.state"), shown.at("conversation.snooze")), (&json!("SPAM"), &snooze));
    assert_eq!(shown.at("conversation.upcoming"), &json!([{ "kind": "WAKE", "at": "2026-01-05T10:00:00Z" }]));
    let offered = shown.at("conversation.availableActions").as_array().unwrap();
    assert!(!offered.iter().any(|action| ["SNOOZE", "WAKE"].contains(&action.as_str().unwrap())), "{offered:?}");
    assert_eq!((view(world, "SNOOZED").await, view(world, "SPAM").await), (vec![], vec![id]));
}

async fn underneath_spam_it_expires_with_an_entry_and_without_notice(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    follow(&world.ada(), &id).await;
    mark_as_spam(world, &id).await;
    world.pass(TimeDelta::hours(3)).await;
    let woken = json!(["Clock", "EXPIRED", "2026-01-05T12:00:00Z", "2026-01-05T10:00:00Z"]);
    assert_eq!(wakings(world, &id).await, [woken]);
    let shown = world.bea().conversation(&id).await;
    assert_eq!((&shown["state"], &shown["snooze"]), (&json!("SPAM"), &Value::Null));
    assert_eq!(told(&world.ada()).await, Vec::<String>::new());
    let restored = restore(world, &id).await;
    assert_eq!((restored.kinds(), restored.get("conversation.state")), (vec!["RESTORED".to_owned()], &json!("OPEN")));
}

async fn restored_before_its_time_it_sleeps_on(world: &World) {
    let id = asleep(world, json!({ "after": "PT1H" })).await;
    follow(&world.ada(), &id).await;
    mark_as_spam(world, &id).await;
    world.pass(TimeDelta::minutes(30)).await;
    let restored = restore(world, &id).await;
    assert_eq!(restored.kinds(), ["RESTORED"]);
    assert_eq!(restored.get("conversation.state"), "SNOOZED");
    assert_eq!(restored.get("conversation.snooze.until"), "2026-01-05T10:00:00Z");
    world.pass(TimeDelta::minutes(30)).await;
    assert_eq!(state(world, &id).await, "OPEN");
    assert_eq!(told(&world.ada()).await, ["RESTORED FOLLOWING", "WOKEN FOLLOWING"]);
}

async fn a_message_in_spam_wakes_it_when_restored(world: &World) {
    for (wake_on_reply, kinds, state) in
        [(true, vec!["RESTORED", "WOKEN"], "OPEN"), (false, vec!["RESTORED"], "SNOOZED")]
    {
        let visitor = format!("visitor-{wake_on_reply}");
        let id = world.chatted(&visitor, "Hello").await.conversation();
        let input = json!({ "conversationId": id, "until": { "after": "PT1H" }, "wakeOnReply": wake_on_reply });
        world.bea().mutate("snoozeConversation", input).await.changed();
        mark_as_spam(world, &id).await;
        assert_eq!(world.chatted(&visitor, "Anybody?").await.kinds(), ["MESSAGE"]);
        let restored = restore(world, &id).await;
        assert_eq!(restored.kinds(), kinds);
        assert_eq!(restored.get("conversation.state"), state);
    }
}
