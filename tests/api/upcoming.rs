//! What the clock will do next (semantics §7.6, 8.4, 8.6), which is what the scheduler goes by.

use chrono::{SecondsFormat, TimeDelta};
use entity::enums::{Scope, TimerKind};
use entity::timer;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::budgets::{cost, warm};
use crate::support::{Client, World, both};

both!(
    an_open_mail_closes_by_itself_and_a_chat_does_not,
    what_sleeps_wakes_and_nothing_else,
    what_waits_for_the_customer_has_nothing_to_come,
    a_closed_chat_has_a_window_until_it_has_passed,
    a_channels_own_policy_counts_as_it_now_is,
    a_spared_customer_has_nothing_to_come,
    spam_shows_only_the_snooze_underneath,
    it_is_what_the_timers_say,
    a_list_of_it_costs_no_statement_more,
    who_may_not_read_conversations_sees_where_they_stand,
);

async fn upcoming(client: &Client, id: &str) -> Vec<String> {
    let document = "query($id: ID!) { conversation(id: $id) { upcoming { kind at } } }";
    spelled(client.query(document, json!({ "id": id })).await.ok().at("conversation.upcoming"))
}

fn spelled(list: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|one| format!("{} {}", text(&one["kind"]), text(&one["at"]))).collect()
}

async fn an_open_mail_closes_by_itself_and_a_chat_does_not(world: &World) {
    let mail = world.opened().await;
    assert_eq!(upcoming(&world.bea(), &mail).await, ["AUTO_CLOSE 2026-01-12T09:00:00Z"]);
    let chat = world.chatted("visitor-1", "Hello").await.conversation();
    assert_eq!(upcoming(&world.bea(), &chat).await, Vec::<String>::new());
    world.close(&mail).await;
    assert_eq!(upcoming(&world.bea(), &mail).await, Vec::<String>::new(), "a mail always reopens");
}

async fn what_sleeps_wakes_and_nothing_else(world: &World) {
    let id = world.opened().await;
    world.snooze(&id, json!({ "after": "P30D" })).await;
    assert_eq!(upcoming(&world.bea(), &id).await, ["WAKE 2026-02-04T09:00:00Z"]);
}

async fn what_waits_for_the_customer_has_nothing_to_come(world: &World) {
    let id = world.opened().await;
    world.snooze(&id, json!({ "customerReplies": true })).await;
    assert_eq!(upcoming(&world.bea(), &id).await, Vec::<String>::new());
}

async fn a_closed_chat_has_a_window_until_it_has_passed(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    world.clock.advance(TimeDelta::hours(1));
    world.close(&id).await;
    let ends = ["REOPEN_WINDOW_ENDS 2026-01-06T09:00:00Z"];
    assert_eq!(upcoming(&world.bea(), &id).await, ends, "from the last message on");
    world.pass(TimeDelta::hours(23)).await;
    assert_eq!(upcoming(&world.bea(), &id).await, ends);
    let preview = "query($input: ReceiveMessageInput!) { previewRouting(input: $input) { decision } }";
    let decision = async || {
        let answer = world.ada().query(preview, json!({ "input": world.chat("visitor-1", "Me again") })).await.ok();
        answer.at("previewRouting.decision").clone()
    };
    assert_eq!(decision().await, "REOPEN", "at its very end it still reopens");
    world.pass(TimeDelta::microseconds(1)).await;
    assert_eq!(upcoming(&world.bea(), &id).await, Vec::<String>::new());
    assert_eq!(decision().await, "CREATE");
}

async fn a_channels_own_policy_counts_as_it_now_is(world: &World) {
    let id = world.opened().await;
    world.close(&id).await;
    let policy =
        |window: Value| json!({ "channelId": world.organisation().mail, "policy": { "reopenWindow": window } });
    world.ada().mutate("updateChannel", policy(json!("PT36H"))).await.changed();
    assert_eq!(upcoming(&world.bea(), &id).await, ["REOPEN_WINDOW_ENDS 2026-01-06T21:00:00Z"]);
    world.ada().mutate("updateChannel", policy(Value::Null)).await.changed();
    assert_eq!(upcoming(&world.bea(), &id).await, Vec::<String>::new());
}

async fn a_spared_customer_has_nothing_to_come(world: &World) {
    let policy = json!({ "autoCloseAfter": "PT2H", "autoCloseWhileWaiting": false });
    let new = json!({ "kind": "CHAT", "name": "Patient", "policy": policy });
    let channel = world.ada().mutate("createChannel", new).await.changed().text("channel.id");
    let mut message = world.chat("visitor-1", "Hello");
    message["channelId"] = json!(channel);
    let id = world.gateway().receive(message).await.changed().conversation();
    assert_eq!(upcoming(&world.bea(), &id).await, Vec::<String>::new(), "the customer waits");
    world.clock.advance(TimeDelta::hours(1));
    world.bea().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    assert_eq!(upcoming(&world.bea(), &id).await, ["AUTO_CLOSE 2026-01-05T12:00:00Z"]);
}

async fn spam_shows_only_the_snooze_underneath(world: &World) {
    let (open, asleep) = (world.opened().await, world.opened().await);
    world.snooze(&asleep, json!({ "after": "PT1H" })).await;
    for id in [&open, &asleep] {
        world.bea().mutate("markAsSpam", json!({ "conversationId": id })).await.changed();
    }
    assert_eq!(upcoming(&world.bea(), &open).await, Vec::<String>::new());
    assert_eq!(upcoming(&world.bea(), &asleep).await, ["WAKE 2026-01-05T10:00:00Z"]);
}

async fn it_is_what_the_timers_say(world: &World) {
    let ids = [world.opened().await, world.opened().await, world.closed().await];
    world.snooze(&ids[1], json!({ "preset": "NEXT_WEEK" })).await;
    world.clock.advance(TimeDelta::minutes(7));
    world.bea().mutate("reply", json!({ "conversationId": ids[0], "text": "Hi" })).await.changed();
    let rows = world.rows().await;
    let timers = timer::Entity::find().all(&rows).await.unwrap();
    rows.close().await.unwrap();
    for id in &ids {
        let of_it = timers.iter().filter(|timer| timer.conversation_id.to_string() == *id);
        let told: Vec<String> = of_it
            .map(|timer| {
                let kind = if timer.kind == TimerKind::Wake { "WAKE" } else { "AUTO_CLOSE" };
                format!("{kind} {}", timer.due_at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            })
            .collect();
        assert_eq!(upcoming(&world.bea(), id).await, told);
    }
    assert_eq!(timers.len(), 2);
}

async fn a_list_of_it_costs_no_statement_more(world: &World) {
    for at in 0..5 {
        let id = world.opened().await;
        world.snooze(&id, json!({ "after": format!("PT{}H", at + 1) })).await;
    }
    let bea = world.bea();
    let list = |fields: &str| format!("{{ conversations(view: SNOOZED) {{ nodes {{ id {fields} }} }} }}");
    let (plain, full) = (list(""), list("upcoming { kind at } snooze { until by { displayName } at }"));
    warm(world, &bea, &full, json!({})).await;
    assert_eq!(cost(world, &bea, &full, json!({})).await, cost(world, &bea, &plain, json!({})).await);
}

async fn who_may_not_read_conversations_sees_where_they_stand(world: &World) {
    let id = world.opened().await;
    let token = world.token(&world.organisation().robot.id, &[Scope::ConversationsWrite], None).await;
    let document = "mutation($input: SnoozeConversationInput!) { snoozeConversation(input: $input) {
        conversation { subject snooze { until by { displayName } } upcoming { kind at } } entries { kind } changed } }";
    let input = json!({ "conversationId": id, "until": { "after": "PT1H" } });
    let answer = world.client(&token).query(document, json!({ "input": input })).await.ok();
    assert_eq!(answer.get("conversation.subject"), &Value::Null);
    let snooze = json!({ "until": "2026-01-05T10:00:00Z", "by": { "displayName": "Robot" } });
    assert_eq!(answer.get("conversation.snooze"), &snooze);
    assert_eq!(spelled(answer.get("conversation.upcoming")), ["WAKE 2026-01-05T10:00:00Z"]);
    assert_eq!(upcoming_of_nothing(&world.bea(), &world.hidden().await).await, Value::Null);
}

async fn upcoming_of_nothing(client: &Client, id: &str) -> Value {
    let document = "query($id: ID!) { conversation(id: $id) { upcoming { kind at } } }";
    client.query(document, json!({ "id": id })).await.ok().at("conversation").clone()
}
