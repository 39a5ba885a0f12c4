//! The clock closes what nobody has written in for as long as the channel says (semantics §8.6): when, what restarts it, who is told.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use switchboard::scheduler::run_due;

use crate::notifications::{follow, told};
use crate::support::organisation::opening;
use crate::support::{Answer, World, both};
use crate::views::ids;

both!(
    an_open_mail_is_closed_after_exactly_168_hours,
    it_tells_the_planned_time_however_late_it_is,
    messages_waking_reopening_and_restoring_restart_it,
    nothing_else_restarts_it,
    what_sleeps_is_spam_or_a_chat_is_not_closed,
    waking_late_restarts_it_from_then_on,
    a_waiting_customer_can_be_spared,
    the_assignee_and_the_followers_are_told,
    history_shows_that_the_clock_closed_it,
    the_customers_next_message_reopens_it,
    what_is_hidden_is_closed_and_stays_hidden,
    a_conversation_the_team_began_is_closed_too,
);

/// The week after which mail conversations are closed.
pub const WEEK: TimeDelta = TimeDelta::hours(168);
/// The least that time moves.
pub const TICK: TimeDelta = TimeDelta::microseconds(1);

const CLOCKED: &str = "query($id: ID!) { conversation(id: $id) { state timeline(last: 100, kinds: [CLOSED, WOKEN]) { nodes {
    at actor { displayName } ... on ClosedEntry { closeReason scheduledFor } ... on WokenEntry { wakeReason scheduledFor } } } } }";

/// It is that long after the opening, and what is due is done.
pub async fn it_is(world: &World, after: TimeDelta) {
    world.clock.set(opening() + after);
    run_due(&world.app.service).await.unwrap();
}

/// Its shown state.
pub async fn state(world: &World, id: &str) -> Value {
    world.ada().conversation(id).await["state"].clone()
}

/// How often it was closed and woken: by whom, why, when that was planned (none = it wasn't), and when it was done; as times after the
/// opening.
pub async fn ended(world: &World, id: &str) -> Vec<(String, String, Option<TimeDelta>, TimeDelta)> {
    let answer = world.ada().query(CLOCKED, json!({ "id": id })).await.ok();
    let since = |at: &Value| Some(at.as_str()?.parse::<DateTime<Utc>>().unwrap() - opening());
    let nodes = answer.at("conversation.timeline.nodes").as_array().unwrap().clone();
    let tell = |node: &Value| {
        let why = node["closeReason"].as_str().or(node["wakeReason"].as_str()).unwrap().to_owned();
        let by = node["actor"]["displayName"].as_str().unwrap().to_owned();
        (by, why, since(&node["scheduledFor"]), since(&node["at"]).unwrap())
    };
    nodes.iter().map(tell).collect()
}

/// The clock closed it, once and last, as planned and at this time.
pub async fn closed_itself(world: &World, id: &str, planned: TimeDelta, at: TimeDelta) {
    let closed = ("Clock".to_owned(), "AUTO_CLOSED".to_owned(), Some(planned), at);
    assert_eq!(ended(world, id).await.last(), Some(&closed));
    assert_eq!(state(world, id).await, "CLOSED");
}

/// Snoozes it as Bea until this time.
pub async fn snooze(world: &World, id: &str, until: DateTime<Utc>) {
    let until = json!({ "at": until.to_rfc3339_opts(SecondsFormat::Micros, true) });
    let input = json!({ "conversationId": id, "until": until });
    world.bea().mutate("snoozeConversation", input).await.changed();
}

/// Snoozes it as Bea until the customer replies.
pub async fn snooze_until_reply(world: &World, id: &str) {
    let input = json!({ "conversationId": id, "until": { "customerReplies": true } });
    world.bea().mutate("snoozeConversation", input).await.changed();
}

/// Zoe writes into this conversation again.
pub async fn answered(world: &World, id: &str, automatic: bool) -> Answer {
    let number = world.ada().conversation(id).await["number"].clone();
    let mut mail = world.mail("zoe@example.com", "And another thing.");
    mail["subject"] = json!(format!("Re [#{number}]"));
    mail["automatic"] = json!(automatic);
    let received = world.gateway().receive(mail).await.changed();
    assert_eq!(received.conversation(), id);
    received
}

async fn reply(world: &World, id: &str) -> Answer {
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed()
}

async fn an_open_mail_is_closed_after_exactly_168_hours(world: &World) {
    let id = world.opened().await;
    it_is(world, WEEK - TICK).await;
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE"]);
    it_is(world, WEEK).await;
    assert_eq!(world.ada().timeline(&id).await, ["CREATED", "MESSAGE", "CLOSED"]);
    closed_itself(world, &id, WEEK, WEEK).await;
    it_is(world, WEEK * 2).await;
    assert_eq!(ended(world, &id).await.len(), 1, "once");
}

async fn it_tells_the_planned_time_however_late_it_is(world: &World) {
    let id = world.opened().await;
    it_is(world, WEEK * 10).await;
    closed_itself(world, &id, WEEK, WEEK * 10).await;
    let closed = world.ada().conversation(&id).await;
    assert_eq!(closed["closedAt"], "2026-03-16T09:00:00Z");
}

async fn messages_waking_reopening_and_restoring_restart_it(world: &World) {
    let [written, replied, woken] = [world.opened().await, world.opened().await, world.opened().await];
    let [slept, reopened, restored] = [world.opened().await, world.opened().await, world.opened().await];
    let of = |id: &str| json!({ "conversationId": id });
    let day = TimeDelta::days(1);
    it_is(world, TimeDelta::hours(1)).await;
    snooze_until_reply(world, &woken).await;
    snooze(world, &slept, opening() + day).await;
    world.close(&reopened).await;
    world.bea().mutate("markAsSpam", of(&restored)).await.changed();
    it_is(world, day).await;
    answered(world, &written, false).await;
    reply(world, &replied).await;
    world.bea().mutate("wakeConversation", of(&woken)).await.changed();
    world.bea().mutate("reopenConversation", of(&reopened)).await.changed();
    world.bea().mutate("restoreFromSpam", of(&restored)).await.changed();
    let all = [written, replied, woken, slept, reopened, restored];
    it_is(world, day + WEEK - TICK).await;
    for id in &all {
        assert_eq!(state(world, id).await, "OPEN");
    }
    it_is(world, day + WEEK).await;
    for id in &all {
        closed_itself(world, id, day + WEEK, day + WEEK).await;
    }
}

async fn nothing_else_restarts_it(world: &World) {
    let organisation = world.organisation();
    let (id, tag) = (world.opened().await, world.tag("late").await);
    let message = reply(world, &id).await.text("message.id");
    let note = json!({ "conversationId": id, "text": "Who knows more?" });
    let note = world.carl().mutate("addNote", note).await.changed().text("note.id");
    it_is(world, TimeDelta::days(6)).await;
    let of = |more: Value| {
        let mut input = json!({ "conversationId": id });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let done = [
        ("addNote", of(json!({ "text": "Nobody." }))),
        ("editNote", json!({ "noteId": note, "text": "Who knows less?" })),
        ("deleteNote", json!({ "noteId": note })),
        ("addTags", of(json!({ "tagIds": [tag] }))),
        ("removeTags", of(json!({ "tagIds": [tag] }))),
        ("assignConversation", of(json!({ "assigneeId": organisation.bea.id, "teamId": organisation.support }))),
        ("setPriority", of(json!({ "priority": "URGENT" }))),
        ("updateConversation", of(json!({ "subject": "Late", "attributes": { "late": true } }))),
        ("followConversation", of(json!({}))),
        ("addFollowers", of(json!({ "agentIds": [organisation.bea.id, organisation.dora.id] }))),
        ("removeFollowers", of(json!({ "agentIds": [organisation.dora.id] }))),
        ("markConversationRead", of(json!({}))),
        ("markConversationUnread", of(json!({}))),
    ];
    for (mutation, input) in done {
        world.carl().mutate(mutation, input).await.changed();
    }
    for status in ["SENT", "FAILED", "DELIVERED"] {
        let report = json!({ "messageId": message, "status": status });
        world.gateway().mutate("reportDelivery", report).await.changed();
    }
    answered(world, &id, true).await;
    assert_eq!(ids(world, "inbox").await, [&*id], "looking at it doesn't, either");
    it_is(world, WEEK - TICK).await;
    assert_eq!(state(world, &id).await, "OPEN");
    it_is(world, WEEK).await;
    closed_itself(world, &id, WEEK, WEEK).await;
}

async fn what_sleeps_is_spam_or_a_chat_is_not_closed(world: &World) {
    let [asleep, spam] = [world.opened().await, world.opened().await];
    let chat = world.chatted("visitor-1", "Hello").await.conversation();
    snooze(world, &asleep, opening() + WEEK * 20).await;
    world.bea().mutate("markAsSpam", json!({ "conversationId": spam })).await.changed();
    it_is(world, WEEK * 10).await;
    for (id, still) in [(&asleep, "SNOOZED"), (&spam, "SPAM"), (&chat, "OPEN")] {
        assert_eq!((state(world, id).await, ended(world, id).await), (json!(still), vec![]));
    }
    // What comes back counts from then on.
    world.bea().mutate("restoreFromSpam", json!({ "conversationId": spam })).await.changed();
    it_is(world, WEEK * 11 - TICK).await;
    assert_eq!(state(world, &spam).await, "OPEN");
    it_is(world, WEEK * 11).await;
    closed_itself(world, &spam, WEEK * 11, WEEK * 11).await;
}

async fn waking_late_restarts_it_from_then_on(world: &World) {
    let id = world.opened().await;
    it_is(world, WEEK - TICK).await;
    snooze(world, &id, opening() + WEEK * 2).await;
    // Nothing ran when it should have woken.
    it_is(world, WEEK * 5).await;
    let woken = ("Clock".to_owned(), "EXPIRED".to_owned(), Some(WEEK * 2), WEEK * 5);
    assert_eq!(ended(world, &id).await, [woken], "woken, and not closed at once");
    it_is(world, WEEK * 6 - TICK).await;
    assert_eq!(state(world, &id).await, "OPEN");
    it_is(world, WEEK * 6).await;
    closed_itself(world, &id, WEEK * 6, WEEK * 6).await;
}

async fn a_waiting_customer_can_be_spared(world: &World) {
    let policy = json!({ "channelId": world.organisation().mail, "policy": { "autoCloseWhileWaiting": false } });
    world.ada().mutate("updateChannel", policy).await.changed();
    let [waiting, answered_once] = [world.opened().await, world.opened().await];
    reply(world, &answered_once).await;
    it_is(world, WEEK).await;
    assert_eq!(state(world, &waiting).await, "OPEN");
    closed_itself(world, &answered_once, WEEK, WEEK).await;
    it_is(world, WEEK * 4).await;
    assert_eq!(state(world, &waiting).await, "OPEN");
    reply(world, &waiting).await;
    it_is(world, WEEK * 5 - TICK).await;
    answered(world, &waiting, false).await;
    it_is(world, WEEK * 8).await;
    assert_eq!(state(world, &waiting).await, "OPEN", "waiting again");
    reply(world, &waiting).await;
    it_is(world, WEEK * 9 - TICK).await;
    assert_eq!(state(world, &waiting).await, "OPEN");
    it_is(world, WEEK * 9).await;
    closed_itself(world, &waiting, WEEK * 9, WEEK * 9).await;
}

async fn the_assignee_and_the_followers_are_told(world: &World) {
    let id = world.opened().await;
    world.assign(&id, &world.organisation().bea.id).await;
    follow(&world.carl(), &id).await;
    it_is(world, WEEK).await;
    assert_eq!(told(&world.bea()).await.last().unwrap(), "CLOSED ASSIGNED");
    assert_eq!(told(&world.carl()).await, ["CLOSED FOLLOWING"]);
    assert_eq!(told(&world.dora()).await, Vec::<String>::new());
}

async fn history_shows_that_the_clock_closed_it(world: &World) {
    let id = world.opened().await;
    assert_eq!(world.ada().conversation(&id).await["waitingSince"], "2026-01-05T09:00:00Z");
    it_is(world, WEEK).await;
    assert_eq!(ids(world, "inbox").await, Vec::<String>::new());
    let document = "{ history { nodes { id state closeReason closedAt closedBy { __typename displayName }
        waitingSince lastActivityAt } } }";
    let shown = json!({ "id": id, "state": "CLOSED", "closeReason": "AUTO_CLOSED", "closedAt": "2026-01-12T09:00:00Z",
        "closedBy": { "__typename": "Clock", "displayName": "Clock" }, "waitingSince": null,
        "lastActivityAt": "2026-01-05T09:00:00Z" });
    assert_eq!(world.bea().query(document, json!({})).await.ok().at("history.nodes"), &json!([shown]));
}

async fn the_customers_next_message_reopens_it(world: &World) {
    let id = world.opened().await;
    it_is(world, WEEK).await;
    it_is(world, WEEK + TimeDelta::days(1)).await;
    let again = answered(world, &id, false).await;
    assert_eq!(again.kinds(), ["MESSAGE", "REOPENED"]);
    assert_eq!(again.get("conversation.closeReason"), &Value::Null);
    assert_eq!(again.get("conversation.waitingSince"), "2026-01-13T09:00:00Z");
    it_is(world, WEEK * 2 + TimeDelta::days(1)).await;
    let (planned, at) = (WEEK * 2 + TimeDelta::days(1), WEEK * 2 + TimeDelta::days(1));
    closed_itself(world, &id, planned, at).await;
    // What arrives by itself stays in it.
    assert_eq!(answered(world, &id, true).await.kinds(), ["MESSAGE"]);
    assert_eq!(state(world, &id).await, "CLOSED");
}

async fn what_is_hidden_is_closed_and_stays_hidden(world: &World) {
    let id = world.hidden().await;
    world.belongs_to_vip(&world.organisation().bea.id, true).await;
    follow(&world.bea(), &id).await;
    world.belongs_to_vip(&world.organisation().bea.id, false).await;
    it_is(world, WEEK).await;
    closed_itself(world, &id, WEEK, WEEK).await;
    assert_eq!(world.bea().conversation(&id).await, Value::Null);
    assert_eq!(ids(world, "history").await, Vec::<String>::new());
    assert_eq!(told(&world.bea()).await, Vec::<String>::new(), "she follows it, but may not know of it");
    assert_eq!(world.dora().conversation(&id).await["closeReason"], "AUTO_CLOSED");
}

async fn a_conversation_the_team_began_is_closed_too(world: &World) {
    let starting = json!({ "channelId": world.organisation().mail, "customer": { "email": "zoe@example.com" },
        "text": "Are you content?" });
    let id = world.bea().mutate("startConversation", starting).await.changed().conversation();
    it_is(world, WEEK - TICK).await;
    assert_eq!(state(world, &id).await, "OPEN");
    it_is(world, WEEK).await;
    closed_itself(world, &id, WEEK, WEEK).await;
    assert_eq!(told(&world.bea()).await, ["CLOSED FOLLOWING"], "who began it follows it");
}
