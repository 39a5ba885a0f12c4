//! What every action meets: a conversation in each state, the people and records around it, and every action there is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use entity::enums::{
    AgentRole, AutoAssignment, Availability, ChannelKind, CloseReason, ConversationState, DeliveryStatus, FollowChoice,
    MessageDirection, Priority, SpamReason, TicketStatus,
};
use entity::ids::{AgentId, ChannelId, ConversationId, CustomerId, EventId, TagId, TeamId, TicketId};
use switchboard::domain::action::Action;
use switchboard::domain::action::add_note::{AddNote, Draft};
use switchboard::domain::action::assign::Assign;
use switchboard::domain::action::begin::Begin;
use switchboard::domain::action::create_ticket::CreateTicket;
use switchboard::domain::action::delete_note::DeleteNote;
use switchboard::domain::action::edit::Edit;
use switchboard::domain::action::edit_note::EditNote;
use switchboard::domain::action::followers::Followers;
use switchboard::domain::action::link_ticket::{LinkTicket, UnlinkTicket};
use switchboard::domain::action::mark_as_spam::MarkAsSpam;
use switchboard::domain::action::move_team::MoveTeam;
use switchboard::domain::action::receive::Receive;
use switchboard::domain::action::relieve::Relieve;
use switchboard::domain::action::reply::{Reply, Then};
use switchboard::domain::action::report_delivery::ReportDelivery;
use switchboard::domain::action::restore_from_spam::RestoreFromSpam;
use switchboard::domain::action::snooze::{Snooze as Sleep, Until};
use switchboard::domain::action::tag;
use switchboard::domain::action::ticket_moved::TicketMoved;
use switchboard::domain::actor::Actor;
use switchboard::domain::change::{Aside, Change, Mention, Mentionable, MessageText, Moment};
use switchboard::domain::channel::Policy;
use switchboard::domain::context::{Agent, Channel, Context, Customer, Linked, Message, Needs, Note, Tag, Team};
use switchboard::domain::conversation::{Closed, Conversation, Snooze, Spam};
use switchboard::domain::duration::IsoDuration;
use switchboard::domain::mention::Naming;
use switchboard::domain::rejection::Rejection;
use switchboard::domain::snooze_time::Preset;
use switchboard::domain::ticket::create::NewTicket;
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

    pub fn actions(&self) -> Vec<(&'static str, Action)> {
        let assign = |agent, team, only_if_unassigned| Action::Assign(Assign { agent, team, only_if_unassigned });
        let reply = |then| {
            let (text, html) = ("Hello".to_owned(), "Hello".to_owned());
            Action::Reply(Reply { text, html, then })
        };
        let sleep = |until, wake_on_reply| Action::Snooze(Sleep { until, wake_on_reply });
        let asleep = Sleep { until: Until::CustomerReplies, wake_on_reply: true };
        let receive = |automatic| Action::Receive(Receive { message: self.inbound(automatic) });
        let subject =
            |subject: Option<&str>| Action::Edit(Edit { subject: Some(subject.map(str::to_owned)), attributes: None });
        let followers = |agents: &[AgentId]| Followers::checked(agents.to_vec()).unwrap();
        let stranger = AgentId::new(DateTime::UNIX_EPOCH);
        let add = |tags: &[TagId]| Action::Tag(tag::Tag::Add(tags.to_vec()));
        let remove = |tags: &[TagId]| Action::Tag(tag::Tag::Remove(tags.to_vec()));
        let [worn, old, fresh, gone] = self.tags;
        let many: Vec<TagId> = (0..51).map(|at| TagId::new(self.now + TimeDelta::seconds(at))).collect();
        let report = |status, error: Option<&str>| {
            let error = error.map(str::to_owned);
            Action::ReportDelivery(ReportDelivery { message: self.sent, status, external_id: None, error })
        };
        let draft = |text: &str| Draft {
            text: text.to_owned(),
            html: text.to_owned(),
            naming: Naming::read(vec![], text).unwrap(),
        };
        let noted = |text| Action::AddNote(AddNote { draft: draft(text) });
        let edit = |note, text| Action::EditNote(EditNote { note, draft: draft(text) });
        let erase = |note| Action::DeleteNote(DeleteNote { note });
        let [own, anothers, erased] = self.notes;
        let relieve = |agent, left| Action::Relieve(Relieve { agent, left });
        let move_team = |from, to| Action::MoveTeam(MoveTeam { from, to });
        vec![
            ("receive", receive(false)),
            ("receive automatic", receive(true)),
            ("reply", reply(None)),
            ("reply then close", reply(Some(Then::Close))),
            ("reply then open", reply(Some(Then::Open))),
            ("reply then snooze", reply(Some(Then::Snooze(asleep.clone())))),
            ("assign another agent", assign(Some(Some(self.carl)), None, false)),
            ("assign the same agent", assign(Some(Some(self.bea)), None, false)),
            ("assign nobody", assign(Some(None), None, false)),
            ("assign a team without the agent", assign(None, Some(Some(self.team)), false)),
            ("assign a team that hands out", assign(None, Some(Some(self.handing)), false)),
            ("assign a team and its member", assign(Some(Some(self.carl)), Some(Some(self.team)), false)),
            ("assign a team and a stranger", assign(Some(Some(self.bea)), Some(Some(self.team)), false)),
            ("assign an agent without access", assign(Some(Some(self.dora)), None, false)),
            ("assign a deactivated agent", assign(Some(Some(self.eve)), None, false)),
            ("assign an unknown team", assign(None, Some(Some(TeamId::new(DateTime::UNIX_EPOCH))), false)),
            ("assign nothing", assign(None, None, false)),
            ("claim for another agent", assign(Some(Some(self.carl)), None, true)),
            ("claim for the same agent", assign(Some(Some(self.bea)), None, true)),
            ("add tags", add(&[fresh, worn])),
            ("add tags it has", add(&[worn, old])),
            ("add an archived tag", add(&[gone])),
            ("add an unknown tag", add(&[TagId::new(DateTime::UNIX_EPOCH)])),
            ("add too many tags", add(&many)),
            ("remove tags", remove(&[worn, old, fresh])),
            ("remove tags it hasn't", remove(&[fresh, gone])),
            ("remove an unknown tag", remove(&[TagId::new(DateTime::UNIX_EPOCH)])),
            ("set a priority", Action::Prioritise(Some(Priority::Urgent))),
            ("set the same priority", Action::Prioritise(Some(Priority::High))),
            ("clear the priority", Action::Prioritise(None)),
            ("snooze until an instant", sleep(Until::At(self.now + TimeDelta::days(2)), true)),
            ("snooze until the same instant", sleep(Until::At(self.now + TimeDelta::days(1)), true)),
            ("snooze until then, whoever writes", sleep(Until::At(self.now + TimeDelta::days(1)), false)),
            ("snooze until a past instant", sleep(Until::At(self.now), true)),
            ("snooze for more than five years", sleep(Until::At(self.now + TimeDelta::days(5 * 366)), true)),
            ("snooze for a time", sleep(Until::After(IsoDuration::parse("PT90M").unwrap()), true)),
            ("snooze until tomorrow", sleep(Until::Preset(Preset::TomorrowMorning), true)),
            ("snooze until a reply", sleep(Until::CustomerReplies, true)),
            ("snooze for ever", sleep(Until::CustomerReplies, false)),
            ("wake", Action::Wake),
            ("the snooze ends", Action::Expire),
            ("silence ends it", Action::AutoClose),
            ("close", Action::Close),
            ("reopen", Action::Reopen),
            ("mark as spam", Action::MarkAsSpam(MarkAsSpam { block_sender: false })),
            ("mark as spam and block", Action::MarkAsSpam(MarkAsSpam { block_sender: true })),
            ("restore from spam", Action::RestoreFromSpam(RestoreFromSpam { unblock_sender: false })),
            ("restore and unblock", Action::RestoreFromSpam(RestoreFromSpam { unblock_sender: true })),
            ("change the subject", subject(Some("Refund"))),
            ("clear the subject", subject(None)),
            ("keep the subject", subject(Some("Order"))),
            ("follow", Action::Follow),
            ("unfollow", Action::Unfollow),
            ("add two followers", Action::AddFollowers(followers(&[self.fay, self.carl, self.bea]))),
            ("add a follower again", Action::AddFollowers(followers(&[self.fay]))),
            ("add no followers", Action::AddFollowers(followers(&[]))),
            ("add a deactivated follower", Action::AddFollowers(followers(&[self.carl, self.eve]))),
            ("add a follower without access", Action::AddFollowers(followers(&[self.carl, self.dora]))),
            ("add an unknown follower", Action::AddFollowers(followers(&[self.carl, stranger]))),
            ("remove a follower", Action::RemoveFollowers(followers(&[self.fay]))),
            ("remove who doesn't follow", Action::RemoveFollowers(followers(&[self.carl, self.eve]))),
            ("remove oneself", Action::RemoveFollowers(followers(&[self.bea]))),
            ("remove an unknown follower", Action::RemoveFollowers(followers(&[self.fay, stranger]))),
            ("report SENT again", report(DeliveryStatus::Sent, None)),
            ("report DELIVERED", report(DeliveryStatus::Delivered, None)),
            ("report FAILED", report(DeliveryStatus::Failed, Some("bounced"))),
            ("report QUEUED late", report(DeliveryStatus::Queued, None)),
            ("report SENT with an error", report(DeliveryStatus::Sent, Some("bounced"))),
            ("add a note", noted("Refund?")),
            ("add a note naming a colleague", noted("@support: refund?")),
            ("add a note naming an outsider", noted("@dora: refund?")),
            ("edit one's own note", edit(own, "@dora: refund?")),
            ("edit one's own note, no mention", edit(own, "Refund?")),
            ("edit one's own note to the same", edit(own, "@carl: refund?")),
            ("edit another's note", edit(anothers, "No")),
            ("edit a deleted note", edit(erased, "Refund?")),
            ("edit an unknown note", edit(EventId::new(DateTime::UNIX_EPOCH), "Refund?")),
            ("delete one's own note", erase(own)),
            ("delete another's note", erase(anothers)),
            ("delete a deleted note", erase(erased)),
            ("relieve who left the team", relieve(Some(self.bea), Some(self.left))),
            ("relieve who has every right", relieve(None, None)),
            ("relieve somebody else", relieve(Some(self.carl), Some(self.left))),
            ("move to another team", move_team(self.left, Some(self.team))),
            ("move to a team that hands out", move_team(self.left, Some(self.handing))),
            ("move to no team", move_team(self.left, None)),
            ("move to a deleted team", move_team(self.left, Some(TeamId::new(DateTime::UNIX_EPOCH)))),
            ("move from a team it isn't in", move_team(self.team, Some(self.handing))),
        ]
        .into_iter()
        .chain(self.of_tickets())
        .collect()
    }

    fn of_tickets(&self) -> Vec<(&'static str, Action)> {
        let [linked, free, full] = self.tickets;
        let unknown = TicketId::new(DateTime::UNIX_EPOCH);
        let create = |new, origin| {
            let reopen_on_resolve = false;
            Action::CreateTicket(Box::new(CreateTicket { new, origin, reopen_on_resolve, unread: false }))
        };
        let tagged = |tag| NewTicket { tags: Some(vec![tag]), ..NewTicket::default() };
        let called = |key: &str| NewTicket {
            refs: vec![(RefKey::checked("github", key).unwrap(), None)],
            ..NewTicket::default()
        };
        let link = |ticket, reopen_on_resolve| Action::LinkTicket(LinkTicket { ticket, reopen_on_resolve });
        let unlink = |ticket| Action::UnlinkTicket(UnlinkTicket { ticket });
        let moved = |to, reopen_on_resolve| {
            Action::TicketMoved(TicketMoved { ticket: linked, from: TicketStatus::Open, to, reopen_on_resolve })
        };
        let [_, _, fresh, gone] = self.tags;
        vec![
            ("create a ticket", create(NewTicket::default(), None)),
            ("create a ticket from a message", create(NewTicket::default(), Some(self.sent))),
            ("create a ticket from elsewhere", create(NewTicket::default(), Some(EventId::new(DateTime::UNIX_EPOCH)))),
            (
                "create a ticket for a colleague",
                create(NewTicket { assignee: Some(self.dora), ..NewTicket::default() }, None),
            ),
            (
                "give a ticket to who is gone",
                create(NewTicket { assignee: Some(self.eve), ..NewTicket::default() }, None),
            ),
            ("create a tagged ticket", create(tagged(fresh), None)),
            ("create a ticket, tag archived", create(tagged(gone), None)),
            ("create a ticket with a reference", create(called("2"), None)),
            ("create a ticket, reference taken", create(called("1"), None)),
            ("link a ticket", link(free, Some(true))),
            ("link a ticket, unsaid how", link(free, None)),
            ("link a linked ticket", link(linked, Some(false))),
            ("link a linked ticket, unsaid how", link(linked, None)),
            ("link a linked ticket otherwise", link(linked, Some(true))),
            ("link a full ticket", link(full, Some(false))),
            ("link an unknown ticket", link(unknown, Some(false))),
            ("unlink a ticket", unlink(linked)),
            ("unlink what isn't linked", unlink(free)),
            ("unlink an unknown ticket", unlink(unknown)),
            ("its ticket moves on", moved(TicketStatus::InProgress, true)),
            ("its ticket is resolved", moved(TicketStatus::Resolved, false)),
            ("its resolved ticket reopens it", moved(TicketStatus::Resolved, true)),
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

fn note(author: AgentId, text: &str, mentions: Vec<Mention>) -> Note {
    let (author, text) = (Actor::Agent(author), text.to_owned());
    Note { author, text, mentions, deleted: false, named_by_others: BTreeSet::new() }
}
