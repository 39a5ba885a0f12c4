//! The clock (architecture §4): a wall clock that steps back reorders nothing and fires nothing early; after a jump forward nothing is
//! closed for a while. And the loop that follows it: neither slow, nor stuck unseen.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::SweepKind;
use entity::sweep;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use switchboard::scheduler::{Pace, run_at, run_due};
use switchboard::service::pulse::{Count, Part};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{World, both};
use crate::sweeps::interrupted;
use crate::timers::asleep;

both!(
    a_clock_set_back_reorders_nothing,
    a_clock_set_back_wakes_and_closes_nothing_early,
    a_snooze_is_counted_from_the_clock_as_it_is_mended,
    after_a_jump_forward_snoozes_wake_at_once_and_nothing_closes_for_a_while,
    a_snooze_that_ends_soon_pokes_the_loop,
    a_sweep_that_always_fails_holds_up_no_timer_and_rests,
    a_loop_that_gets_through_nothing_for_a_minute_turns_readiness_red,
);

/// The times of a conversation's entries, in order.
async fn times(world: &World, id: &str) -> Vec<DateTime<Utc>> {
    let document = "query($id: ID!) { conversation(id: $id) { timeline(first: 100) { nodes { at } } } }";
    let answer = world.ada().query(document, json!({ "id": id })).await.ok();
    answer.texts("conversation.timeline.nodes", "at").iter().map(|at| at.parse().unwrap()).collect()
}

async fn a_clock_set_back_reorders_nothing(world: &World) {
    let start = world.clock.now();
    let id = world.opened().await;
    let (ada, bea) = (world.ada(), world.bea());
    world.clock.advance(TimeDelta::hours(1));
    ada.mutate("reply", json!({ "conversationId": id, "text": "Hi" })).await.changed();
    world.clock.set(start - TimeDelta::days(1));
    bea.mutate("addNote", json!({ "conversationId": id, "text": "Hm." })).await.changed();
    world.assign(&id, &world.organisation().bea.id).await;
    world.clock.advance(TimeDelta::minutes(-5));
    ada.mutate("closeConversation", json!({ "conversationId": id })).await.changed();
    let other = world.mailed("yan@example.com", "Meanwhile").await.conversation();
    ada.mutate("reopenConversation", json!({ "conversationId": id })).await.changed();
    world.clock.set(start + TimeDelta::hours(2));
    ada.mutate("reply", json!({ "conversationId": id, "text": "Hi again" })).await.changed();
    let told = times(world, &id).await;
    assert!(told.is_sorted(), "{told:?}");
    let back = start + TimeDelta::hours(1);
    assert_eq!(told[..2], [start; 2]);
    assert!(told[2..told.len() - 1].iter().all(|at| *at == back), "as late as the newest before: {told:?}");
    assert_eq!(told.last(), Some(&(start + TimeDelta::hours(2))));
    // Of all conversations in the order in which it happened, whatever the clock said.
    let document = "{ conversationChanges(first: 100) { nodes { conversation { id } entry { version } } } }";
    let feed = ada.query(document, json!({})).await.ok();
    let nodes = feed.at("conversationChanges.nodes").as_array().unwrap();
    let of = |wanted: &str| -> Vec<i64> {
        let of_it = nodes.iter().filter(|node| node["conversation"]["id"] == wanted);
        of_it.map(|node| node["entry"]["version"].as_i64().unwrap()).collect()
    };
    let versions = of(&id);
    assert_eq!(versions, (1..=i64::try_from(told.len()).unwrap()).collect::<Vec<_>>());
    let place = |node: &Value| node["conversation"]["id"] == json!(other);
    let before = nodes.iter().position(place).unwrap();
    let closed = nodes[..before].iter().filter(|node| node["conversation"]["id"] == json!(id)).count();
    assert!(closed > 4 && closed < versions.len(), "{closed} of {versions:?}");
}

/// The newest entry is of tomorrow, because the clock was wrong; it is mended.
async fn a_snooze_is_counted_from_the_clock_as_it_is_mended(world: &World) {
    let id = world.opened().await;
    world.clock.advance(TimeDelta::days(1));
    world.mailed("zoe@example.com", "Hello").await;
    world.ada().mutate("addNote", json!({ "conversationId": id, "text": "Odd date" })).await.changed();
    world.clock.advance(TimeDelta::days(-1));
    let until = async |until: Value| world.snooze(&id, until).await.text("conversation.snooze.until");
    assert_eq!(until(json!({ "after": "PT1H" })).await, "2026-01-05T10:00:00Z");
    assert_eq!(until(json!({ "preset": "TOMORROW_MORNING" })).await, "2026-01-06T09:00:00Z");
    assert_eq!(until(json!({ "at": "2026-01-05T12:00:00Z" })).await, "2026-01-05T12:00:00Z");
    world.pass(TimeDelta::hours(3)).await;
    assert_eq!(world.ada().conversation(&id).await["state"], "OPEN", "it wakes by the clock, too");
    let times = times(world, &id).await;
    assert!(times.is_sorted(), "{times:?}");
}

async fn a_clock_set_back_wakes_and_closes_nothing_early(world: &World) {
    let start = world.clock.now();
    let (sleeping, open) = (world.opened().await, world.opened().await);
    let until = start + TimeDelta::hours(2);
    asleep(world, &sleeping, until).await;
    let state = async |id: &str| world.ada().conversation(id).await["state"].clone();
    let service = &world.app.service;
    for back in [TimeDelta::days(1), TimeDelta::microseconds(1)] {
        world.clock.set(until - back);
        run_due(service).await.unwrap();
        assert_eq!(state(&sleeping).await, "SNOOZED");
    }
    world.clock.set(until);
    run_due(service).await.unwrap();
    assert_eq!(state(&sleeping).await, "OPEN", "as soon as the clock comes there again");
    let document = "query($id: ID!) { conversation(id: $id) { timeline(last: 1) { nodes {
        at ... on WokenEntry { scheduledFor } } } } }";
    let woken = world.ada().query(document, json!({ "id": sleeping })).await.ok();
    let entry = woken.at("conversation.timeline.nodes.0");
    assert_eq!(
        (&entry["at"], &entry["scheduledFor"]),
        (&json!("2026-01-05T11:00:00Z"), &json!("2026-01-05T11:00:00Z"))
    );
    // The newest entry is later than the clock: nothing is closed by it.
    world.clock.set(start + TimeDelta::days(6));
    world.ada().mutate("addNote", json!({ "conversationId": open, "text": "Hm." })).await.changed();
    let week = json!({ "channelId": world.organisation().mail, "policy": { "autoCloseAfter": "P5D" } });
    world.clock.set(start + TimeDelta::days(4));
    world.ada().mutate("updateChannel", week).await.changed();
    run_due(service).await.unwrap();
    assert_eq!(state(&open).await, "OPEN", "five days by the clock, not by its newest entry");
    world.clock.set(start + TimeDelta::days(5));
    run_due(service).await.unwrap();
    assert_eq!(state(&open).await, "CLOSED");
}

/// A scheduler that looks often.
struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

const OFTEN: Pace = Pace {
    look: Duration::from_millis(20),
    left: Duration::from_millis(20),
    failing: Duration::from_secs(30),
    jumped: Duration::from_secs(60),
};

impl Running {
    fn start(world: &World, pace: Pace) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(run_at(world.app.service.clone(), stop.clone(), pace));
        Self { stop, task }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// Waits until it is so.
async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !so().await {
        assert!(Instant::now() < deadline, "not within 20 s: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until the scheduler has looked twice more, the second time from the beginning.
async fn looked(world: &World) {
    for _ in 0..2 {
        let sent = world.statements();
        until("it looks", async || world.statements() >= sent + 4).await;
    }
}

async fn after_a_jump_forward_snoozes_wake_at_once_and_nothing_closes_for_a_while(world: &World) {
    let (sleeping, open) = (world.opened().await, world.opened().await);
    let wakes = world.clock.now() + TimeDelta::days(7) - TimeDelta::minutes(2);
    asleep(world, &sleeping, wakes).await;
    world.clock.set(wakes - TimeDelta::minutes(2));
    let state = async |id: &str| world.ada().conversation(id).await["state"].clone();
    let pulse = &world.app.service.pulse;
    let paused = || pulse.read(world.clock.now(), Instant::now()).auto_close_paused;
    let running = Running::start(world, OFTEN);
    looked(world).await;
    assert!(!paused());
    world.clock.advance(TimeDelta::minutes(10));
    until("it wakes", async || state(&sleeping).await == "OPEN").await;
    looked(world).await;
    assert_eq!(state(&open).await, "OPEN", "it is due, and waits");
    assert!(paused());
    assert_eq!((pulse.get(Count::JumpsForward), pulse.get(Count::AutoClosed)), (1, 0));
    // The clock is mended: that is told too, and it goes on from where it is.
    world.clock.advance(TimeDelta::minutes(-10));
    until("it sees that", async || pulse.get(Count::JumpsBack) == 1).await;
    running.stop().await;
    let running = Running::start(world, Pace { jumped: Duration::from_millis(300), ..OFTEN });
    looked(world).await;
    assert_eq!(state(&open).await, "OPEN");
    world.clock.advance(TimeDelta::minutes(10));
    until("it sees that", async || pulse.get(Count::JumpsForward) == 2).await;
    until("it goes on", async || state(&open).await == "CLOSED").await;
    assert!(!paused());
    running.stop().await;
}

async fn a_snooze_that_ends_soon_pokes_the_loop(world: &World) {
    let id = world.opened().await;
    // So slow that it comes too late by itself.
    let running = Running::start(world, Pace { look: Duration::from_secs(3_600), ..OFTEN });
    looked_once(world).await;
    asleep(world, &id, world.clock.now() + TimeDelta::milliseconds(200)).await;
    world.clock.advance(TimeDelta::milliseconds(200));
    until("it wakes", async || world.ada().conversation(&id).await["state"] == "OPEN").await;
    running.stop().await;
}

/// Waits until both loops have begun to sleep.
async fn looked_once(world: &World) {
    until("it looks", async || world.app.service.pulse.read(world.clock.now(), Instant::now()).sweeps_still.is_some())
        .await;
    let mut sent = 0;
    until("it sleeps", async || {
        let before = std::mem::replace(&mut sent, world.statements());
        tokio::time::sleep(Duration::from_millis(100)).await;
        before == world.statements()
    })
    .await;
}

async fn a_sweep_that_always_fails_holds_up_no_timer_and_rests(world: &World) {
    // It doesn't say which team was left.
    interrupted(world, SweepKind::MemberRemoved, Uuid::nil(), json!({})).await;
    let id = world.opened().await;
    asleep(world, &id, world.clock.now() + TimeDelta::minutes(1)).await;
    let running = Running::start(world, OFTEN);
    let pulse = &world.app.service.pulse;
    until("it fails", async || pulse.get(Count::SweepFailures) == 1).await;
    world.clock.advance(TimeDelta::minutes(1));
    let moved = Instant::now();
    until("it wakes", async || world.ada().conversation(&id).await["state"] == "OPEN").await;
    let late = moved.elapsed();
    assert!(late < Duration::from_secs(5), "{late:?} late");
    until("it is tried again", async || pulse.get(Count::SweepFailures) == 2).await;
    assert!(moved.elapsed() > Duration::from_millis(500), "after a rest");
    assert_eq!(pulse.get(Count::SweepsUnfinished), 1);
    assert!(!pulse.read(world.clock.now(), Instant::now()).stuck);
    running.stop().await;
    let rows = world.rows().await;
    sweep::Entity::delete_many().exec(&rows).await.unwrap();
    rows.close().await.unwrap();
}

async fn a_loop_that_gets_through_nothing_for_a_minute_turns_readiness_red(world: &World) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = async |path: &str| {
        let answer = http.get(format!("{}{path}", world.base)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(ask("/readyz").await.0, 200, "a process without the loop is ready");
    assert!(!ask("/metrics").await.1.contains("scheduler_last_pass_seconds{"));
    let pulse = &world.app.service.pulse;
    for stuck in [Part::Timers, Part::Sweeps] {
        pulse.got_through(Part::Timers, Instant::now());
        pulse.got_through(Part::Sweeps, Instant::now());
        assert_eq!(ask("/readyz").await.0, 200);
        pulse.got_through(stuck, Instant::now() - Duration::from_secs(61));
        let why = "the scheduler hasn't got through anything for a minute\n";
        assert_eq!(ask("/readyz").await, (503, why.to_owned()));
    }
    // The lag grows although nobody looks.
    let id = world.opened().await;
    asleep(world, &id, world.clock.now() + TimeDelta::minutes(1)).await;
    let lag = async || {
        let page = ask("/metrics").await.1;
        let line = page.lines().find_map(|line| line.strip_prefix("switchboard_timer_lag_seconds ")).map(str::to_owned);
        line.unwrap_or_else(|| panic!("no lag in\n{page}"))
    };
    assert_eq!(lag().await, "0");
    world.clock.advance(TimeDelta::minutes(3));
    assert_eq!(lag().await, "120");
    let running = Running::start(world, OFTEN);
    until("it is ready again", async || ask("/readyz").await.0 == 200).await;
    until("nothing is due", async || lag().await == "0").await;
    let page = ask("/metrics").await.1;
    for loops in ["timers", "sweeps"] {
        let name = format!("switchboard_scheduler_last_pass_seconds{{loop=\"{loops}\"}} ");
        let row = page.lines().find_map(|line| line.strip_prefix(&name)).unwrap();
        assert!(row.parse::<f64>().unwrap() < 60.0, "{row}");
    }
    assert!(page.contains("switchboard_timers_fired_total{kind=\"wake\"} 1\n"), "{page}");
    running.stop().await;
}
