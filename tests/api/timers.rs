//! How timers are fired (architecture §4): a bad one alone, what others are at left to them, what moved meanwhile not at all.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{ConversationState, ConversationStatus, EventKind, TimerKind};
use entity::ids::ConversationId;
use entity::{conversation, event, timer};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::json;
use switchboard::error::Error;
use switchboard::scheduler::run_due;
use switchboard::service::pulse::Count;
use switchboard::service::timers::Fired;
use switchboard::store::Backend;
use switchboard::store::conversations::row::far_future;
use switchboard::store::timers::KINDS;
use tokio::time::timeout;

use crate::support::process::output;
use crate::support::volume::literal;
use crate::support::{World, both};

both!(
    a_bad_row_holds_up_nobody_and_is_parked_in_the_end,
    a_parked_timer_is_tried_again_by_the_next_server_and_fires_once,
    a_later_change_sets_a_failed_timer_anew,
    a_conversation_that_somebody_is_at_is_left_and_the_others_fire,
    a_channel_that_somebody_is_changing_is_left_and_the_others_fire,
    a_database_that_is_too_busy_puts_no_timer_off,
    a_timer_that_was_moved_or_taken_away_since_the_look_does_nothing,
    what_failed_under_a_wrong_clock_is_called_back,
    firing_several_at_once_keeps_everything_else_of_each,
);

/// Snoozes a conversation until an instant, as the admin.
pub async fn asleep(world: &World, id: &str, until: DateTime<Utc>) {
    let input = json!({ "conversationId": id, "until": { "at": until } });
    world.ada().mutate("snoozeConversation", input).await.changed();
}

/// The timer of a conversation.
async fn timer_of(rows: &DatabaseConnection, id: ConversationId) -> Option<timer::Model> {
    timer::Entity::find().filter(timer::Column::ConversationId.eq(id)).one(rows).await.unwrap()
}

/// How many conversations are closed.
async fn closed(rows: &DatabaseConnection) -> u64 {
    use conversation::{Column, Entity};
    Entity::find().filter(Column::Status.eq(ConversationStatus::Closed)).count(rows).await.unwrap()
}

/// The planned times of a conversation's entries of a kind.
async fn planned(rows: &DatabaseConnection, id: ConversationId, kind: EventKind) -> Vec<Option<DateTime<Utc>>> {
    let found = event::Entity::find().filter(event::Column::ConversationId.eq(id));
    let found = found.filter(event::Column::Kind.eq(kind)).all(rows).await.unwrap();
    found.into_iter().map(|entry| entry.scheduled_for).collect()
}

/// Spoils what the clock has to read of a conversation, or mends it.
async fn spell_status(rows: &DatabaseConnection, id: ConversationId, status: &str) {
    let id = literal(rows, id.0);
    rows.execute_unprepared(&format!("UPDATE conversation SET status = '{status}' WHERE id = {id}")).await.unwrap();
}

/// How long after a failure a timer is tried again, in seconds.
const PAUSES: [i64; 19] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300];

async fn a_bad_row_holds_up_nobody_and_is_parked_in_the_end(world: &World) {
    let ids = world.laden(&world.organisation().bea.id, 60).await;
    let (bad, service) = (ids[7], &world.app.service);
    let rows = world.rows().await;
    spell_status(&rows, bad, "BROKEN").await;
    world.clock.advance(TimeDelta::days(7));
    run_due(service).await.unwrap();
    assert_eq!(closed(&rows).await, 59, "the others fire in the same run");
    for (at, pause) in PAUSES.into_iter().enumerate() {
        let put_off = timer_of(&rows, bad).await.unwrap();
        assert_eq!(usize::try_from(put_off.attempts).unwrap(), at + 1);
        assert_eq!(put_off.next_try_at - world.clock.now(), TimeDelta::seconds(pause), "after {} tries", at + 1);
        assert!(put_off.last_error.unwrap().contains("BROKEN"));
        world.clock.set(put_off.next_try_at - TimeDelta::microseconds(1));
        run_due(service).await.unwrap();
        assert_eq!(timer_of(&rows, bad).await.unwrap().attempts, put_off.attempts, "not before its time");
        world.clock.set(put_off.next_try_at);
        run_due(service).await.unwrap();
    }
    let parked = timer_of(&rows, bad).await.unwrap();
    assert_eq!((parked.attempts, parked.next_try_at), (20, far_future()));
    assert_eq!((service.pulse.get(Count::TimersParked), service.pulse.get(Count::TimerFailures)), (1, 20));
    let page = reqwest::Client::builder().no_proxy().build().unwrap().get(format!("{}/metrics", world.base));
    let page = page.send().await.unwrap().text().await.unwrap();
    for line in [
        "switchboard_timers_parked 1",
        "switchboard_timer_failures_total 20",
        "switchboard_timers_fired_total{kind=\"auto_close\"} 59",
        "switchboard_timer_lag_seconds 0",
    ] {
        assert!(page.lines().any(|found| found == line), "{line} in\n{page}");
    }
    let checked = output(&["check", "--database-url", &world.database.url()]);
    assert!(String::from_utf8_lossy(&checked.stdout).contains("1 timer is parked"), "{checked:?}");
    world.clock.advance(TimeDelta::days(400));
    run_due(service).await.unwrap();
    assert_eq!(timer_of(&rows, bad).await, Some(parked), "it doesn't fire by itself any more");
    spell_status(&rows, bad, "OPEN").await;
    rows.close().await.unwrap();
}

/// Lets a timer have failed too often.
async fn park(rows: &DatabaseConnection, id: ConversationId) {
    use timer::{Column, Entity};
    let parked = Entity::update_many()
        .col_expr(Column::Attempts, Expr::value(20))
        .col_expr(Column::NextTryAt, Expr::value(far_future()))
        .col_expr(Column::LastError, Expr::value("It was bad."));
    parked.filter(Column::ConversationId.eq(id)).exec(rows).await.unwrap();
}

async fn a_parked_timer_is_tried_again_by_the_next_server_and_fires_once(world: &World) {
    let id = world.laden(&world.organisation().bea.id, 1).await[0];
    let rows = world.rows().await;
    let due = timer_of(&rows, id).await.unwrap().due_at;
    park(&rows, id).await;
    world.clock.advance(TimeDelta::days(30));
    let service = &world.app.service;
    run_due(service).await.unwrap();
    assert_eq!(closed(&rows).await, 0);
    assert_eq!(service.unpark_timers().await.unwrap(), 1);
    assert_eq!(service.unpark_timers().await.unwrap(), 0);
    for _ in 0..2 {
        run_due(service).await.unwrap();
        assert_eq!(planned(&rows, id, EventKind::Closed).await, [Some(due)], "once, with its planned time");
    }
    assert_eq!(timer_of(&rows, id).await, None);
    rows.close().await.unwrap();
}

async fn a_later_change_sets_a_failed_timer_anew(world: &World) {
    let id = world.opened().await;
    let conversation = ConversationId::parse(&id).unwrap();
    let rows = world.rows().await;
    park(&rows, conversation).await;
    let parked = timer_of(&rows, conversation).await;
    world.clock.advance(TimeDelta::hours(1));
    world.ada().mutate("addNote", json!({ "conversationId": id, "text": "Hm." })).await.changed();
    assert_eq!(timer_of(&rows, conversation).await, parked, "a note doesn't move it");
    world.ada().mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    let anew = timer_of(&rows, conversation).await.unwrap();
    let due = world.clock.now() + TimeDelta::days(7);
    assert_eq!((anew.due_at, anew.next_try_at, anew.attempts, anew.last_error), (due, due, 0, None));
    rows.close().await.unwrap();
}

/// Runs what is due while somebody else holds a row; whoever waits for them fails the test.
async fn with_held(world: &World, table: &str, id: uuid::Uuid, meanwhile: impl AsyncFnOnce()) {
    let rows = world.rows().await;
    let id = literal(&rows, id);
    rows.execute_unprepared("BEGIN").await.unwrap();
    rows.execute_unprepared(&format!("SELECT 1 FROM {table} WHERE id = {id} FOR NO KEY UPDATE")).await.unwrap();
    timeout(Duration::from_secs(3), run_due(&world.app.service)).await.expect("nothing waits").unwrap();
    meanwhile().await;
    rows.execute_unprepared("ROLLBACK").await.unwrap();
    rows.close().await.unwrap();
    run_due(&world.app.service).await.unwrap();
}

async fn a_conversation_that_somebody_is_at_is_left_and_the_others_fire(world: &World) {
    if world.app.service.store.backend() == Backend::Sqlite {
        return; // Who writes holds the whole file.
    }
    let ids = world.laden(&world.organisation().bea.id, 30).await;
    let rows = world.rows().await;
    world.clock.advance(TimeDelta::days(8));
    with_held(world, "conversation", ids[3].0, async || {
        assert_eq!(closed(&rows).await, 29);
        assert_eq!(timer_of(&rows, ids[3]).await.unwrap().attempts, 0, "it is no failure");
    })
    .await;
    assert_eq!(closed(&rows).await, 30);
    rows.close().await.unwrap();
}

async fn a_channel_that_somebody_is_changing_is_left_and_the_others_fire(world: &World) {
    if world.app.service.store.backend() == Backend::Sqlite {
        return; // Who writes holds the whole file.
    }
    let (mail, vip) = (world.opened().await, world.hidden().await);
    let rows = world.rows().await;
    world.clock.advance(TimeDelta::days(8));
    let channel = entity::ids::ChannelId::parse(&world.organisation().mail).unwrap();
    with_held(world, "channel", channel.0, async || {
        assert_eq!(world.ada().conversation(&vip).await["state"], "CLOSED");
        assert_eq!(world.ada().conversation(&mail).await["state"], "OPEN");
    })
    .await;
    assert_eq!(closed(&rows).await, 2);
    rows.close().await.unwrap();
}

/// Lets every entry wait too long for a lock, or no longer.
async fn crowd(rows: &DatabaseConnection, crowded: bool) {
    let sql = match crowded {
        true => {
            "CREATE FUNCTION crowd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                RAISE EXCEPTION 'too many' USING ERRCODE = 'lock_not_available'; END $$;
            CREATE TRIGGER crowd BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION crowd()"
        }
        false => "DROP TRIGGER crowd ON event; DROP FUNCTION crowd",
    };
    rows.execute_unprepared(sql).await.unwrap();
}

async fn a_database_that_is_too_busy_puts_no_timer_off(world: &World) {
    if world.app.service.store.backend() == Backend::Sqlite {
        return; // There the file itself would have to be held for three times five seconds.
    }
    let ids = world.laden(&world.organisation().bea.id, 30).await;
    let (service, rows) = (&world.app.service, world.rows().await);
    world.clock.advance(TimeDelta::days(8));
    let timers = async || timer::Entity::find().order_by_asc(timer::Column::ConversationId).all(&rows).await.unwrap();
    let before = timers().await;
    crowd(&rows, true).await;
    let failed = run_due(service).await.unwrap_err();
    assert!(matches!(failed, Error::Unavailable(_)), "{failed:?}");
    assert_eq!((timers().await, closed(&rows).await), (before, 0), "it says nothing of any of them");
    assert_eq!(service.pulse.get(Count::TimerFailures), 0);
    crowd(&rows, false).await;
    run_due(service).await.unwrap();
    assert_eq!(usize::try_from(closed(&rows).await).unwrap(), ids.len());
    rows.close().await.unwrap();
}

async fn a_timer_that_was_moved_or_taken_away_since_the_look_does_nothing(world: &World) {
    let [answered, done, sleeping, awake] =
        [world.opened().await, world.opened().await, world.opened().await, world.opened().await];
    let soon = world.clock.now() + TimeDelta::hours(1);
    for id in [&sleeping, &awake] {
        asleep(world, id, soon).await;
    }
    world.clock.advance(TimeDelta::days(8));
    let service = &world.app.service;
    let seen = service.store.due_timers(world.clock.now(), &KINDS, None, 100).await.unwrap();
    assert_eq!(seen.iter().map(|timer| timer.kind).filter(|kind| *kind == TimerKind::Wake).count(), 2);
    assert_eq!(seen.len(), 4);
    let ada = world.ada();
    ada.mutate("reply", json!({ "conversationId": answered, "text": "Hi" })).await.changed();
    ada.mutate("closeConversation", json!({ "conversationId": done })).await.changed();
    asleep(world, &sleeping, world.clock.now() + TimeDelta::hours(1)).await;
    ada.mutate("wakeConversation", json!({ "conversationId": awake })).await.changed();
    let before = world.last_seq().await;
    assert_eq!(service.fire(&seen).await.unwrap(), Fired::default());
    run_due(service).await.unwrap();
    assert_eq!(world.last_seq().await, before);
    assert_eq!(ada.conversation(&sleeping).await["state"], "SNOOZED");
}

async fn what_failed_under_a_wrong_clock_is_called_back(world: &World) {
    let ids = world.laden(&world.organisation().bea.id, 2).await;
    let (now, service, rows) = (world.clock.now(), &world.app.service, world.rows().await);
    world.clock.advance(TimeDelta::days(400));
    let broken = Error::Internal("a broken row".to_owned());
    let failed = timer_of(&rows, ids[0]).await.unwrap();
    assert!(!service.put_off(&failed, &broken).await.unwrap());
    assert!(!service.put_off(&failed, &broken).await.unwrap(), "somebody else knew before");
    park(&rows, ids[1]).await;
    world.clock.set(now);
    let put_off = timer_of(&rows, ids[0]).await.unwrap();
    assert_eq!((put_off.attempts, put_off.next_try_at), (1, now + TimeDelta::days(400) + TimeDelta::seconds(1)));
    assert_eq!(service.recall_timers().await.unwrap(), 1);
    let recalled = timer_of(&rows, ids[0]).await.unwrap();
    assert_eq!((recalled.attempts, recalled.next_try_at), (1, recalled.due_at));
    assert_eq!(timer_of(&rows, ids[1]).await.unwrap().next_try_at, far_future(), "what is parked stays so");
    rows.close().await.unwrap();
}

/// Several conversations are written with one statement.
async fn firing_several_at_once_keeps_everything_else_of_each(world: &World) {
    let (mut ids, rows) = (Vec::new(), world.rows().await);
    let tag = world.tag("VIP").await;
    for (at, priority) in ["LOW", "HIGH", "URGENT"].into_iter().enumerate() {
        let id = world.mailed(&format!("yan{at}@example.com"), "Hello").await.conversation();
        let edit = json!({ "conversationId": id, "subject": format!("Order {at}"), "attributes": { "order": at } });
        world.ada().mutate("updateConversation", edit).await.changed();
        world.ada().mutate("setPriority", json!({ "conversationId": id, "priority": priority })).await.changed();
        world.tagged(&id, &[&tag]).await;
        world.assign(&id, &world.organisation().bea.id).await;
        asleep(world, &id, world.clock.now() + TimeDelta::hours(1)).await;
        ids.push(ConversationId::parse(&id).unwrap());
    }
    world.ada().mutate("markAsSpam", json!({ "conversationId": ids[2].to_string() })).await.changed();
    let all = || conversation::Entity::find().order_by_asc(conversation::Column::Id);
    let before = all().all(&rows).await.unwrap();
    world.clock.advance(TimeDelta::hours(1));
    run_due(&world.app.service).await.unwrap();
    let now = world.clock.now();
    let woken = before.into_iter().map(|row| conversation::Model {
        state: if row.spam_at.is_some() { ConversationState::Spam } else { ConversationState::Open },
        snoozed_until: far_future(),
        snoozed_at: None,
        snooze_wake_on_reply: false,
        snoozed_by_kind: None,
        snoozed_by_id: None,
        updated_at: now,
        last_activity_at: now,
        restarted_at: now,
        version: row.version + 1,
        moved_version: row.version + 1,
        ..row
    });
    assert_eq!(all().all(&rows).await.unwrap(), woken.collect::<Vec<_>>());
    rows.close().await.unwrap();
}
