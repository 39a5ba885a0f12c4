//! A channel's policy changes, and its conversations are closed by the new one (semantics §8.6): at which time, when that is past
//! already, for thousands while everybody works on, and through a crash.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use entity::enums::{ConversationStatus, SweepKind, TimerKind};
use entity::ids::{ChannelId, ConversationId};
use entity::{channel, conversation, timer};
use futures_util::future::{join, join_all};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter,
};
use serde_json::{Value, json};
use switchboard::scheduler::{run, run_due};
use switchboard::service::pulse::Count;
use switchboard::service::sweeps::AT_ONCE;
use tokio_util::sync::CancellationToken;

use crate::auto_close::{TICK, WEEK, closed_itself, ended, it_is, snooze, snooze_until_reply, state};
use crate::crash::random;
use crate::support::organisation::opening;
use crate::support::volume::literal;
use crate::support::{Answer, World, both, size};
use crate::sweeps::{all_swept, interrupted, unfinished};

both!(
    a_shorter_policy_closes_at_once_what_is_past_it,
    a_longer_policy_waits_longer,
    without_a_policy_nothing_is_closed,
    a_policy_given_to_a_channel_without_one_counts_from_the_last_restart,
    sparing_those_who_wait_can_begin_and_end,
    what_sleeps_or_is_spam_comes_back_under_the_new_policy,
    another_channel_is_left_alone,
    a_policy_changed_between_look_up_and_lock_decides,
    between_commit_and_sweep_the_new_policy_already_holds,
    what_is_closed_before_its_turn_leaves_nothing_planned,
    neither_spelling_nor_window_nor_name_begins_a_sweep,
    a_broken_conversation_is_stepped_over,
    policy_and_access_may_change_at_once,
    moving_what_is_planned_leaves_no_entries,
    five_hundred_are_planned_with_the_answer_and_the_rest_by_the_scheduler,
    thousands_are_planned_anew_while_others_work,
);

const DAY: TimeDelta = TimeDelta::days(1);

/// Changes what the mail channel does by time alone.
async fn policy(world: &World, policy: Value) -> Answer {
    let input = json!({ "channelId": world.organisation().mail, "policy": policy });
    world.ada().mutate("updateChannel", input).await.changed()
}

fn closing_after(duration: &str) -> Value {
    json!({ "autoCloseAfter": duration })
}

/// When it is to be closed, as a time after the opening; none = never.
async fn planned(world: &World, id: &str) -> Option<TimeDelta> {
    let rows = world.rows().await;
    let row = timer::Entity::find_by_id((ConversationId::parse(id).unwrap(), TimerKind::AutoClose)).one(&rows).await;
    rows.close().await.unwrap();
    row.unwrap().map(|row| row.due_at - opening())
}

async fn a_shorter_policy_closes_at_once_what_is_past_it(world: &World) {
    let old = world.opened().await;
    it_is(world, DAY * 2).await;
    let [between, young] = [world.opened().await, world.opened().await];
    it_is(world, DAY * 3).await;
    policy(world, closing_after("PT36H")).await;
    assert_eq!(planned(world, &old).await, Some(TimeDelta::hours(36)), "always last restart + policy, even if past");
    run_due(&world.app.service).await.unwrap();
    closed_itself(world, &old, TimeDelta::hours(36), DAY * 3).await;
    it_is(world, DAY * 2 + TimeDelta::hours(36) - TICK).await;
    assert_eq!(state(world, &between).await, "OPEN");
    it_is(world, DAY * 2 + TimeDelta::hours(36)).await;
    for id in [&between, &young] {
        closed_itself(world, id, DAY * 2 + TimeDelta::hours(36), DAY * 2 + TimeDelta::hours(36)).await;
    }
}

async fn a_longer_policy_waits_longer(world: &World) {
    let id = world.opened().await;
    it_is(world, WEEK - TICK).await;
    policy(world, closing_after("P14D")).await;
    it_is(world, WEEK * 2 - TICK).await;
    assert_eq!(state(world, &id).await, "OPEN");
    it_is(world, WEEK * 2).await;
    closed_itself(world, &id, WEEK * 2, WEEK * 2).await;
}

async fn without_a_policy_nothing_is_closed(world: &World) {
    let id = world.opened().await;
    policy(world, json!({ "autoCloseAfter": null })).await;
    assert_eq!(planned(world, &id).await, None);
    it_is(world, WEEK * 20).await;
    assert_eq!(state(world, &id).await, "OPEN");
    // With a policy again it is overdue, by the same restart.
    policy(world, closing_after("P7D")).await;
    it_is(world, WEEK * 20).await;
    closed_itself(world, &id, WEEK, WEEK * 20).await;
}

async fn a_policy_given_to_a_channel_without_one_counts_from_the_last_restart(world: &World) {
    let id = world.chatted("visitor-1", "Hello").await.conversation();
    it_is(world, DAY).await;
    world.chatted("visitor-1", "Are you there?").await;
    it_is(world, DAY * 4).await;
    let input = json!({ "channelId": world.organisation().chat, "policy": { "autoCloseAfter": "P5D" } });
    world.ada().mutate("updateChannel", input).await.changed();
    it_is(world, DAY * 6 - TICK).await;
    assert_eq!(state(world, &id).await, "OPEN");
    it_is(world, DAY * 6).await;
    closed_itself(world, &id, DAY * 6, DAY * 6).await;
}

async fn sparing_those_who_wait_can_begin_and_end(world: &World) {
    let [waiting, done] = [world.opened().await, world.opened().await];
    world.bea().mutate("reply", json!({ "conversationId": done, "text": "Hi" })).await.changed();
    it_is(world, DAY).await;
    policy(world, json!({ "autoCloseWhileWaiting": false })).await;
    assert_eq!([planned(world, &waiting).await, planned(world, &done).await], [None, Some(WEEK)]);
    it_is(world, WEEK * 3).await;
    closed_itself(world, &done, WEEK, WEEK * 3).await;
    assert_eq!(state(world, &waiting).await, "OPEN");
    policy(world, json!({ "autoCloseWhileWaiting": true })).await;
    run_due(&world.app.service).await.unwrap();
    closed_itself(world, &waiting, WEEK, WEEK * 3).await;
}

async fn what_sleeps_or_is_spam_comes_back_under_the_new_policy(world: &World) {
    let [asleep, spam] = [world.opened().await, world.opened().await];
    snooze(world, &asleep, opening() + DAY * 3).await;
    world.bea().mutate("markAsSpam", json!({ "conversationId": spam })).await.changed();
    policy(world, closing_after("PT1H")).await;
    assert_eq!([planned(world, &asleep).await, planned(world, &spam).await], [None, None]);
    it_is(world, DAY * 3).await;
    world.bea().mutate("restoreFromSpam", json!({ "conversationId": spam })).await.changed();
    let [back, after] = [DAY * 3, DAY * 3 + TimeDelta::hours(1)];
    it_is(world, after - TICK).await;
    assert_eq!(ended(world, &asleep).await.last().unwrap().3, back);
    it_is(world, after).await;
    for id in [&asleep, &spam] {
        closed_itself(world, id, after, after).await;
    }
}

async fn another_channel_is_left_alone(world: &World) {
    let [mail, hidden] = [world.opened().await, world.hidden().await];
    policy(world, closing_after("P1D")).await;
    assert_eq!([planned(world, &mail).await, planned(world, &hidden).await], [Some(DAY), Some(WEEK)]);
}

async fn a_policy_changed_between_look_up_and_lock_decides(world: &World) {
    let service = &world.app.service;
    for (now, after) in [(json!("P14D"), Some(WEEK * 2)), (Value::Null, None)] {
        let id = world.opened().await;
        let restarted = world.clock.now() - opening();
        world.clock.advance(WEEK);
        let due = service.store.due_timers(world.clock.now(), &[TimerKind::AutoClose], None, 10).await.unwrap();
        assert_eq!(due.len(), 1);
        policy(world, json!({ "autoCloseAfter": now })).await;
        service.fire(&due).await.unwrap();
        assert_eq!(state(world, &id).await, "OPEN", "{now}");
        assert_eq!(planned(world, &id).await, after.map(|after| restarted + after));
        world.close(&id).await;
        policy(world, closing_after("P7D")).await;
    }
}

/// The policy is committed, and the server was killed before it planned anything anew.
async fn interrupted_policy(world: &World, after: Option<&str>) {
    let id = ChannelId::parse(&world.organisation().mail).unwrap();
    let rows = world.rows().await;
    let update = channel::Entity::update_many().col_expr(channel::Column::AutoCloseAfter, Expr::value(after));
    update.filter(channel::Column::Id.eq(id)).exec(&rows).await.unwrap();
    rows.close().await.unwrap();
    interrupted(world, SweepKind::PolicyChanged, id.0, json!({})).await;
}

async fn between_commit_and_sweep_the_new_policy_already_holds(world: &World) {
    let [idle, active] = [world.opened().await, world.opened().await];
    interrupted_policy(world, Some("P14D")).await;
    world.clock.set(opening() + WEEK);
    world.bea().mutate("reply", json!({ "conversationId": active, "text": "Hi" })).await.changed();
    assert_eq!(planned(world, &active).await, Some(WEEK * 3));
    // The old timer is due before the sweep has come by.
    let service = &world.app.service;
    let due = service.store.due_timers(world.clock.now(), &[TimerKind::AutoClose], None, 10).await.unwrap();
    assert_eq!(due.len(), 1);
    service.fire(&due).await.unwrap();
    assert_eq!((state(world, &idle).await, planned(world, &idle).await), (json!("OPEN"), Some(WEEK * 2)));
    run_due(service).await.unwrap();
    all_swept(world).await;
    it_is(world, WEEK * 2).await;
    closed_itself(world, &idle, WEEK * 2, WEEK * 2).await;
    assert_eq!(state(world, &active).await, "OPEN");
}

async fn what_is_closed_before_its_turn_leaves_nothing_planned(world: &World) {
    let [closed, answered, asleep] = [world.opened().await, world.opened().await, world.opened().await];
    interrupted_policy(world, None).await;
    world.close(&closed).await;
    let reply = json!({ "conversationId": answered, "text": "Done", "then": { "close": true } });
    world.bea().mutate("reply", reply).await.changed();
    snooze_until_reply(world, &asleep).await;
    assert_eq!([planned(world, &closed).await, planned(world, &answered).await], [None, None]);
    run_due(&world.app.service).await.unwrap();
    assert_eq!(planned(world, &asleep).await, None);
    all_swept(world).await;
}

async fn a_broken_conversation_is_stepped_over(world: &World) {
    let ids = world.laden(&world.organisation().bea.id, 5).await;
    let (mut sorted, rows) = (ids.clone(), world.rows().await);
    sorted.sort_unstable();
    let broken = sorted[2];
    let spelled = async |state: &str| {
        let id = literal(&rows, broken.0);
        let spell = format!("UPDATE conversation SET state = '{state}' WHERE id = {id}");
        rows.execute_unprepared(&spell).await.unwrap();
    };
    spelled("ODD").await;
    policy(world, closing_after("P3D")).await;
    for id in &sorted {
        let expected = if *id == broken { WEEK } else { DAY * 3 };
        assert_eq!(planned(world, &id.to_string()).await, Some(expected), "{id}");
    }
    all_swept(world).await;
    assert_eq!(world.app.service.pulse.get(Count::SweepFailures), 1);
    spelled("OPEN").await;
    policy(world, closing_after("P2D")).await;
    assert_eq!(planned(world, &broken.to_string()).await, Some(DAY * 2), "mended, the next change finds it");
    rows.close().await.unwrap();
}

/// A timer is put out of the way: a sweep would set it again.
async fn neither_spelling_nor_window_nor_name_begins_a_sweep(world: &World) {
    let id = world.opened().await;
    let rows = world.rows().await;
    let found = timer::Entity::find().one(&rows).await.unwrap().unwrap();
    timer::Entity::delete_many().exec(&rows).await.unwrap();
    policy(world, closing_after("PT168H")).await;
    policy(world, json!({ "autoCloseAfter": "P6DT24H", "reopenWindow": "P30D" })).await;
    policy(world, json!({ "reopenWindow": null })).await;
    let named = json!({ "channelId": world.organisation().mail, "name": "Post" });
    world.ada().mutate("updateChannel", named).await.changed();
    let open = json!({ "channelId": world.organisation().mail, "policy": closing_after("P6DT24H") });
    world.ada().mutate("updateChannel", open).await.unchanged();
    run_due(&world.app.service).await.unwrap();
    assert_eq!(planned(world, &id).await, None);
    // Where nothing is closed, nobody is spared.
    let chat = json!({ "channelId": world.organisation().chat, "policy": { "autoCloseWhileWaiting": false } });
    let idle = world.chatted("visitor-1", "Hello").await.conversation();
    let stray = timer::Model { conversation_id: ConversationId::parse(&idle).unwrap(), ..found.clone() };
    timer::Entity::insert(stray.into_active_model().reset_all()).exec_without_returning(&rows).await.unwrap();
    world.ada().mutate("updateChannel", chat).await.changed();
    assert!(planned(world, &idle).await.is_some(), "a sweep would have taken it away");
    timer::Entity::delete_many().exec(&rows).await.unwrap();
    let row = found.into_active_model().reset_all();
    timer::Entity::insert(row).exec_without_returning(&rows).await.unwrap();
    rows.close().await.unwrap();
}

async fn policy_and_access_may_change_at_once(world: &World) {
    let id = world.opened().await;
    world.assign(&id, &world.organisation().bea.id).await;
    let both = json!({ "channelId": world.organisation().mail, "visibility": "RESTRICTED",
        "policy": closing_after("P1D") });
    world.ada().mutate("updateChannel", both).await.changed();
    assert_eq!(world.holder(&id).await, [None, None]);
    assert_eq!(planned(world, &id).await, Some(DAY));
    all_swept(world).await;
}

async fn moving_what_is_planned_leaves_no_entries(world: &World) {
    let id = world.opened().await;
    let (before, seq) = (world.ada().conversation(&id).await, world.last_seq().await);
    policy(world, closing_after("P1D")).await;
    assert_eq!(world.last_seq().await, seq + 1, "the channel's own");
    assert_eq!(world.ada().conversation(&id).await, before);
}

/// How many conversations are planned to be closed so long after the opening.
async fn planned_after(rows: &DatabaseConnection, after: TimeDelta) -> usize {
    let of = timer::Entity::find().filter(timer::Column::Kind.eq(TimerKind::AutoClose));
    let of = of.filter(timer::Column::DueAt.eq(opening() + after));
    usize::try_from(of.count(rows).await.unwrap()).unwrap()
}

async fn five_hundred_are_planned_with_the_answer_and_the_rest_by_the_scheduler(world: &World) {
    world.laden(&world.organisation().bea.id, AT_ONCE + 20).await;
    let rows = world.rows().await;
    policy(world, closing_after("P1D")).await;
    assert_eq!((planned_after(&rows, DAY).await, unfinished(&rows).await), (AT_ONCE, 1));
    tokio::time::timeout(Duration::from_secs(5), world.app.service.nudge.wait()).await.unwrap();
    run_due(&world.app.service).await.unwrap();
    assert_eq!((planned_after(&rows, DAY).await, unfinished(&rows).await), (AT_ONCE + 20, 0));
    // One that follows before the other is over.
    policy(world, closing_after("P2D")).await;
    policy(world, closing_after("P3D")).await;
    assert_eq!(unfinished(&rows).await, 2);
    run_due(&world.app.service).await.unwrap();
    assert_eq!((planned_after(&rows, DAY * 3).await, unfinished(&rows).await), (AT_ONCE + 20, 0));
    rows.close().await.unwrap();
}

/// How many conversations there are; fifty times as many at full size.
const MANY: usize = 2_000;
/// How many work on them at the same time.
const WORKERS: usize = 4;

/// Everything is done that is asked for meanwhile, and afterwards everything is planned right, which `audit` compares.
async fn thousands_are_planned_anew_while_others_work(world: &World) {
    let mut ids = Vec::new();
    while ids.len() < size(MANY) {
        ids.extend(world.laden(&world.organisation().bea.id, 1_000).await);
    }
    let (rows, stop) = (world.rows().await, CancellationToken::new());
    let scheduler = tokio::spawn(run(world.app.service.clone(), stop.clone()));
    for after in [json!("P3D"), Value::Null, json!("P9D")] {
        let (began, over, times) = (Instant::now(), CancellationToken::new(), Mutex::new(Vec::new()));
        let sweep = async {
            policy(world, json!({ "autoCloseAfter": after })).await;
            let answered = began.elapsed();
            while unfinished(&rows).await > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            over.cancel();
            answered
        };
        let work = join_all((0..WORKERS).map(|worker| work_on(world, &ids, worker, &over, &times)));
        let (answered, _) = join(sweep, work).await;
        let mut times = times.into_inner().unwrap();
        times.sort_unstable();
        let (count, slowest) = (times.len(), *times.last().unwrap());
        eprintln!(
            "{} planned anew ({after}) in {:?}, answered after {answered:?}; {count} mutations meanwhile: median {:?}, slowest {slowest:?}",
            ids.len(),
            began.elapsed(),
            times[count / 2],
        );
        assert_eq!(timers(&rows).await, if after.is_null() { 0 } else { open(&rows).await });
    }
    stop.cancel();
    scheduler.await.unwrap();
    rows.close().await.unwrap();
}

/// Works on some of them, here and there, until the sweep is over, and at least on a few.
async fn work_on(
    world: &World,
    ids: &[ConversationId],
    worker: usize,
    over: &CancellationToken,
    times: &Mutex<Vec<Duration>>,
) {
    let (ada, gateway) = (world.ada(), world.gateway());
    for at in worker.. {
        let of = json!({ "conversationId": ids[random() % ids.len()].to_string() });
        let with = |field: &str, value: Value| {
            let mut input = of.clone();
            input[field] = value;
            input
        };
        let began = Instant::now();
        let answer = match at % 6 {
            0 => ada.mutate("closeConversation", of).await,
            1 => ada.mutate("reply", with("text", json!("Hi"))).await,
            2 => ada.mutate("addNote", with("text", json!("Hm"))).await,
            3 => ada.mutate("reopenConversation", of).await,
            4 => ada.mutate("assignConversation", with("assigneeId", json!(world.organisation().carl.id))).await,
            _ => gateway.receive(world.mail(&format!("yan{worker}@example.com"), "Hello")).await,
        };
        times.lock().unwrap().push(began.elapsed());
        answer.done();
        if over.is_cancelled() && at > 6 {
            return;
        }
    }
}

async fn timers(rows: &DatabaseConnection) -> u64 {
    timer::Entity::find().count(rows).await.unwrap()
}

async fn open(rows: &DatabaseConnection) -> u64 {
    let open = conversation::Entity::find().filter(conversation::Column::Status.eq(ConversationStatus::Open));
    open.count(rows).await.unwrap()
}
