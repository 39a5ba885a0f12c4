//! What later decisions know of earlier ones in the same transaction, as tables.

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::domain::change::Moment;
use crate::domain::ticket::create::NewTicket;

const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn context() -> Context {
    Context::of(Channel { id: ChannelId::new(START), kind: ChannelKind::Email, policy: Policy::of(ChannelKind::Email) })
}

#[test]
fn another_conversation_counts_where_it_was_and_where_it_is() {
    let [one, other, stranger] =
        std::array::from_fn(|at| AgentId::new(START + TimeDelta::microseconds(i64::try_from(at).unwrap())));
    let agent = Agent {
        role: AgentRole::Agent,
        active: true,
        availability: Availability::Online,
        capacity: None,
        open: 5,
        has_access: true,
        time_zone: Tz::UTC,
    };
    for (before, after, open) in [
        (None, None, [5, 5]),
        (None, Some(one), [6, 5]),
        (Some(one), None, [4, 5]),
        (Some(one), Some(one), [5, 5]),
        (Some(one), Some(other), [4, 6]),
        (Some(stranger), Some(stranger), [5, 5]),
    ] {
        let mut context = Context { agents: [(one, agent), (other, agent)].into(), ..context() };
        context.count(before, after);
        assert_eq!([one, other].map(|agent| context.agents[&agent].open), open);
    }
}

#[test]
fn what_was_decided_of_a_ticket_is_known_to_the_next() {
    let moment = Moment::of(START, Actor::Clock);
    let conversation = ConversationId::new(START);
    let named = RefKey::checked("github", "1").unwrap();
    let new = NewTicket { title: Some("Zip".to_owned()), refs: vec![(named.clone(), None)], ..NewTicket::default() };
    let mut created = new.decide(None, &Known::default(), &moment).unwrap();
    created.link(conversation, true, true, &moment);
    let id = created.ticket.id;
    let mut context = context();
    context.learn_of_tickets(conversation, &[created.clone()]);
    assert_eq!(context.refs[&named], id);
    assert_eq!(context.tickets[&id].reopen_on_resolve, Some(true));
    assert_eq!(context.tickets[&id].ticket.version, 2);
    // What it is to another conversation doesn't matter here.
    let mut elsewhere = TicketChange::of(created.ticket);
    elsewhere.unlink(ConversationId::new(START + TimeDelta::seconds(1)), &moment);
    context.learn_of_tickets(conversation, &[elsewhere.clone()]);
    assert_eq!(context.tickets[&id].reopen_on_resolve, Some(true));
    elsewhere.unlink(conversation, &moment);
    context.learn_of_tickets(conversation, &[elsewhere]);
    assert_eq!(context.tickets[&id].reopen_on_resolve, None);
}
