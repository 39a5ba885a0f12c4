//! Every kind of entry × every relation of an agent to the conversation: whether they are told of it, and why (semantics §6). A table
//! that people review. No fact is done without its rows.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::enums::{
    AssignmentReason, CloseReason, ConversationState, DeliveryStatus, EventKind, FollowChoice, LinkKind,
    MessageDirection, NotificationReason, Priority, ReopenReason, SpamReason, TicketStatus, WakeReason,
};
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId, EventId, TagId, TeamId, TicketId};
use sea_orm::Iterable;
use serde_json::json;
use switchboard::domain::action::begin::Begin;
use switchboard::domain::actor::Actor;
use switchboard::domain::audience::{Circle, settle};
use switchboard::domain::change::{Change, Moment};
use switchboard::domain::conversation::{Closed, Conversation, Spam};
use switchboard::domain::fact::{Fact, Sleep};

use crate::support::snapshot::{aligned, matches, spelled};

#[test]
fn every_entry_meets_every_relation() {
    let stage = Stage::new();
    let mut rows = vec![header()];
    for state in ["", "in spam"] {
        let entries = |relation| stage.entries(relation, !state.is_empty());
        for (at, entry) in entries(Relation::default()).iter().enumerate() {
            let mut row = vec![entry.label(), state.to_owned()];
            row.extend(RELATIONS.iter().map(|(_, relation)| stage.told(*relation, &entries(*relation)[at])));
            rows.push(row);
        }
    }
    matches("audience.txt", &aligned(&rows));
}

#[test]
fn every_kind_of_entry_is_in_the_table() {
    let stage = Stage::new();
    let entries = stage.entries(Relation::default(), false);
    let mut shown: Vec<EventKind> = EventKind::iter().filter(|kind| kind.in_timelines()).collect();
    shown.retain(|kind| !entries.iter().any(|entry| entry.facts.iter().any(|fact| fact.kind() == *kind)));
    assert_eq!(shown, [], "these have no row");
}

#[test]
fn nobody_is_told_of_what_they_do_or_may_not_see() {
    let stage = Stage::new();
    for alone in [Relation { actor: true, ..EVERYTHING }, Relation { unreachable: true, ..EVERYTHING }] {
        for entry in stage.entries(alone, false) {
            assert_eq!(stage.told(alone, &entry), "-", "{}", entry.label());
        }
    }
}

/// What an entry is called in the table. Written out, so that a new fact doesn't compile without its rows.
fn name(fact: &Fact) -> &'static str {
    match fact {
        Fact::Created { .. } => "CREATED",
        Fact::Message { .. } => "MESSAGE",
        Fact::Assigned { .. } => "ASSIGNED",
        Fact::Note { .. } => "NOTE",
        Fact::Tagged { .. } => "TAGGED",
        Fact::Prioritized { .. } => "PRIORITIZED",
        Fact::Snoozed { .. } => "SNOOZED",
        Fact::Woken { .. } => "WOKEN",
        Fact::Closed { .. } => "CLOSED",
        Fact::Reopened { .. } => "REOPENED",
        Fact::MarkedAsSpam { .. } => "MARKED_AS_SPAM",
        Fact::Restored { .. } => "RESTORED",
        Fact::Followed { .. } => "FOLLOWED",
        Fact::Unfollowed { .. } => "UNFOLLOWED",
        Fact::TicketLinked { .. } => "TICKET_LINKED",
        Fact::TicketUnlinked { .. } => "TICKET_UNLINKED",
        Fact::TicketChanged { .. } => "TICKET_CHANGED",
        Fact::TicketCreated | Fact::TicketUpdated { .. } | Fact::TicketLinkChanged { .. } => "a ticket's own",
        Fact::Linked { .. } => "LINKED",
        Fact::Unlinked { .. } => "UNLINKED",
        Fact::Edited { .. } => "EDITED",
        Fact::NoteEdited { .. } => "NOTE_EDITED",
        Fact::NoteDeleted { .. } => "NOTE_DELETED",
        Fact::DeliveryChanged { .. } => "DELIVERY_CHANGED",
        Fact::Setup { .. } => "set-up",
    }
}

/// What the agent in question is to the conversation and to the entry.
#[derive(Clone, Copy, Default)]
struct Relation {
    /// Did it.
    actor: bool,
    /// Has the conversation with the entry; of an assignment: gets it.
    assignee: bool,
    /// Had it before the assignment.
    previous: bool,
    follower: bool,
    unfollowed: bool,
    /// Is named by the note.
    named: bool,
    /// Is a member of the team that it is assigned to.
    member: bool,
    /// Wrote the message that is delivered.
    author: bool,
    /// Is deactivated or can't see the channel.
    unreachable: bool,
}

const NOBODY: Relation = Relation {
    actor: false,
    assignee: false,
    previous: false,
    follower: false,
    unfollowed: false,
    named: false,
    member: false,
    author: false,
    unreachable: false,
};
const EVERYTHING: Relation =
    Relation { assignee: true, follower: true, named: true, member: true, author: true, ..NOBODY };

const RELATIONS: [(&str, Relation); 16] = [
    ("stranger", NOBODY),
    ("assignee", Relation { assignee: true, ..NOBODY }),
    ("previous", Relation { previous: true, ..NOBODY }),
    ("follower", Relation { follower: true, ..NOBODY }),
    ("unfollowed", Relation { unfollowed: true, ..NOBODY }),
    ("named", Relation { named: true, ..NOBODY }),
    ("member", Relation { member: true, ..NOBODY }),
    ("author", Relation { author: true, ..NOBODY }),
    ("assignee+follower", Relation { assignee: true, follower: true, ..NOBODY }),
    ("previous+follower", Relation { previous: true, follower: true, ..NOBODY }),
    ("member+follower", Relation { member: true, follower: true, ..NOBODY }),
    ("member+unfollowed", Relation { member: true, unfollowed: true, ..NOBODY }),
    ("named+unfollowed", Relation { named: true, unfollowed: true, ..NOBODY }),
    ("all of it", EVERYTHING),
    ("the actor", Relation { actor: true, ..EVERYTHING }),
    ("unreachable", Relation { unreachable: true, ..EVERYTHING }),
];

fn header() -> Vec<String> {
    let relations = RELATIONS.iter().map(|(name, _)| (*name).to_owned());
    ["entry".to_owned(), String::new()].into_iter().chain(relations).collect()
}

/// Entries that are written at once, of which the first is in question.
struct Written {
    detail: &'static str,
    before: Conversation,
    by: Actor,
    facts: Vec<Fact>,
}

impl Written {
    fn label(&self) -> String {
        format!("{} {}", name(&self.facts[0]), self.detail).trim_end().to_owned()
    }
}

/// One conversation, the agent in question, and whom else it takes.
struct Stage {
    now: DateTime<Utc>,
    agent: AgentId,
    other: AgentId,
    actor: Actor,
    customer: CustomerId,
    team: TeamId,
}

impl Stage {
    fn new() -> Self {
        let now: DateTime<Utc> = "2026-01-05T09:00:00Z".parse().unwrap();
        let [agent, other, third] = std::array::from_fn(|_| AgentId::new(now));
        Self { now, agent, other, actor: Actor::Agent(third), customer: CustomerId::new(now), team: TeamId::new(now) }
    }

    /// Why the agent in question is told of the first of these entries.
    fn told(&self, relation: Relation, written: &Written) -> String {
        let actor = if relation.actor { Actor::Agent(self.agent) } else { written.by };
        let mut change = Change::of(written.before.clone());
        for fact in &written.facts {
            change.record(fact.clone(), &Moment::of(self.now, actor));
        }
        let told = settle(&change.entries[0].claims, actor, &self.circle(relation));
        told.get(&self.agent).map_or_else(|| "-".to_owned(), |reason: &NotificationReason| spelled(reason))
    }

    fn circle(&self, relation: Relation) -> Circle {
        let either =
            |is: bool| -> BTreeSet<AgentId> { is.then_some(self.agent).into_iter().chain([self.other]).collect() };
        Circle {
            reachable: either(!relation.unreachable),
            members: HashMap::from([(self.team, either(relation.member))]),
        }
    }

    /// The conversation before an entry that isn't an assignment.
    fn conversation(&self, relation: Relation, in_spam: bool) -> Conversation {
        let begin = Begin {
            id: ConversationId::new(self.now),
            channel: ChannelId::new(self.now),
            customer: self.customer,
            subject: None,
            routing_reason: String::new(),
            sender_blocked: false,
        };
        let moment = Moment::of(self.now, Actor::Customer(self.customer));
        let mut conversation = begin.decide(&moment).conversation;
        conversation.assignee = Some(if relation.assignee { self.agent } else { self.other });
        if relation.follower {
            conversation.follows.insert(self.agent, FollowChoice::Following);
        }
        if relation.unfollowed {
            conversation.follows.insert(self.agent, FollowChoice::Unfollowed);
        }
        let spam = Spam { reason: SpamReason::Marked, at: self.now, by: self.actor, arrived: false };
        conversation.spam = in_spam.then_some(spam);
        conversation
    }

    fn entries(&self, relation: Relation, in_spam: bool) -> Vec<Written> {
        let before = self.conversation(relation, in_spam);
        let by = |by, detail, fact| Written { detail, before: before.clone(), by, facts: vec![fact] };
        let agent = |detail, fact| by(self.actor, detail, fact);
        let customer = Actor::Customer(self.customer);
        let message = |direction, automatic| Fact::Message { direction, automatic };
        let (inbound, outbound) = (MessageDirection::Inbound, MessageDirection::Outbound);
        let routing_reason = String::new();
        let (planned, ticket) = (Some(self.now), TicketId::new(self.now));
        let asleep = Sleep { until: planned, wake_on_reply: true };
        let closed = Some(Closed { reason: CloseReason::Resolved, at: self.now, by: self.actor });
        let mut entries = vec![
            by(customer, "", Fact::Created { routing_reason, spam: in_spam.then_some(SpamReason::SenderBlocked) }),
            by(customer, "inbound", message(inbound, false)),
            agent("outbound", message(outbound, false)),
            by(customer, "inbound, automatic", message(inbound, true)),
            agent("outbound, automatic", message(outbound, true)),
        ];
        entries.extend(self.assignments(relation, &before));
        entries.extend([
            agent("", Fact::Prioritized { from: None, to: Some(Priority::High) }),
            agent("", Fact::Tagged { added: vec![TagId::new(self.now)], removed: vec![] }),
            agent("", Fact::Snoozed { from: None, to: asleep }),
            Written {
                detail: "of what is closed",
                before: Conversation { closed, ..before.clone() },
                by: self.actor,
                facts: vec![Fact::Snoozed { from: None, to: asleep }],
            },
            agent("anew", Fact::Snoozed { from: Some(asleep), to: Sleep { wake_on_reply: false, ..asleep } }),
            by(Actor::Clock, "by the clock", Fact::Woken { reason: WakeReason::Expired, scheduled_for: planned }),
            agent("by hand", Fact::Woken { reason: WakeReason::Manual, scheduled_for: None }),
            agent("by hand", Fact::Closed { reason: CloseReason::Resolved, scheduled_for: None }),
            by(Actor::Clock, "by the clock", Fact::Closed { reason: CloseReason::AutoClosed, scheduled_for: planned }),
            agent("by hand", Fact::Reopened { reason: ReopenReason::Manual }),
            by(customer, "by the customer", Fact::Reopened { reason: ReopenReason::CustomerReplied }),
            agent("", Fact::MarkedAsSpam { reason: SpamReason::Marked, blocked_sender: false }),
            agent("", Fact::Followed { agent: self.agent }),
            agent("", Fact::Unfollowed { agent: self.agent }),
            agent("", Fact::Linked { link_kind: LinkKind::Continues, other: before.id }),
            agent("", Fact::Unlinked { link_kind: LinkKind::Related, other: before.id }),
            agent("", Fact::Edited { fields: vec!["subject".to_owned()] }),
            agent("", Fact::TicketLinked { ticket }),
            agent("", Fact::TicketUnlinked { ticket }),
            agent("", Fact::TicketChanged { ticket, from: TicketStatus::Open, to: TicketStatus::Resolved }),
            agent("by its ticket", Fact::Reopened { reason: ReopenReason::TicketResolved }),
            agent("by its ticket", Fact::Woken { reason: WakeReason::TicketResolved, scheduled_for: None }),
        ]);
        entries.extend(self.notes(relation).map(|fact| agent("", fact)));
        entries.extend(self.deliveries(relation).map(|(detail, fact)| agent(detail, fact)));
        if !in_spam {
            let fact = Fact::Restored { to: ConversationState::Open, unblocked_sender: false };
            let before = self.conversation(relation, true);
            entries.push(Written { detail: "", before, by: self.actor, facts: vec![fact] });
        }
        let setup = Fact::Setup { of: EventKind::ChannelChanged, before: None, after: json!({}) };
        entries.push(agent("", setup));
        entries
    }

    fn assignments(&self, relation: Relation, before: &Conversation) -> Vec<Written> {
        let had = (relation.previous || relation.assignee).then_some(self.agent).or(Some(self.other));
        let previous = relation.previous.then_some(self.agent);
        let gets = Some(if relation.assignee { self.agent } else { self.other });
        let team = Some(self.team);
        let fact = |from_agent, to_agent, from_team, to_team, reason| Fact::Assigned {
            from_agent,
            to_agent,
            from_team,
            to_team,
            reason,
        };
        let manual = AssignmentReason::Manual;
        let to_the_team = fact(previous, None, None, team, manual);
        let handed_out = fact(None, gets, team, team, AssignmentReason::AutoAssigned);
        let variants = [
            ("to an agent", vec![fact(previous, gets, None, None, manual)]),
            ("to nobody", vec![fact(had, None, None, None, manual)]),
            ("to a team", vec![to_the_team.clone()]),
            ("to a team and an agent", vec![fact(previous, gets, None, team, manual)]),
            ("to a team with its agent", vec![fact(gets, gets, None, team, manual)]),
            ("to a team that hands it out", vec![to_the_team, handed_out.clone()]),
            ("by the team", vec![handed_out]),
            ("agent lost, team kept", vec![fact(had, None, team, team, AssignmentReason::AgentDeactivated)]),
            ("from a team to none", vec![fact(gets, gets, team, None, manual)]),
        ];
        let written = |(detail, facts): (&'static str, Vec<Fact>)| {
            let Fact::Assigned { from_agent, from_team, .. } = facts[0] else { panic!("{detail} is no assignment") };
            let before = Conversation { assignee: from_agent, team: from_team, ..before.clone() };
            Written { detail, before, by: self.actor, facts }
        };
        variants.into_iter().map(written).collect()
    }

    fn notes(&self, relation: Relation) -> impl Iterator<Item = Fact> {
        let named: Vec<AgentId> = relation.named.then_some(self.agent).into_iter().collect();
        let note = EventId::new(self.now);
        [
            Fact::Note { named: named.clone() },
            Fact::NoteEdited { note, added: named.clone(), gone: vec![] },
            Fact::NoteDeleted { note, gone: named },
        ]
        .into_iter()
    }

    fn deliveries(&self, relation: Relation) -> impl Iterator<Item = (&'static str, Fact)> {
        let message = EventId::new(self.now);
        let author = Some(if relation.author { self.agent } else { self.other });
        let fact = move |author, status| Fact::DeliveryChanged { message, author, status, error: None };
        [
            ("queued", fact(author, DeliveryStatus::Queued)),
            ("sent", fact(author, DeliveryStatus::Sent)),
            ("delivered", fact(author, DeliveryStatus::Delivered)),
            ("failed", fact(author, DeliveryStatus::Failed)),
            ("failed, of an integration", fact(None, DeliveryStatus::Failed)),
        ]
        .into_iter()
    }
}
