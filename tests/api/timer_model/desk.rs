//! Conversations of a real server under deeds and the clock, each beside its reference.

use chrono::{DateTime, Utc};
use entity::enums::EventKind;
use entity::ids::ConversationId;
use entity::{conversation, event, timer};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use switchboard::domain::fact::Fact;
use switchboard::domain::permission::{ChannelAccess, Viewer};
use switchboard::domain::rejection::Code;
use switchboard::error::Error;
use switchboard::scheduler;
use switchboard::service::change::Command;
use switchboard::store::append::fact_of;
use switchboard::store::conversations::people::People;
use switchboard::store::conversations::row::to_domain;
use switchboard::store::timers;

use super::Spelled;
use super::deed::Deed;
use super::harness::{happening, sight};
use super::reference::{Happening, Reference, Sight};
use crate::support::World;
use crate::support::dice::Dice;
use crate::support::shelf::viewer;

/// One of each kind, and one more of each.
const CHANNELS: [&str; 4] = ["EMAIL", "CHAT", "EMAIL", "CHAT"];

/// What the clock may do.
const KINDS: [&str; 3] = ["WAKE", "AUTO_CLOSE", "REOPEN_WINDOW_ENDS"];

/// A conversation and what it should be.
struct Case {
    id: ConversationId,
    version: i32,
    subject: String,
    customer: Value,
    channel: usize,
    reference: Reference,
    story: Vec<String>,
}

/// All of them.
pub struct Desk<'a> {
    world: &'a World,
    rows: DatabaseConnection,
    ada: Viewer,
    channels: Vec<String>,
    cases: Vec<Case>,
    /// Closed ones that a new one goes on from, at the version they had before.
    left_behind: Vec<(ConversationId, i32)>,
}

impl<'a> Desk<'a> {
    /// Channels with policies of their own, and conversations that begin with a message.
    pub async fn open(world: &'a World, dice: &mut Dice, many: usize) -> Self {
        let ada = viewer(&world.organisation().ada.id, ChannelAccess::All);
        let rows = world.rows().await;
        let mut desk = Self { world, rows, ada, channels: vec![], cases: vec![], left_behind: vec![] };
        let mut rules = Vec::new();
        for (at, kind) in CHANNELS.into_iter().enumerate() {
            let spelled = Spelled::drawn(dice);
            let new = json!({ "name": format!("channel {at}"), "kind": kind, "policy": policy(&spelled) });
            let made = world.ada().mutate("createChannel", new).await.changed();
            desk.channels.push(made.text("channel.id"));
            rules.push(spelled);
        }
        for at in 0..many {
            let channel = at % CHANNELS.len();
            let customer = match CHANNELS[channel] {
                "EMAIL" => json!({ "email": format!("customer-{at}@example.com") }),
                _ => json!({ "externalId": format!("visitor-{at}") }),
            };
            let reference = Reference::begun(rules[channel].rules, world.clock.now());
            let story = vec![format!("{at}: {:?}", rules[channel])];
            let (id, subject) = (ConversationId::new(world.clock.now()), String::new());
            desk.cases.push(Case { id, version: 0, subject, customer, channel, reference, story });
            assert_eq!(desk.receive(at, false).await, vec![Happening::Elsewhere]);
        }
        desk
    }

    /// When the clock will act.
    pub fn due(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let sights = self.cases.iter().map(|case| case.reference.sight());
        sights.flat_map(|sight| sight.wakes.into_iter().chain(sight.closes))
    }

    /// One channel's policy changes, and with it when its conversations are closed.
    pub async fn change_a_policy(&mut self, dice: &mut Dice) {
        let (channel, spelled) = (dice.below(CHANNELS.len()), Spelled::drawn(dice));
        let input = json!({ "channelId": self.channels[channel], "policy": policy(&spelled) });
        self.world.ada().mutate("updateChannel", input).await.done();
        for at in 0..self.cases.len() {
            if self.cases[at].channel == channel {
                self.cases[at].reference.rules = spelled.rules;
                self.tell(at, format!("{spelled:?}"));
                self.look(at).await;
            }
        }
    }

    /// Something is done to each.
    pub async fn act(&mut self, dice: &mut Dice) {
        for at in 0..self.cases.len() {
            let now = self.world.clock.now();
            let deed = Deed::drawn(dice, now, self.cases[at].reference.asleep_until());
            self.tell(at, format!("{deed:?}"));
            let happened = self.attempt(at, deed).await;
            let case = &mut self.cases[at];
            assert_eq!(happened, case.reference.act(deed, now), "{:#?}", case.story);
            if happened == Ok(vec![Happening::Elsewhere]) {
                case.reference = Reference::begun(case.reference.rules, now);
            }
            self.look(at).await;
        }
    }

    /// The clock does its work.
    pub async fn pass(&mut self) {
        scheduler::run_due(&self.world.app.service).await.unwrap();
        for at in 0..self.cases.len() {
            let wanted = self.cases[at].reference.pass(self.world.clock.now());
            self.tell(at, format!("{wanted:?} by the clock"));
            assert_eq!(self.happened(at).await, wanted, "{:#?}", self.cases[at].story);
            self.look(at).await;
        }
    }

    /// Nothing has happened to what was left behind, but that another goes on from it.
    pub async fn close(self) {
        for (id, version) in self.left_behind {
            let row = conversation::Entity::find_by_id(id).one(&self.rows).await.unwrap().unwrap();
            assert!(row.close_reason.is_some(), "{id} stays closed");
            let since = event::Entity::find()
                .filter(event::Column::ConversationId.eq(id))
                .filter(event::Column::ConversationVersion.gt(version));
            let since = since.all(&self.rows).await.unwrap();
            let since: Vec<EventKind> = since.iter().map(|entry| entry.kind).collect();
            assert_eq!(since, [EventKind::Linked], "{id} stays as it was");
        }
        self.rows.close().await.unwrap();
    }

    async fn attempt(&mut self, at: usize, deed: Deed) -> Result<Vec<Happening>, Code> {
        let Some(action) = deed.action() else {
            return Ok(self.receive(at, deed == Deed::Message { automatic: true }).await);
        };
        let actions = [action];
        let conversation = self.cases[at].id;
        let command = Command { conversation, actions: &actions, listed: false, expected_version: None, key: None };
        match self.world.app.service.change(&self.ada, command).await {
            Ok(_) => Ok(self.happened(at).await),
            Err(Error::Rejected(refused)) => Err(refused.code),
            Err(error) => panic!("{error:?}"),
        }
    }

    /// The customer writes, as mail that names its conversation or as chat.
    async fn receive(&mut self, at: usize, automatic: bool) -> Vec<Happening> {
        let case = &self.cases[at];
        let message = json!({
            "channelId": self.channels[case.channel], "customer": case.customer, "subject": case.subject, "text": "Hi",
            "automatic": automatic,
        });
        let received = self.world.gateway().receive(message).await.changed();
        let id = ConversationId::parse(&received.conversation()).unwrap();
        if id == case.id {
            return self.happened(at).await;
        }
        if case.version > 0 {
            self.left_behind.push((case.id, case.version));
        }
        let case = &mut self.cases[at];
        (case.id, case.version) = (id, 0);
        case.subject = format!("Re: [#{}]", received.int("conversation.number"));
        assert_eq!(self.happened(at).await, []);
        vec![Happening::Elsewhere]
    }

    /// What has happened since the last look, by the log.
    async fn happened(&mut self, at: usize) -> Vec<Happening> {
        let case = &mut self.cases[at];
        let entries = event::Entity::find()
            .filter(event::Column::ConversationId.eq(case.id))
            .filter(event::Column::ConversationVersion.gt(case.version))
            .order_by_asc(event::Column::Seq);
        let entries = entries.all(&self.rows).await.unwrap();
        case.version = entries.last().map_or(case.version, |entry| entry.conversation_version.unwrap());
        entries.iter().filter_map(|entry| happening(&planned(entry))).collect()
    }

    async fn look(&self, at: usize) {
        let case = &self.cases[at];
        assert_eq!(self.sight(case.id).await, case.reference.sight(), "{:#?}", case.story);
        let upcoming = case.reference.upcoming(self.world.clock.now());
        assert_eq!(self.upcoming(case.id).await, upcoming, "{:#?}", case.story);
    }

    /// What the API says will come.
    async fn upcoming(&self, id: ConversationId) -> Vec<(&'static str, DateTime<Utc>)> {
        let document = "query($id: ID!) { conversation(id: $id) { upcoming { kind at } } }";
        let answer = self.world.ada().query(document, json!({ "id": id.to_string() })).await.ok();
        let upcoming = answer.at("conversation.upcoming").as_array().unwrap().iter().map(|coming| {
            let kind = KINDS.into_iter().find(|kind| coming["kind"] == *kind).unwrap();
            (kind, coming["at"].as_str().unwrap().parse().unwrap())
        });
        upcoming.collect()
    }

    /// The row, and the timers as they are set.
    async fn sight(&self, id: ConversationId) -> Sight {
        let row = conversation::Entity::find_by_id(id).one(&self.rows).await.unwrap().unwrap();
        let set = timer::Entity::find().filter(timer::Column::ConversationId.eq(id)).all(&self.rows).await.unwrap();
        sight(&to_domain(row, People::default()), timers::of_rows(&set))
    }

    fn tell(&mut self, at: usize, what: String) {
        self.cases[at].story.push(format!("{} {what}", self.world.clock.now()));
    }
}

/// What an entry tells, with the time that stands beside it.
fn planned(entry: &event::Model) -> Fact {
    let mut fact = fact_of(entry).unwrap();
    if let Fact::Woken { scheduled_for, .. } | Fact::Closed { scheduled_for, .. } = &mut fact {
        *scheduled_for = entry.scheduled_for;
    }
    fact
}

fn policy(spelled: &Spelled) -> Value {
    json!({
        "autoCloseAfter": spelled.auto_close_after,
        "autoCloseWhileWaiting": spelled.rules.while_waiting,
        "reopenWindow": spelled.reopen_window,
    })
}
