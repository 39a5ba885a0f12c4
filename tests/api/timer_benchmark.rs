//! How quickly ten thousand snoozes that end at the same instant wake, and what mutations feel of it meanwhile. Run by hand:
//! `cargo test --release --test api -- --ignored --nocapture timer_benchmark`
//!
//! The server is the real binary with durable settings and the machine's own clock. It prints what it measures and judges no time.

mod load;
mod report;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{AssignmentReason, ChannelKind, EventKind, TimerKind};
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId};
use entity::{event, notification, timer};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use switchboard::clock::Clock;
use switchboard::domain::action::Action;
use switchboard::domain::action::begin::Begin;
use switchboard::domain::action::snooze::{Snooze, Until};
use switchboard::domain::actor::Actor;
use switchboard::domain::change::{Change, Moment};
use switchboard::domain::channel::Policy;
use switchboard::domain::context::{Channel, Context};
use switchboard::domain::fact::Fact;
use switchboard::domain::timer::Timers;
use switchboard::store::Backend;
use switchboard::store::save::save;

use crate::support::process::Process;
use crate::support::{World, cluster, run};

use load::Load;
use report::{Report, Round};

/// How many end at the same instant. Without optimisation it only shows that it works.
const SNOOZES: usize = if cfg!(debug_assertions) { 500 } else { 10_000 };
/// How often it is measured on each database, in turn.
const ROUNDS: usize = if cfg!(debug_assertions) { 1 } else { 5 };
/// From the beginning of the set-up to the instant at which they end.
const LEAD: TimeDelta = TimeDelta::seconds(if cfg!(debug_assertions) { 15 } else { 40 });
/// How long mutations are measured before.
const QUIET: Duration = Duration::from_secs(if cfg!(debug_assertions) { 4 } else { 10 });
/// Conversations that begin in one transaction.
const BATCH: usize = 250;

#[test]
#[ignore = "a benchmark, run by hand"]
fn ten_thousand_snoozes_end_at_the_same_instant() {
    cluster::be_durable();
    let report = Mutex::new(Report::default());
    for _ in 0..ROUNDS {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            run(backend, async |world| {
                let round = measure(world).await;
                println!("{backend:?}: {round}");
                report.lock().unwrap().add(backend, round);
            });
        }
    }
    println!("\n{SNOOZES} snoozes, medians of {ROUNDS} rounds\n{}", report.into_inner().unwrap());
}

async fn measure(world: &World) -> Round {
    let due = Clock::System.now() + LEAD;
    snoozed(world, due).await;
    let rows = world.rows().await;
    let server = Process::serve(&world.database.url());
    let load = Load::of(world, &server.base).await;
    let until_due = || (due - Clock::System.now()).to_std().unwrap_or_default();
    assert!(until_due() > QUIET, "the set-up took too long: raise LEAD");
    tokio::time::sleep(until_due() - QUIET).await;
    let before = load.run(tokio::time::sleep(until_due())).await;
    let begun = Instant::now();
    let mut took = Duration::ZERO;
    let meanwhile = load
        .run(async {
            while asleep(&rows).await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            took = begun.elapsed();
        })
        .await;
    drop(server);
    all_woke_once(&rows, due).await;
    rows.close().await.unwrap();
    Round::new(SNOOZES, took, before, meanwhile)
}

/// Conversations that an agent has and another follows, snoozed until then; by the rules, but many in one transaction.
async fn snoozed(world: &World, due: DateTime<Utc>) {
    let made = world.ada().mutate("upsertCustomer", json!({ "email": "zoe@example.com" })).await.done();
    let customer = CustomerId::parse(&made.text("customer.id")).unwrap();
    world.clock.set(Clock::System.now());
    let now = world.clock.now();
    for _ in 0..SNOOZES / BATCH {
        let changes: Vec<Change> = (0..BATCH).map(|_| asleep_until(world, customer, due, now)).collect();
        let changes = &changes;
        world.app.service.store.write(|tx| async move { save(&tx, &[], changes.clone()).await }).await.unwrap();
    }
}

fn asleep_until(world: &World, customer: CustomerId, due: DateTime<Utc>, now: DateTime<Utc>) -> Change {
    let kind = ChannelKind::Email;
    let channel = Channel { id: ChannelId::parse(&world.organisation().mail).unwrap(), kind, policy: Policy::of(kind) };
    let [bea, carl] =
        [&world.organisation().bea.id, &world.organisation().carl.id].map(|id| AgentId::parse(id).unwrap());
    let begin = Begin {
        id: ConversationId::new(now),
        channel: channel.id,
        customer,
        subject: Some("Where is my order?".to_owned()),
        routing_reason: "There are many.".to_owned(),
        sender_blocked: false,
    };
    let mut change = begin.decide(&Moment::of(now, Actor::Customer(customer)));
    let moment = Moment::of(now, Actor::Agent(bea));
    let (reason, to_agent) = (AssignmentReason::Manual, Some(bea));
    let assigned = Fact::Assigned { from_agent: None, to_agent, from_team: None, to_team: None, reason };
    change.record(assigned, &moment);
    change.record_followed(carl, &moment);
    let context = Context::of(channel);
    let snooze = Action::Snooze(Snooze { until: Until::At(due), wake_on_reply: true });
    snooze.decide(&mut change, &context, &moment).unwrap();
    change.move_timers(Timers::default(), &context.channel.policy);
    change
}

/// Whether any still sleeps.
async fn asleep(rows: &DatabaseConnection) -> bool {
    timer::Entity::find().filter(timer::Column::Kind.eq(TimerKind::Wake)).one(rows).await.unwrap().is_some()
}

/// Quick and wrong would be worth nothing.
async fn all_woke_once(rows: &DatabaseConnection, due: DateTime<Utc>) {
    let woken = event::Entity::find().filter(event::Column::Kind.eq(EventKind::Woken)).all(rows).await.unwrap();
    assert_eq!(woken.len(), SNOOZES);
    assert!(woken.iter().all(|entry| entry.scheduled_for == Some(due) && entry.at >= due));
    let told = notification::Entity::find()
        .filter(notification::Column::EntryId.is_in(woken[..100].iter().map(|entry| entry.id)));
    assert_eq!(told.count(rows).await.unwrap(), 200, "assignee and follower");
}
