//! The domain's conversation under the same deeds, with reminders in the place of rows: every reminder that was ever set goes off at its
//! time, also one that was moved or taken away since, so that an old timer has every chance to do harm.

use chrono::{DateTime, Utc};
use entity::enums::{ChannelKind, MessageDirection, TimerKind};
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId, EventId};
use switchboard::domain::action::Action;
use switchboard::domain::action::begin::Begin;
use switchboard::domain::action::receive::Receive;
use switchboard::domain::actor::Actor;
use switchboard::domain::change::{Change, MessageText, Moment};
use switchboard::domain::channel::Policy;
use switchboard::domain::context::{Channel, Context};
use switchboard::domain::conversation::Conversation;
use switchboard::domain::fact::Fact;
use switchboard::domain::rejection::Code;
use switchboard::domain::routing::{Decision, Found, route};
use switchboard::domain::timer::Timers;

use super::deed::Deed;
use super::reference::{Happening, Sight};

/// What a fact lets happen.
pub fn happening(fact: &Fact) -> Option<Happening> {
    match fact {
        Fact::Woken { reason, scheduled_for } => Some(Happening::Woken(*reason, *scheduled_for)),
        Fact::Closed { reason, scheduled_for } => Some(Happening::Closed(*reason, *scheduled_for)),
        Fact::Reopened { .. } => Some(Happening::Reopened),
        _ => None,
    }
}

/// What can be seen of a conversation with these timers.
pub fn sight(conversation: &Conversation, timers: Timers) -> Sight {
    Sight {
        state: conversation.state(),
        asleep: conversation.snooze.map(|snooze| snooze.until),
        close_reason: conversation.closed.map(|closed| closed.reason),
        wakes: timers.wake,
        closes: timers.auto_close,
    }
}

/// A conversation without a database.
pub struct Harness {
    conversation: Conversation,
    context: Context,
    reminders: Vec<(DateTime<Utc>, TimerKind)>,
}

impl Harness {
    /// One that begins with a customer's message.
    pub fn begun(policy: Policy, now: DateTime<Utc>) -> Self {
        let channel = Channel { id: ChannelId::new(now), kind: ChannelKind::Chat, policy };
        let customer = CustomerId::new(now);
        let begin = Begin {
            id: ConversationId::new(now),
            channel: channel.id,
            customer,
            subject: None,
            routing_reason: "It is the first.".to_owned(),
            sender_blocked: false,
        };
        let moment = Moment::of(now, Actor::Customer(customer));
        let mut change = begin.decide(&moment);
        let context = Context::of(channel);
        Action::Receive(inbound(false, now)).decide(&mut change, &context, &moment).unwrap();
        let mut harness = Self { conversation: change.conversation, context, reminders: Vec::new() };
        harness.remind(Timers::default());
        harness
    }

    pub fn sight(&self) -> Sight {
        sight(&self.conversation, self.timers())
    }

    fn timers(&self) -> Timers {
        Timers::of(&self.conversation, &self.context.channel.policy)
    }

    fn remind(&mut self, before: Timers) {
        for kind in [TimerKind::Wake, TimerKind::AutoClose] {
            let due = self.timers().due(kind);
            if due != before.due(kind) {
                self.reminders.extend(due.map(|due| (due, kind)));
            }
        }
    }

    /// The channel's policy changes.
    pub fn follow(&mut self, policy: Policy) {
        let before = self.timers();
        self.context.channel.policy = policy;
        self.remind(before);
    }

    /// Somebody does something.
    pub fn act(&mut self, deed: Deed, now: DateTime<Utc>) -> Result<Vec<Happening>, Code> {
        let automatic = deed == Deed::Message { automatic: true };
        let Some(action) = deed.action() else {
            let window = self.context.channel.policy.reopen_window.as_ref();
            let routed = route(Some((&self.conversation, Found::Newest)), window, automatic, now);
            return match routed.decision {
                Decision::Create { .. } => Ok(vec![Happening::Elsewhere]),
                _ => self.decide(
                    &Action::Receive(inbound(automatic, now)),
                    Actor::Customer(self.conversation.customer),
                    now,
                ),
            };
        };
        let agent = Actor::Agent(AgentId::new(DateTime::UNIX_EPOCH));
        self.decide(&action, agent, now)
    }

    fn decide(&mut self, action: &Action, actor: Actor, now: DateTime<Utc>) -> Result<Vec<Happening>, Code> {
        let before = self.timers();
        let mut change = Change::of(self.conversation.clone());
        action.decide(&mut change, &self.context, &Moment::of(now, actor)).map_err(|refused| refused.code)?;
        self.conversation = change.conversation;
        self.remind(before);
        Ok(change.entries.iter().filter_map(|entry| happening(&entry.fact)).collect())
    }

    /// The clock does its work.
    pub fn pass(&mut self, now: DateTime<Utc>) -> Vec<Happening> {
        let mut due: Vec<_> = self.reminders.extract_if(.., |(due, _)| *due <= now).collect();
        due.sort_unstable();
        let happened = due.into_iter().flat_map(|(_, kind)| self.strike(kind, now)).collect();
        for kind in [TimerKind::Wake, TimerKind::AutoClose] {
            assert_eq!(self.strike(kind, now), [], "nothing is left that nobody was reminded of");
        }
        happened
    }

    fn strike(&mut self, kind: TimerKind, now: DateTime<Utc>) -> Vec<Happening> {
        let action = match kind {
            TimerKind::Wake => Action::Expire,
            TimerKind::AutoClose => Action::AutoClose,
        };
        self.decide(&action, Actor::Clock, now).unwrap()
    }
}

fn inbound(automatic: bool, now: DateTime<Utc>) -> Receive {
    let message = MessageText {
        id: EventId::new(now),
        direction: MessageDirection::Inbound,
        automatic,
        text: "Hi".to_owned(),
        truncated: false,
        html: String::new(),
        external_id: None,
        recipient: None,
    };
    Receive { message }
}
