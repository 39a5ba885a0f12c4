//! What every action meets: a conversation in each state, and the people and records around it.

mod actions;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use entity::enums::{
    AgentRole, AutoAssignment, Availability, ChannelKind, CloseReason, ConversationState, DeliveryStatus, FollowChoice,
    MessageDirection, Priority, SpamReason, TicketStatus,
};
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId, EventId, TagId, TeamId, TicketId};
use switchboard::domain::action::Action;
use switchboard::domain::action::begin::Begin;
use switchboard::domain::actor::Actor;
use switchboard::domain::change::{Aside, Change, Mention, Mentionable, Moment};
use switchboard::domain::channel::Policy;
use switchboard::domain::context::{Agent, Channel, Context, Customer, Linked, Message, Needs, Note, Tag, Team};
use switchboard::domain::conversation::{Closed, Conversation, Snooze, Spam};
use switchboard::domain::rejection::Rejection;
use switchboard::domain::ticket::{RefKey, Ticket};

/// One conversation in each state, with agents Bea (acting, and assigned through a team she has left), Carl of two others, of which one
/// hands out, Dora without access, Eve deactivated, and Fay, who follows it; with the tag `worn` and the archived `old`, without `fresh`
/// and the archived `gone`; linked to one of three tickets, of which it leaves a closed one closed.
pub struct Stage {
    now: DateTime<Utc>,
    bea: AgentId,
    carl: AgentId,
    dora: AgentId,
    eve: AgentId,
    fay: AgentId,
    left: TeamId,
    team: TeamId,
    handing: TeamId,
    /// Worn, old, fresh and gone.
    tags: [TagId; 4],
    sent: EventId,
    /// Bea's note, which names Carl; Carl's, which names nobody; Bea's, erased.
    notes: [EventId; 3],
    /// One that it is linked to, one that it isn't, and one that has as many conversations as it may.
    tickets: [TicketId; 3],
    context: Context,
}

impl Stage {
    pub fn new() -> Self {
        let now: DateTime<Utc> = "2026-01-05T09:00:00Z".parse().unwrap();
        let [bea, carl, dora, eve, fay] =
            std::array::from_fn(|at| AgentId::new(now + TimeDelta::microseconds(at as i64)));
        let [left, team, handing] = std::array::from_fn(|_| TeamId::new(now));
        let [worn, old, fresh, gone] = std::array::from_fn(|at| TagId::new(now + TimeDelta::microseconds(at as i64)));
        let tag = |archived, used| Tag { archived, used };
        let sent = EventId::new(now);
        let agent = |active, has_access| Agent {
            role: AgentRole::Agent,
            active,
            availability: Availability::Online,
            capacity: None,
            open: 0,
            has_access,
            time_zone: Tz::Europe__Lisbon,
        };
        let of = |members: Vec<AgentId>, auto_assignment| {
            let members = HashSet::from_iter(members);
            Team { members, auto_assignment, last_turn: None }
        };
        let message = Message {
            direction: MessageDirection::Outbound,
            author: Some(bea),
            status: Some(DeliveryStatus::Sent),
            error: None,
            external_id: None,
        };
        let context = Context {
            agents: HashMap::from([
                (bea, agent(true, true)),
                (carl, agent(true, true)),
                (dora, agent(true, false)),
                (eve, agent(false, true)),
                (fay, agent(true, true)),
            ]),
            teams: HashMap::from([
                (left, of(vec![], AutoAssignment::Off)),
                (team, of(vec![carl], AutoAssignment::Off)),
                (handing, of(vec![carl], AutoAssignment::RoundRobin)),
            ]),
            tags: HashMap::from([
                (worn, tag(false, true)),
                (old, tag(true, true)),
                (fresh, tag(false, false)),
                (gone, tag(true, true)),
            ]),
            messages: HashMap::from([(sent, message)]),
            recipient: Some("zoe@example.com".to_owned()),
            customer: Some(Customer { blocked: false }),
            names: HashMap::from([
                ("carl".to_owned(), vec![Mentionable::Agent(carl)]),
                ("dora".to_owned(), vec![Mentionable::Agent(dora)]),
                ("support".to_owned(), vec![Mentionable::Team(team)]),
            ]),
            ..Context::of(Channel {
                id: ChannelId::new(now),
                kind: ChannelKind::Email,
                policy: Policy::of(ChannelKind::Email),
            })
        };
        let notes = std::array::from_fn(|at| EventId::new(now + TimeDelta::microseconds(at as i64)));
        let tags = [worn, old, fresh, gone];
        let tickets = std::array::from_fn(|at| TicketId::new(now + TimeDelta::microseconds(at as i64)));
        let mut stage =
            Self { now, bea, carl, dora, eve, fay, left, team, handing, tags, sent, notes, tickets, context };
        let counts = [1, 0, 500];
        for (id, conversations) in tickets.into_iter().zip(counts) {
            let reopen_on_resolve = (conversations == 1).then_some(false);
            stage.context.tickets.insert(id, Linked { ticket: stage.ticket(id, conversations), reopen_on_resolve });
        }
        stage.context.refs = HashMap::from([(RefKey::checked("github", "1").unwrap(), tickets[1])]);
        stage.context.newest_inbound = Some(sent);
        let named = vec![Mention { target: Mentionable::Agent(carl), agents: BTreeMap::from([(carl, true)]) }];
        let [own, anothers, erased] = notes;
        stage.context.notes = HashMap::from([
            (own, note(bea, "@carl: refund?", named)),
            (anothers, note(carl, "Yes", vec![])),
            (erased, Note { deleted: true, ..note(bea, "", vec![]) }),
        ]);
        stage
    }

    pub fn moment(&self) -> Moment {
        Moment::of(self.now + TimeDelta::hours(1), Actor::Agent(self.bea))
    }

    pub fn decide(&self, conversation: &Conversation, action: &Action) -> Result<Change, Rejection> {
        let mut change = Change::of(conversation.clone());
        action.decide(&mut change, &self.context, &self.moment()).map(|()| change)
    }

    /// The context as it would be loaded for these needs: nothing else is known.
    pub fn loaded(&self, needs: &Needs) -> Context {
        let Context { channel, agents, teams, tags, names, recipient, customer, messages, tickets, refs, .. } =
            &self.context;
        let named: Vec<Mentionable> =
            needs.names.iter().filter_map(|name| names.get(name)).flatten().copied().collect();
        let teams_named = named.iter().filter_map(|target| match target {
            Mentionable::Team(team) => Some(*team),
            Mentionable::Agent(_) => None,
        });
        let called: HashSet<TeamId> = needs.called.iter().copied().chain(teams_named).collect();
        let expanded =
            called.iter().chain(&needs.handing_out).filter_map(|team| teams.get(team)).flat_map(|team| &team.members);
        let agents_named = named.iter().filter_map(|target| match target {
            Mentionable::Agent(agent) => Some(*agent),
            Mentionable::Team(_) => None,
        });
        let known: HashSet<AgentId> =
            needs.agents.iter().chain(expanded).copied().chain(agents_named).chain([self.bea]).collect();
        let kept = |id: &TeamId| needs.teams.contains(id) || called.contains(id);
        Context {
            agents: agents.iter().filter(|(id, _)| known.contains(id)).map(|(id, agent)| (*id, *agent)).collect(),
            teams: teams.iter().filter(|(id, _)| kept(id)).map(|(id, team)| (*id, team.clone())).collect(),
            tags: tags.iter().filter(|(id, _)| needs.tags.contains(id)).map(|(id, tag)| (*id, *tag)).collect(),
            names: names
                .iter()
                .filter(|(name, _)| needs.names.contains(*name))
                .map(|(n, t)| (n.clone(), t.clone()))
                .collect(),
            recipient: recipient.clone().filter(|_| needs.recipient),
            customer: customer.filter(|_| needs.customer),
            messages: messages
                .iter()
                .filter(|(id, _)| needs.messages.contains(id))
                .map(|(id, message)| (*id, message.clone()))
                .collect(),
            tickets: tickets
                .iter()
                .filter(|(id, _)| needs.tickets.contains(id))
                .map(|(id, linked)| (*id, linked.clone()))
                .collect(),
            refs: refs
                .iter()
                .filter(|(named, _)| needs.refs.contains(*named))
                .map(|(named, ticket)| (named.clone(), *ticket))
                .collect(),
            newest_inbound: self.context.newest_inbound.filter(|_| needs.newest_inbound),
            ..Context::of(channel.clone())
        }
    }

    /// Everything there is.
    pub fn everything(&self) -> Context {
        self.context.clone()
    }

    /// Bea's conversations are the team's that hands out, to Carl and to Fay in turn.
    pub fn with_turns(mut self) -> Self {
        self.context.teams.get_mut(&self.handing).unwrap().members = HashSet::from([self.carl, self.fay]);
        self
    }

    /// The team that hands out, its members in turn, and the tag that no conversation has had yet.
    pub fn handing(&self) -> (TeamId, [AgentId; 2], TagId) {
        (self.handing, [self.carl, self.fay], self.tags[2])
    }

    fn ticket(&self, id: TicketId, conversations: i32) -> Ticket {
        Ticket {
            id,
            number: 1,
            title: "Zip".to_owned(),
            description: None,
            status: TicketStatus::Open,
            priority: None,
            assignee: None,
            team: None,
            tags: BTreeSet::new(),
            refs: BTreeMap::new(),
            origin: None,
            conversations,
            created_by: Actor::Agent(self.bea),
            created_at: self.now,
            updated_at: self.now,
            resolved_at: None,
            version: 1,
        }
    }

    /// The context in which what a change stored of deliveries, notes and tickets is known.
    pub fn reported(&self, change: &Change) -> Context {
        let mut context = self.context.clone();
        context.learn_of_tickets(change.conversation.id, &change.tickets);
        for aside in &change.asides {
            match aside {
                Aside::Block(blocked) => context.customer = Some(Customer { blocked: *blocked }),
                Aside::Delivery { message, status, error, external_id } => {
                    let known = context.messages.get_mut(message).unwrap();
                    known.status = Some(*status);
                    known.error.clone_from(error);
                    known.external_id = external_id.clone().or_else(|| known.external_id.clone());
                }
                Aside::NoteEdited(text) => {
                    let known = context.notes.get_mut(&text.id).unwrap();
                    (known.text, known.mentions) = (text.text.clone(), text.mentions.clone());
                }
                Aside::NoteErased(id) => context.notes.get_mut(id).unwrap().deleted = true,
                _ => {}
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
        let moment = Moment::of(self.now, Actor::Customer(begin.customer));
        let mut conversation = begin.decide(&moment).conversation;
        conversation.assignee = Some(self.bea);
        conversation.team = Some(self.left);
        conversation.waiting_since = Some(self.now);
        conversation.mentioned = BTreeSet::from([self.carl]);
        conversation.follows = BTreeMap::from([(self.fay, FollowChoice::Following)]);
        conversation.tags = [self.tags[0], self.tags[1]].into();
        conversation.priority = Some(Priority::High);
        conversation.tickets = [self.tickets[0]].into();
        conversation
    }

    pub fn states(&self) -> Vec<(&'static str, Conversation)> {
        let (at, by) = (self.now, Actor::Agent(self.bea));
        let closed = Some(Closed { reason: CloseReason::Resolved, at, by });
        let snooze = |wake_on_reply| Some(Snooze { until: Some(at + TimeDelta::days(1)), wake_on_reply, at, by });
        let ended = Some(Snooze { until: Some(at + TimeDelta::minutes(30)), wake_on_reply: true, at, by });
        let restarted_at = at - TimeDelta::days(8);
        let spam = Some(Spam { reason: SpamReason::Marked, at, by, arrived: false });
        let written = spam.map(|spam| Spam { arrived: true, ..spam });
        let open = self.open();
        let states = vec![
            ("OPEN", open.clone()),
            ("SNOOZED", Conversation { snooze: snooze(true), ..open.clone() }),
            ("SNOOZED, stays on reply", Conversation { snooze: snooze(false), ..open.clone() }),
            ("SNOOZED, its time has come", Conversation { snooze: ended, ..open.clone() }),
            ("OPEN, silent for eight days", Conversation { restarted_at, ..open.clone() }),
            ("CLOSED", Conversation { closed, waiting_since: None, ..open.clone() }),
            ("SPAM over open", Conversation { spam, ..open.clone() }),
            ("SPAM over snoozed", Conversation { spam, snooze: snooze(true), ..open.clone() }),
            ("SPAM over snoozed, its time has come", Conversation { spam, snooze: ended, ..open.clone() }),
            ("SPAM over closed", Conversation { spam, closed, waiting_since: None, ..open.clone() }),
            ("SPAM over snoozed, written to", Conversation { spam: written, snooze: snooze(true), ..open.clone() }),
            ("SPAM over closed, written to", Conversation { spam: written, closed, waiting_since: None, ..open }),
        ];
        let all =
            [ConversationState::Open, ConversationState::Snoozed, ConversationState::Closed, ConversationState::Spam];
        assert!(all.iter().all(|state| states.iter().any(|(_, c)| c.state() == *state)));
        states
    }
}

fn note(author: AgentId, text: &str, mentions: Vec<Mention>) -> Note {
    let (author, text) = (Actor::Agent(author), text.to_owned());
    Note { author, text, mentions, deleted: false, named_by_others: BTreeSet::new() }
}
