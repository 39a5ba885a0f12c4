//! What a decision may look at beside the conversation, loaded and locked in its transaction.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono_tz::Tz;
use entity::enums::{AgentRole, AutoAssignment, Availability, ChannelKind, DeliveryStatus, MessageDirection};
use entity::ids::{AgentId, ChannelId, ConversationId, EventId, TagId, TeamId, TicketId};

use super::actor::Actor;
use super::change::{Aside, Mention, Mentionable};
use super::channel::Policy;
use super::ticket::known::Known;
use super::ticket::{Beside, RefKey, Ticket, TicketChange};

/// Names what an action needs loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Agents.
    pub agents: HashSet<AgentId>,
    /// Teams, with their members.
    pub teams: HashSet<TeamId>,
    /// Tags.
    pub tags: HashSet<TagId>,
    /// Messages of the conversation.
    pub messages: HashSet<EventId>,
    /// Where a reply goes.
    pub recipient: bool,
    /// The customer.
    pub customer: bool,
    /// Teams that may hand the conversation to a member: with their members and what these have to do. Also among `teams`.
    pub handing_out: HashSet<TeamId>,
    /// Names that a text mentions: agents' handles, and teams' slugs with their members, who are also loaded as agents.
    pub names: HashSet<String>,
    /// Teams that a list mentions, likewise with their members.
    pub called: HashSet<TeamId>,
    /// Notes of the conversation.
    pub notes: HashSet<EventId>,
    /// Tickets, which are locked already.
    pub tickets: HashSet<TicketId>,
    /// External references, to know whose they are.
    pub refs: HashSet<RefKey>,
    /// The newest message that the customer wrote.
    pub newest_inbound: bool,
}

impl Needs {
    /// What either needs.
    pub fn extend(&mut self, more: Self) {
        self.agents.extend(more.agents);
        self.teams.extend(more.teams);
        self.tags.extend(more.tags);
        self.messages.extend(more.messages);
        self.recipient |= more.recipient;
        self.customer |= more.customer;
        self.handing_out.extend(more.handing_out);
        self.names.extend(more.names);
        self.called.extend(more.called);
        self.notes.extend(more.notes);
        self.tickets.extend(more.tickets);
        self.refs.extend(more.refs);
        self.newest_inbound |= more.newest_inbound;
    }
}

/// Everything that was named, as far as it exists.
#[derive(Clone, Debug)]
pub struct Context {
    /// The conversation's channel.
    pub channel: Channel,
    /// Agents by id.
    pub agents: HashMap<AgentId, Agent>,
    /// Teams by id; deleted ones are left out.
    pub teams: HashMap<TeamId, Team>,
    /// Tags by id; deleted ones are left out.
    pub tags: HashMap<TagId, Tag>,
    /// The messages of the conversation that were named.
    pub messages: HashMap<EventId, Message>,
    /// Where a reply goes, if that was asked for and the customer has an address there.
    pub recipient: Option<String>,
    /// The customer, if they were asked for.
    pub customer: Option<Customer>,
    /// Whom each name stands for that is an agent's handle or a team's slug, or both. They are among `agents` and `teams`.
    pub names: HashMap<String, Vec<Mentionable>>,
    /// The notes of the conversation that were named.
    pub notes: HashMap<EventId, Note>,
    /// The tickets that were named.
    pub tickets: HashMap<TicketId, Linked>,
    /// The external references among those named that tickets have.
    pub refs: HashMap<RefKey, TicketId>,
    /// The newest message that the customer wrote, automatic ones left out, if it was asked for.
    pub newest_inbound: Option<EventId>,
}

impl Context {
    /// Nothing but the channel, which is all that the clock needs.
    #[must_use]
    pub fn of(channel: Channel) -> Self {
        Self {
            channel,
            agents: HashMap::new(),
            teams: HashMap::new(),
            tags: HashMap::new(),
            messages: HashMap::new(),
            recipient: None,
            customer: None,
            names: HashMap::new(),
            notes: HashMap::new(),
            tickets: HashMap::new(),
            refs: HashMap::new(),
            newest_inbound: None,
        }
    }

    /// Takes in what has just been decided, for what is decided next in the same step. How many conversations somebody has is counted
    /// without this one, so handing it out doesn't move that.
    pub fn learn(&mut self, decided: &[Aside]) {
        for aside in decided {
            match aside {
                Aside::Block(blocked) => {
                    if let Some(customer) = &mut self.customer {
                        customer.blocked = *blocked;
                    }
                }
                Aside::Turn(team, agent) => {
                    if let Some(team) = self.teams.get_mut(team) {
                        team.last_turn = Some(*agent);
                    }
                }
                Aside::Tags { first, .. } => self.have_been_used(first),
                // On the conversation itself, or of messages and notes that nothing in the same step can name.
                Aside::Follow(..) | Aside::Mentioned { .. } | Aside::Link(..) | Aside::Unlink(..) => {}
                Aside::Subject | Aside::Message(_) | Aside::Delivery { .. } => {}
                Aside::Note(_) | Aside::NoteEdited(_) | Aside::NoteErased(_) => {}
            }
        }
    }

    /// Takes in what has just been decided of tickets, for what is decided next on the same conversation.
    pub fn learn_of_tickets(&mut self, conversation: ConversationId, decided: &[TicketChange]) {
        for TicketChange { ticket, beside, .. } in decided {
            let mut reopen_on_resolve = self.tickets.get(&ticket.id).and_then(|linked| linked.reopen_on_resolve);
            for beside in beside {
                match beside {
                    Beside::Link { conversation: of, reopen_on_resolve: wanted } if *of == conversation => {
                        reopen_on_resolve = Some(*wanted);
                    }
                    Beside::Unlink(of) if *of == conversation => reopen_on_resolve = None,
                    Beside::Ref(named, _) => {
                        self.refs.insert(named.clone(), ticket.id);
                    }
                    Beside::Unref(named) => {
                        self.refs.remove(named);
                    }
                    Beside::FirstTagged(tags) => self.have_been_used(tags),
                    Beside::Link { .. } | Beside::Unlink(_) => {}
                }
            }
            self.tickets.insert(ticket.id, Linked { ticket: ticket.clone(), reopen_on_resolve });
        }
    }

    /// Counts another conversation that was decided in the same transaction: whose open work it was before, and whose it is now.
    pub fn count(&mut self, before: Option<AgentId>, after: Option<AgentId>) {
        for (agent, moved) in [(before, -1), (after, 1)] {
            if let Some(agent) = agent.and_then(|agent| self.agents.get_mut(&agent)) {
                agent.open += moved;
            }
        }
    }

    fn have_been_used(&mut self, tags: &[TagId]) {
        for tag in tags {
            self.tags.entry(*tag).and_modify(|tag| tag.used = true);
        }
    }

    /// As much of it as creating a ticket looks at.
    #[must_use]
    pub fn known_to_tickets(&self) -> Known {
        Known {
            agents: self.agents.iter().map(|(id, agent)| (*id, agent.active)).collect(),
            teams: self.teams.keys().copied().collect(),
            tags: self.tags.clone(),
            refs: self.refs.clone(),
        }
    }
}

/// A locked ticket, and how the conversation is linked to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// The ticket.
    pub ticket: Ticket,
    /// Whether the conversation comes back when it is resolved; none = they aren't linked.
    pub reopen_on_resolve: Option<bool>,
}

/// The customer, as far as decisions care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Whether new conversations of theirs are spam.
    pub blocked: bool,
}

/// A channel and its policies.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Id.
    pub id: ChannelId,
    /// Medium.
    pub kind: ChannelKind,
    /// What happens there by time alone.
    pub policy: Policy,
}

/// An agent, as far as decisions care.
#[derive(Clone, Copy, Debug)]
pub struct Agent {
    /// Role.
    pub role: AgentRole,
    /// Not deactivated.
    pub active: bool,
    /// Availability.
    pub availability: Availability,
    /// How many open conversations their teams may give them; none = any number.
    pub capacity: Option<i32>,
    /// How many open conversations they have; counted only for members of a team that hands out.
    pub open: i64,
    /// May see the conversation's channel.
    pub has_access: bool,
    /// Where their mornings are.
    pub time_zone: Tz,
}

/// A team that isn't deleted.
#[derive(Clone, Debug)]
pub struct Team {
    /// Its members.
    pub members: HashSet<AgentId>,
    /// How conversations reach them.
    pub auto_assignment: AutoAssignment,
    /// Whose turn was last.
    pub last_turn: Option<AgentId>,
}

/// A tag that isn't deleted.
#[derive(Clone, Copy, Debug)]
pub struct Tag {
    /// Can't be newly added.
    pub archived: bool,
    /// Whether any conversation ever had it.
    pub used: bool,
}

/// A message of the conversation.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which way it went.
    pub direction: MessageDirection,
    /// The agent who wrote it, if an agent did.
    pub author: Option<AgentId>,
    /// How far its delivery came.
    pub status: Option<DeliveryStatus>,
    /// Why it failed.
    pub error: Option<String>,
    /// The medium's own id.
    pub external_id: Option<String>,
}

/// A note of the conversation.
#[derive(Clone, Debug)]
pub struct Note {
    /// Who wrote it.
    pub author: Actor,
    /// Its text; empty when it is deleted.
    pub text: String,
    /// Whom it names, in order.
    pub mentions: Vec<Mention>,
    /// Erased.
    pub deleted: bool,
    /// The agents whom the conversation's other notes name.
    pub named_by_others: BTreeSet<AgentId>,
}

#[cfg(test)]
mod tests;
