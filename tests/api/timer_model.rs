//! Snooze, wake, close, reopen, spam and the clock in any order (semantics §2, §7, §8.4–8.10): always as a second, plainer telling of
//! the rules says. No old timer ever revives what is closed.

mod deed;
mod desk;
mod harness;
mod reference;

use chrono::{DateTime, TimeDelta, Utc};
use switchboard::domain::channel::Policy;
use switchboard::domain::duration::IsoDuration;

use crate::support::dice::Dice;
use crate::support::organisation::opening;
use crate::support::{World, both, size};

use deed::Deed;
use desk::Desk;
use harness::Harness;
use reference::{Reference, Rules};

both!(deeds_and_the_clock_in_any_order_lead_where_the_rules_say);

/// Sequences without a database, and conversations with one; fifty times as many at full size.
const SEQUENCES: usize = 2_000;
const CONVERSATIONS: usize = 12;
/// What is done in each.
const STEPS: usize = 40;

/// Spans that channels say, and how long they are.
const SPANS: [(&str, TimeDelta); 4] = [
    ("PT1H", TimeDelta::hours(1)),
    ("PT24H", TimeDelta::hours(24)),
    ("P2D", TimeDelta::days(2)),
    ("P7D", TimeDelta::days(7)),
];

/// A channel's rules, as the reference and as the product spell them.
#[derive(Clone, Copy, Debug)]
pub struct Spelled {
    rules: Rules,
    auto_close_after: Option<&'static str>,
    reopen_window: Option<&'static str>,
}

impl Spelled {
    fn drawn(dice: &mut Dice) -> Self {
        let closes = dice.falls(75).then(|| dice.one_of(&SPANS));
        let window = dice.falls(50).then(|| dice.one_of(&SPANS));
        let rules = Rules {
            auto_close_after: closes.map(|(_, length)| length),
            while_waiting: dice.falls(50),
            reopen_window: window.map(|(_, length)| length),
        };
        Self { rules, auto_close_after: closes.map(|(text, _)| text), reopen_window: window.map(|(text, _)| text) }
    }

    fn policy(&self) -> Policy {
        let parse = |text: Option<&str>| text.map(|text| IsoDuration::parse(text).unwrap());
        Policy {
            auto_close_after: parse(self.auto_close_after),
            auto_close_while_waiting: self.rules.while_waiting,
            reopen_window: parse(self.reopen_window),
        }
    }
}

/// When the next thing happens: often at the very instant that something is due, or just before.
fn later(dice: &mut Dice, now: DateTime<Utc>, due: impl IntoIterator<Item = DateTime<Utc>>) -> DateTime<Utc> {
    let due = due.into_iter().filter(|due| *due > now).min();
    match due {
        Some(due) if dice.falls(25) => due,
        Some(due) if dice.falls(10) => now.max(due - TimeDelta::microseconds(1)),
        _ if dice.falls(20) => now,
        _ => now + dice.span(TimeDelta::seconds(1)..TimeDelta::days(3)),
    }
}

#[test]
fn any_sequence_of_deeds_leads_where_the_rules_say() {
    let mut dice = Dice::new();
    let mut happened = 0;
    for _ in 0..size(SEQUENCES) {
        happened += sequence(&mut dice);
    }
    assert!(happened > size(SEQUENCES), "the clock did something {happened} times");
}

/// Answers how often the clock did something.
fn sequence(dice: &mut Dice) -> usize {
    let spelled = Spelled::drawn(dice);
    let mut now = opening();
    let mut harness = Harness::begun(spelled.policy(), now);
    let mut reference = Reference::begun(spelled.rules, now);
    let (mut story, mut happened) = (vec![format!("{spelled:?}")], 0);
    for _ in 0..STEPS {
        if dice.falls(5) {
            let changed = Spelled::drawn(dice);
            story.push(format!("{now} {changed:?}"));
            harness.follow(changed.policy());
            reference.rules = changed.rules;
        }
        let deed = Deed::drawn(dice, now, reference.asleep_until());
        story.push(format!("{now} {deed:?}"));
        assert_eq!(harness.act(deed, now), reference.act(deed, now), "{story:#?}");
        assert_eq!(harness.sight(), reference.sight(), "{story:#?}");
        let sight = reference.sight();
        now = later(dice, now, sight.wakes.into_iter().chain(sight.closes));
        // Else the scheduler is late.
        if dice.falls(75) {
            let wanted = reference.pass(now);
            story.push(format!("{now} {wanted:?} by the clock"));
            happened += wanted.len();
            assert_eq!(harness.pass(now), wanted, "{story:#?}");
            assert_eq!(harness.sight(), reference.sight(), "{story:#?}");
        }
    }
    happened
}

async fn deeds_and_the_clock_in_any_order_lead_where_the_rules_say(world: &World) {
    let mut dice = Dice::new();
    let mut desk = Desk::open(world, &mut dice, size(CONVERSATIONS)).await;
    for _ in 0..STEPS {
        if dice.falls(10) {
            desk.change_a_policy(&mut dice).await;
        }
        desk.act(&mut dice).await;
        world.clock.set(later(&mut dice, world.clock.now(), desk.due()));
        if dice.falls(75) {
            desk.pass().await;
        }
    }
    desk.close().await;
}
