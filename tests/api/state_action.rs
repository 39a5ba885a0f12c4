//! Every state × every action: accepted, refused, or unchanged, as a table that people review. No action is done without its rows.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::enums::{
    AgentRole, AutoAssignment, Availability, ChannelKind, CloseReason, ConversationState, DeliveryStatus,
    MessageDirection, Priority, SpamReason,
};
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId, EventId, TagId, TeamId};
use switchboard::domain::action::assign::Assign;
use switchboard::domain::action::begin::Begin;
use switchboard::domain::action::edit::Edit;
use switchboard::domain::action::receive::Receive;
use switchboard::domain::action::reply::{Reply, Then};
use switchboard::domain::action::report_delivery::ReportDelivery;
use switchboard::domain::action::tag;
use switchboard::domain::action::{Action, ActionKind};
use switchboard::domain::actor::Actor;
use switchboard::domain::change::{Change, MessageText, Moment};
use switchboard::domain::context::{Agent, Channel, Context, Message, Tag, Team};
use switchboard::domain::conversation::{Closed, Conversation, Snooze, Spam};
use switchboard::domain::rejection::Rejection;

use crate::support::snapshot::{aligned, matches, spelled};

#[test]
fn every_state_meets_every_action() {
    let stage = Stage::new();
    let mut rows = vec![["state", "action", "outcome", "state after", "entries"].map(str::to_owned).to_vec()];
    for (state, conversation) in stage.states() {
        for (action, actions) in stage.actions() {
            let (outcome, after, entries) = match stage.decide(&conversation, &actions) {
                Err(rejection) => (format!("refused {}", spelled(rejection.code)), String::new(), String::new()),
                Ok(change) if change.entries.is_empty() => ("unchanged".to_owned(), String::new(), String::new()),
                Ok(change) => {
                    let entries: Vec<_> = change.entries.iter().map(|entry| spelled(entry.fact.kind())).collect();
                    ("accepted".to_owned(), spelled(change.conversation.state()), entries.join(" "))
                }
            };
            rows.push(vec![state.to_owned(), action.to_owned(), outcome, after, entries]);
        }
    }
    matches("state_action.txt", &aligned(&rows));
}

#[test]
fn what_is_offered_is_what_would_do_something() {
    let stage = Stage::new();
    for (state, conversation) in stage.states() {
        for kind in ActionKind::ALL {
            let does =
                stage.actions().iter().filter(|(_, action)| kind_of(action) == Some(kind)).any(|(_, action)| {
                    stage.decide(&conversation, action).is_ok_and(|change| !change.entries.is_empty())
                });
            assert_eq!(kind.offered_in(conversation.state()), does, "{kind:?} in {state}");
        }
    }
}

#[test]
fn a_refused_or_idle_action_leaves_the_conversation_as_it_was() {
    let stage = Stage::new();
    for (state, conversation) in stage.states() {
        for (name, action) in stage.actions() {
            let Ok(change) = stage.decide(&conversation, &action) else { continue };
            let entries = i32::try_from(change.entries.len()).unwrap();
            assert_eq!(change.conversation.version, conversation.version + entries, "{name} in {state}");
            if change.entries.is_empty() {
                assert_eq!((change.conversation, change.asides), (conversation.clone(), vec![]), "{name} in {state}");
            }
        }
    }
}

#[test]
fn doing_it_twice_changes_nothing_more() {
    let stage = Stage::new();
    for (state, conversation) in stage.states() {
        for (name, action) in stage.actions() {
            if matches!(action, Action::Receive(_) | Action::Reply(_)) {
                continue;
            }
            let Ok(once) = stage.decide(&conversation, &action) else { continue };
            let again = stage.reported(&once);
            let mut twice = Change::of(once.conversation.clone());
            action.decide(&mut twice, &again, &stage.moment()).unwrap();
            assert_eq!(twice.entries, vec![], "{name} twice in {state}");
        }
    }
}

/// Which of the offered kinds an action is. Written out, so that a new action doesn't compile without its rows.
fn kind_of(action: &Action) -> Option<ActionKind> {
    match action {
        Action::Assign(_) => Some(ActionKind::Assign),
        Action::Tag(tag::Tag::Add(_)) => Some(ActionKind::AddTags),
        Action::Tag(tag::Tag::Remove(_)) => Some(ActionKind::RemoveTags),
        Action::Prioritise(_) => Some(ActionKind::SetPriority),
        Action::Reply(_) => Some(ActionKind::Reply),
        Action::Close => Some(ActionKind::Close),
        Action::Reopen => Some(ActionKind::Reopen),
        Action::Receive(_) | Action::Edit(_) | Action::ReportDelivery(_) => None,
    }
}

/// One conversation in each state, with agents Bea (assigned) and Carl of one team, Dora without access, Eve deactivated; with the
/// tag `worn` and the archived `old`, without `fresh` and the archived `gone`.
struct Stage {
    now: DateTime<Utc>,
    bea: AgentId,
    carl: AgentId,
    dora: AgentId,
    eve: AgentId,
    team: TeamId,
    worn: TagId,
    old: TagId,
    fresh: TagId,
    gone: TagId,
    sent: EventId,
    context: Context,
}

impl Stage {
    fn new() -> Self {
        let now: DateTime<Utc> = "2026-01-05T09:00:00Z".parse().unwrap();
        let [bea, carl, dora, eve] = std::array::from_fn(|at| AgentId::new(now + TimeDelta::microseconds(at as i64)));
        let [worn, old, fresh, gone] = std::array::from_fn(|at| TagId::new(now + TimeDelta::microseconds(at as i64)));
        let tag = |archived, used| Tag { archived, used };
        let (team, sent) = (TeamId::new(now), EventId::new(now));
        let agent = |active, has_access| Agent {
            role: AgentRole::Agent,
            active,
            availability: Availability::Online,
            capacity: None,
            open: 0,
            has_access,
        };
        let message = Message {
            direction: MessageDirection::Outbound,
            author: Some(bea),
            status: Some(DeliveryStatus::Sent),
            error: None,
            external_id: None,
        };
        let context = Context {
            channel: Channel { id: ChannelId::new(now), kind: ChannelKind::Email, reopen_window: None },
            agents: HashMap::from([
                (bea, agent(true, true)),
                (carl, agent(true, true)),
                (dora, agent(true, false)),
                (eve, agent(false, true)),
            ]),
            teams: HashMap::from([(
                team,
                Team { members: HashSet::from([carl]), auto_assignment: AutoAssignment::Off, last_turn: None },
            )]),
            tags: HashMap::from([
                (worn, tag(false, true)),
                (old, tag(true, true)),
                (fresh, tag(false, false)),
                (gone, tag(true, true)),
            ]),
            messages: HashMap::from([(sent, message)]),
            recipient: Some("zoe@example.com".to_owned()),
        };
        Self { now, bea, carl, dora, eve, team, worn, old, fresh, gone, sent, context }
    }

    fn moment(&self) -> Moment {
        Moment { now: self.now + TimeDelta::hours(1), actor: Actor::Agent(self.bea) }
    }

    fn decide(&self, conversation: &Conversation, action: &Action) -> Result<Change, Rejection> {
        let mut change = Change::of(conversation.clone());
        action.decide(&mut change, &self.context, &self.moment()).map(|()| change)
    }

    /// The context in which what a change reported on deliveries is known.
    fn reported(&self, change: &Change) -> Context {
        use switchboard::domain::change::Aside;
        let mut context = self.context.clone();
        for aside in &change.asides {
            if let Aside::Delivery { message, status, error, external_id } = aside {
                let known = context.messages.get_mut(message).unwrap();
                known.status = Some(*status);
                known.error.clone_from(error);
                known.external_id = external_id.clone().or_else(|| known.external_id.clone());
            }
        }
        context
    }

    fn open(&self) -> Conversation {
        let begin = Begin {
            id: ConversationId::new(self.now),
            channel: self.context.channel.id,
            customer: CustomerId::new(self.now),
            subject: Some("Order".to_owned()),
            routing_reason: "Nothing earlier belongs to this message.".to_owned(),
            sender_blocked: false,
        };
        let moment = Moment { now: self.now, actor: Actor::Customer(begin.customer) };
        let mut conversation = begin.decide(&moment).conversation;
        conversation.assignee = Some(self.bea);
        conversation.waiting_since = Some(self.now);
        conversation.tags = [self.worn, self.old].into();
        conversation.priority = Some(Priority::High);
        conversation.follows = BTreeMap::new();
        conversation
    }

    fn states(&self) -> Vec<(&'static str, Conversation)> {
        let (at, by) = (self.now, Actor::Agent(self.bea));
        let closed = Some(Closed { reason: CloseReason::Resolved, at, by });
        let snooze = |wake_on_reply| Some(Snooze { until: Some(at + TimeDelta::days(1)), wake_on_reply, at, by });
        let spam = Some(Spam { reason: SpamReason::Marked, at, by, arrived: false });
        let open = self.open();
        let states = vec![
            ("OPEN", open.clone()),
            ("SNOOZED", Conversation { snooze: snooze(true), ..open.clone() }),
            ("SNOOZED, stays on reply", Conversation { snooze: snooze(false), ..open.clone() }),
            ("CLOSED", Conversation { closed, waiting_since: None, ..open.clone() }),
            ("SPAM over open", Conversation { spam, ..open.clone() }),
            ("SPAM over snoozed", Conversation { spam, snooze: snooze(true), ..open.clone() }),
            ("SPAM over closed", Conversation { spam, closed, waiting_since: None, ..open }),
        ];
        let all =
            [ConversationState::Open, ConversationState::Snoozed, ConversationState::Closed, ConversationState::Spam];
        assert!(all.iter().all(|state| states.iter().any(|(_, c)| c.state() == *state)));
        states
    }

    fn actions(&self) -> Vec<(&'static str, Action)> {
        let assign = |agent, team, only_if_unassigned| Action::Assign(Assign { agent, team, only_if_unassigned });
        let reply = |then| {
            let (text, html) = ("Hello".to_owned(), "Hello".to_owned());
            Action::Reply(Reply { id: EventId::new(self.now), text, html, then })
        };
        let receive = |automatic| Action::Receive(Receive { message: self.inbound(automatic) });
        let subject =
            |subject: Option<&str>| Action::Edit(Edit { subject: Some(subject.map(str::to_owned)), attributes: None });
        let add = |tags: &[TagId]| Action::Tag(tag::Tag::Add(tags.to_vec()));
        let remove = |tags: &[TagId]| Action::Tag(tag::Tag::Remove(tags.to_vec()));
        let many: Vec<TagId> = (0..51).map(|at| TagId::new(self.now + TimeDelta::seconds(at))).collect();
        let report = |status, error: Option<&str>| {
            let error = error.map(str::to_owned);
            Action::ReportDelivery(ReportDelivery { message: self.sent, status, external_id: None, error })
        };
        vec![
            ("receive", receive(false)),
            ("receive automatic", receive(true)),
            ("reply", reply(None)),
            ("reply then close", reply(Some(Then::Close))),
            ("reply then open", reply(Some(Then::Open))),
            ("assign another agent", assign(Some(Some(self.carl)), None, false)),
            ("assign the same agent", assign(Some(Some(self.bea)), None, false)),
            ("assign nobody", assign(Some(None), None, false)),
            ("assign a team without the agent", assign(None, Some(Some(self.team)), false)),
            ("assign a team and its member", assign(Some(Some(self.carl)), Some(Some(self.team)), false)),
            ("assign a team and a stranger", assign(Some(Some(self.bea)), Some(Some(self.team)), false)),
            ("assign an agent without access", assign(Some(Some(self.dora)), None, false)),
            ("assign a deactivated agent", assign(Some(Some(self.eve)), None, false)),
            ("assign an unknown team", assign(None, Some(Some(TeamId::new(DateTime::UNIX_EPOCH))), false)),
            ("assign nothing", assign(None, None, false)),
            ("claim for another agent", assign(Some(Some(self.carl)), None, true)),
            ("claim for the same agent", assign(Some(Some(self.bea)), None, true)),
            ("add tags", add(&[self.fresh, self.worn])),
            ("add tags it has", add(&[self.worn, self.old])),
            ("add an archived tag", add(&[self.gone])),
            ("add an unknown tag", add(&[TagId::new(DateTime::UNIX_EPOCH)])),
            ("add too many tags", add(&many)),
            ("remove tags", remove(&[self.worn, self.old, self.fresh])),
            ("remove tags it hasn't", remove(&[self.fresh, self.gone])),
            ("remove an unknown tag", remove(&[TagId::new(DateTime::UNIX_EPOCH)])),
            ("set a priority", Action::Prioritise(Some(Priority::Urgent))),
            ("set the same priority", Action::Prioritise(Some(Priority::High))),
            ("clear the priority", Action::Prioritise(None)),
            ("close", Action::Close),
            ("reopen", Action::Reopen),
            ("change the subject", subject(Some("Refund"))),
            ("clear the subject", subject(None)),
            ("keep the subject", subject(Some("Order"))),
            ("report SENT again", report(DeliveryStatus::Sent, None)),
            ("report DELIVERED", report(DeliveryStatus::Delivered, None)),
            ("report FAILED", report(DeliveryStatus::Failed, Some("bounced"))),
            ("report QUEUED late", report(DeliveryStatus::Queued, None)),
            ("report SENT with an error", report(DeliveryStatus::Sent, Some("bounced"))),
        ]
    }

    fn inbound(&self, automatic: bool) -> MessageText {
        MessageText {
            id: EventId::new(self.now),
            direction: MessageDirection::Inbound,
            automatic,
            text: "Hello".to_owned(),
            truncated: false,
            html: "Hello".to_owned(),
            external_id: None,
            recipient: None,
        }
    }
}
