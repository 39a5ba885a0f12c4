//! No timer is missed, early or double (semantics §7.6, §8.6), however many schedulers there are and whenever one is killed.
//!
//! Years pass in seconds: the clock is moved by hand, and `plan` reckons beside the product what it has to do where it stands.

mod node;
mod plan;

use std::collections::HashMap;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{ActorKind, ChannelKind, EventKind};
use entity::event;
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use switchboard::domain::action::begin::Begin;
use switchboard::domain::actor::Actor;
use switchboard::domain::change::{Change, Moment};
use switchboard::domain::channel::Policy;
use switchboard::domain::context::{Channel, Context};
use switchboard::domain::permission::ChannelAccess;
use switchboard::domain::timer::Timers;
use switchboard::service::change::Command;
use switchboard::store::Backend;
use switchboard::store::save::save;

use crate::support::dice::Dice;
use crate::support::shelf::viewer;
use crate::support::{World, both, size};

use node::Schedulers;
use plan::{Deed, Plan, Stroke};

both!(no_timer_is_missed_early_or_double);

/// Conversations, most of which have more than one timer in their life; fifty times as many at full size.
const CONVERSATIONS: usize = 2_000;
/// How long they sleep at most.
const PERIOD: TimeDelta = TimeDelta::days(100);
/// How far the clock is moved in one step.
const STEP: [TimeDelta; 2] = [TimeDelta::hours(1), TimeDelta::hours(120)];
/// Conversations that begin in one transaction.
const BATCH: usize = 500;

async fn no_timer_is_missed_early_or_double(world: &World) {
    let mut dice = Dice::new();
    let begun = Instant::now();
    let mut plans = begin(world, &mut dice, size(CONVERSATIONS)).await;
    let set_up = begun.elapsed();
    let several = world.app.service.store.backend() == Backend::Postgres;
    let mut schedulers = Schedulers::start(world, if several { 3 } else { 1 }).await;
    let mut due = Vec::new();
    let end = world.clock.now() + PERIOD;
    // What woke last is closed a week later.
    while world.clock.now() < end + TimeDelta::days(8) {
        meddle(world, &mut dice, &mut plans, end).await;
        let now = world.clock.advance(dice.span(STEP[0]..STEP[1]));
        due.extend(plans.iter_mut().filter_map(|plan| plan.strike(now)));
        schedulers.work(&mut dice).await;
    }
    let killed = schedulers.stop().await;
    let struck = strokes(world).await;
    judge(&due, &struck);
    // Several at once are oldest first only by and large.
    assert!(several || struck.is_sorted_by_key(|stroke| (stroke.at, stroke.planned)), "oldest first");
    assert!(due.len() >= size(CONVERSATIONS) && killed > 0, "{} strokes, {killed} killed", due.len());
    let woken = due.iter().filter(|stroke| stroke.kind == EventKind::Woken).count();
    let (closed, took) = (due.len() - woken, begun.elapsed());
    println!("{woken} woken, {closed} closed, {killed} killed at work; {set_up:.1?} to set up, {took:.1?} in all");
}

/// Conversations on mail and chat that begin in every state, by the rules, but many in one transaction.
async fn begin(world: &World, dice: &mut Dice, many: usize) -> Vec<Plan> {
    let made = world.ada().mutate("upsertCustomer", json!({ "email": "zoe@example.com" })).await.done();
    let customer = CustomerId::parse(&made.text("customer.id")).unwrap();
    let (now, mut plans) = (world.clock.now(), Vec::new());
    while plans.len() < many {
        let mut changes = Vec::new();
        for _ in 0..BATCH.min(many - plans.len()) {
            let on_mail = dice.falls(60);
            let (kind, channel) = match on_mail {
                true => (ChannelKind::Email, &world.organisation().mail),
                false => (ChannelKind::Chat, &world.organisation().chat),
            };
            let channel = Channel { id: ChannelId::parse(channel).unwrap(), kind, policy: Policy::of(kind) };
            let id = ConversationId::new(now);
            let mut plan = Plan::begun(id, on_mail, now);
            changes.push(first(world, Context::of(channel), customer, dice, &mut plan));
            plans.push(plan);
        }
        let changes = &changes;
        world.app.service.store.write(|tx| async move { save(&tx, &[], changes.clone()).await }).await.unwrap();
    }
    plans
}

fn first(world: &World, context: Context, customer: CustomerId, dice: &mut Dice, plan: &mut Plan) -> Change {
    let now = world.clock.now();
    let begin = Begin {
        id: plan.conversation,
        channel: context.channel.id,
        customer,
        subject: None,
        routing_reason: "There are many.".to_owned(),
        sender_blocked: false,
    };
    let mut change = begin.decide(&Moment::of(now, Actor::Customer(customer)));
    let ada = AgentId::parse(&world.organisation().ada.id).unwrap();
    let moment = Moment::of(now, Actor::Agent(ada));
    for at in 0..dice.below(4) {
        // Nearly all sleep at first, whatever is done to them then.
        let deed = match at {
            0 => Deed::SnoozeUntil(now + dice.span(TimeDelta::microseconds(1)..PERIOD)),
            _ => plan.choose(dice, now, now + PERIOD),
        };
        deed.action().decide(&mut change, &context, &moment).unwrap();
        plan.note(deed, now);
    }
    change.move_timers(Timers::default(), &context.channel.policy);
    change
}

/// People act on some of them.
async fn meddle(world: &World, dice: &mut Dice, plans: &mut [Plan], end: DateTime<Utc>) {
    let ada = viewer(&world.organisation().ada.id, ChannelAccess::All);
    let now = world.clock.now();
    for _ in 0..plans.len() / 500 {
        let at = dice.below(plans.len());
        let plan = &mut plans[at];
        let deed = plan.choose(dice, now, end);
        let actions = [deed.action()];
        let command = Command {
            conversation: plan.conversation,
            actions: &actions,
            listed: false,
            expected_version: None,
            key: None,
        };
        world.app.service.change(&ada, command).await.unwrap();
        plan.note(deed, now);
    }
}

/// What the clock did, by the log.
async fn strokes(world: &World) -> Vec<Stroke> {
    let rows = world.rows().await;
    let by_clock = event::Entity::find().filter(event::Column::ActorKind.eq(ActorKind::Clock));
    let entries = by_clock.order_by_asc(event::Column::Seq).all(&rows).await.unwrap();
    rows.close().await.unwrap();
    let struck = entries.into_iter().map(|entry| Stroke {
        conversation: entry.conversation_id.unwrap(),
        kind: entry.kind,
        planned: entry.scheduled_for.unwrap(),
        at: entry.at,
    });
    struck.collect()
}

/// How often what was due was missed, early, double or late, and how often the clock did what wasn't due: never.
fn judge(due: &[Stroke], struck: &[Stroke]) {
    let key = |stroke: &Stroke| (stroke.conversation, stroke.kind, stroke.planned);
    let mut found: HashMap<_, Vec<DateTime<Utc>>> = HashMap::new();
    for stroke in struck {
        found.entry(key(stroke)).or_default().push(stroke.at);
    }
    let (mut missed, mut double, mut late) = (0, 0, 0);
    for stroke in due {
        let at = found.remove(&key(stroke)).unwrap_or_default();
        missed += usize::from(at.is_empty());
        double += at.len().saturating_sub(1);
        late += at.iter().filter(|at| **at > stroke.at).count();
    }
    let early = struck.iter().filter(|stroke| stroke.at < stroke.planned).count();
    let verdict = [missed, early, double, late, found.len()];
    assert_eq!(verdict, [0; 5], "of {} missed, early, double, late, not due", due.len());
    let in_order = struck.is_sorted_by_key(|stroke| stroke.at);
    assert!(in_order, "the log goes with the clock");
}
