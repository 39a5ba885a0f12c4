//! What tickets' own log rows tell, against their rows, their links and the conversations that are linked.

use std::collections::{BTreeMap, BTreeSet};

use entity::enums::{EventKind, TicketStatus};
use entity::ids::{ConversationId, TicketId};
use entity::{event, ticket, ticket_link};
use switchboard::domain::conversation::Conversation;
use switchboard::domain::fact::Fact;
use switchboard::store::append::fact_of;

/// Makes sure that they tell the same.
pub fn log_tells_the_tickets(
    tickets: &[ticket::Model],
    links: &[ticket_link::Model],
    events: &[event::Model],
    conversations: &[Conversation],
) {
    let mut numbers: Vec<i64> = tickets.iter().map(|ticket| ticket.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=tickets.len() as i64).collect::<Vec<_>>(), "tickets are numbered without a gap");
    let known: BTreeSet<uuid::Uuid> = tickets.iter().map(|ticket| ticket.id.0).collect();
    let of_none = events
        .iter()
        .find(|row| row.kind.is_of_tickets() && !row.subject_id.is_some_and(|subject| known.contains(&subject)));
    assert_eq!(of_none, None, "every log row of a ticket has its ticket");
    for ticket in tickets {
        let its: BTreeMap<ConversationId, bool> = links
            .iter()
            .filter(|link| link.ticket_id == ticket.id)
            .map(|link| (link.conversation_id, link.reopen_on_resolve))
            .collect();
        check(ticket, &its, events);
    }
    for conversation in conversations {
        let its: BTreeSet<TicketId> =
            links.iter().filter(|link| link.conversation_id == conversation.id).map(|link| link.ticket_id).collect();
        assert_eq!(its, conversation.tickets, "#{}: its tickets are those of the row", conversation.number);
    }
}

fn check(ticket: &ticket::Model, links: &BTreeMap<ConversationId, bool>, events: &[event::Model]) {
    let own: Vec<&event::Model> =
        events.iter().filter(|row| row.kind.is_of_tickets() && row.subject_id == Some(ticket.id.0)).collect();
    let what = format!("ticket {} {}", ticket.number, ticket.id);
    assert_eq!(own.len(), usize::try_from(ticket.version).unwrap(), "{what}: one version a log row");
    let mut told = told(ticket, events);
    let (mut status, mut linked) = (TicketStatus::Open, BTreeMap::new());
    for (place, row) in own.iter().enumerate() {
        let fact: Fact = fact_of(row).unwrap();
        assert_eq!(matches!(fact, Fact::TicketCreated), place == 0, "{what}: begins once");
        match fact {
            Fact::TicketUpdated { from_status: Some(from), to_status: Some(to), .. } => {
                assert_eq!(from, status, "{what}: moves on from where it was");
                status = to;
                let here = linked.keys().map(|conversation| (*conversation, from, to));
                let next = own.get(place + 1).map_or(i64::MAX, |next| next.seq);
                let rest = told.split_off(&next);
                assert_eq!(
                    told.into_values().collect::<Vec<_>>(),
                    here.collect::<Vec<_>>(),
                    "{what}: told where it is linked"
                );
                told = rest;
            }
            Fact::TicketLinkChanged { conversation, linked: true, reopen_on_resolve } => {
                linked.insert(conversation, reopen_on_resolve);
            }
            Fact::TicketLinkChanged { conversation, .. } => {
                assert!(linked.remove(&conversation).is_some(), "{what}: unlinks what is linked");
            }
            _ => {}
        }
    }
    assert_eq!(status, ticket.status, "{what}: its log tells its status");
    assert_eq!((ticket.status == TicketStatus::Resolved), ticket.resolved_at.is_some(), "{what}");
    assert_eq!(&linked, links, "{what}: its log tells its links");
    assert_eq!(links.len(), usize::try_from(ticket.conversation_count).unwrap(), "{what}: counted");
    assert_eq!(told.len(), 0, "{what}: conversations are told of moves alone");
}

/// By their place in the log, the conversations that were told of a move, and of which.
fn told(
    ticket: &ticket::Model,
    events: &[event::Model],
) -> BTreeMap<i64, (ConversationId, TicketStatus, TicketStatus)> {
    let its = events.iter().filter(|row| row.subject_id == Some(ticket.id.0) && row.kind == EventKind::TicketChanged);
    let told = its.map(|row| match fact_of(row).unwrap() {
        Fact::TicketChanged { from, to, .. } => (row.seq, (row.conversation_id.unwrap(), from, to)),
        other => panic!("{other:?}"),
    });
    told.collect()
}
