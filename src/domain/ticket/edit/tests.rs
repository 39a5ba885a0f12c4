//! What an edit comes to, as tables; what it names is looked up over HTTP in `tests/api/ticket_updates.rs`.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::TicketId;

use super::*;
use crate::domain::actor::Actor;
use crate::domain::ticket::Ticket;
use crate::domain::ticket::create::NewTicket;

const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn key(key: &str) -> RefKey {
    RefKey::checked("github", key).unwrap()
}

/// A ticket called 1, and 2 with a URL.
fn ticket() -> Ticket {
    let url = Some("https://example.org/2".to_owned());
    let new = NewTicket {
        title: Some("Zip".to_owned()),
        refs: vec![(key("1"), None), (key("2"), url)],
        ..NewTicket::default()
    };
    new.decide(None, &Known::default(), &Moment::of(START, Actor::Clock)).unwrap().ticket
}

fn decide(edit: &TicketEdit, known: &Known) -> Result<TicketChange, Rejection> {
    let mut change = TicketChange::of(ticket());
    let moment = Moment::of(START + TimeDelta::hours(1), Actor::Clock);
    edit.decide(&mut change, known, None, &moment).map(|()| change)
}

fn fields(change: &TicketChange) -> Vec<String> {
    change
        .records
        .iter()
        .flat_map(|record| match &record.fact {
            Fact::TicketUpdated { fields, .. } => fields.clone(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn what_is_as_it_was_is_no_change() {
    let same = TicketEdit {
        title: Some("Zip".to_owned()),
        description: Some(None),
        status: Some(TicketStatus::Open),
        priority: Some(None),
        assignee: Some(None),
        team: Some(None),
        tags: Some(vec![]),
        add_refs: vec![(key("1"), None)],
        remove_refs: vec![key("3")],
    };
    for edit in [TicketEdit::default(), same] {
        let before = ticket();
        let mut change = TicketChange::of(before.clone());
        edit.decide(&mut change, &Known::default(), Some(1), &Moment::of(START, Actor::Clock)).unwrap();
        assert_eq!(change, TicketChange::of(before));
    }
}

#[test]
fn references_move_as_little_as_they_can() {
    let url = |text: &str| Some(text.to_owned());
    let moved = |add: Vec<(RefKey, Option<String>)>, remove: &[&str]| {
        let remove_refs = remove.iter().map(|gone| key(gone)).collect();
        let edit = TicketEdit { add_refs: add, remove_refs, ..TicketEdit::default() };
        decide(&edit, &Known::default()).unwrap().beside
    };
    let (gone, new) = (|named: &str| Beside::Unref(key(named)), |named: &str, url| Beside::Ref(key(named), url));
    for (add, remove, beside) in [
        (vec![], vec!["1"], vec![gone("1")]),
        (vec![(key("3"), None)], vec![], vec![new("3", None)]),
        (vec![(key("1"), url("u"))], vec![], vec![gone("1"), new("1", url("u"))]),
        (vec![(key("2"), None)], vec!["2"], vec![gone("2"), new("2", None)]),
        (vec![(key("1"), None)], vec!["1"], vec![]),
        (vec![(key("3"), url("u")), (key("3"), None)], vec!["2"], vec![gone("2"), new("3", None)]),
    ] {
        assert_eq!(moved(add, &remove), beside);
    }
}

#[test]
fn a_reference_is_refused_at_its_place_unless_it_is_its_own() {
    let own = ticket();
    let edit = |keys: &[&str]| TicketEdit {
        add_refs: keys.iter().map(|named| (key(named), None)).collect(),
        ..TicketEdit::default()
    };
    let other = TicketId::new(START + TimeDelta::hours(2));
    let known = Known { refs: [(key("8"), other), (key("9"), own.id)].into(), ..Known::default() };
    let refused = decide(&edit(&["3", "8"]), &known).unwrap_err();
    assert_eq!((refused.code, refused.field.join(".")), (Code::Taken, "addExternalRefs.1.key".to_owned()));
    let mut change = TicketChange::of(own);
    edit(&["9"]).decide(&mut change, &known, None, &Moment::of(START, Actor::Clock)).unwrap();
    assert_eq!(fields(&change), ["externalRefs"]);
}

#[test]
fn resolving_and_taking_up_again_keep_when_it_was_resolved() {
    let mut change = TicketChange::of(ticket());
    for (hour, status, resolved) in [
        (1, TicketStatus::Resolved, Some(1)),
        (2, TicketStatus::Resolved, Some(1)),
        (3, TicketStatus::InProgress, None),
        (4, TicketStatus::Resolved, Some(4)),
    ] {
        let edit = TicketEdit { status: Some(status), ..TicketEdit::default() };
        let moment = Moment::of(START + TimeDelta::hours(hour), Actor::Clock);
        edit.decide(&mut change, &Known::default(), None, &moment).unwrap();
        assert_eq!(change.ticket.resolved_at, resolved.map(|hour| START + TimeDelta::hours(hour)), "at {hour}");
    }
    assert_eq!(change.records.len(), 3, "the second said nothing new");
    assert_eq!(change.ticket.version, 1 + 3);
}

#[test]
fn only_its_own_version_will_do() {
    for (expected, fits) in [(0, false), (1, true), (2, false)] {
        let edit = TicketEdit { title: Some("Zips".to_owned()), ..TicketEdit::default() };
        let mut change = TicketChange::of(ticket());
        let decided = edit.decide(&mut change, &Known::default(), Some(expected), &Moment::of(START, Actor::Clock));
        assert_eq!(decided.map_err(|refused| refused.code), if fits { Ok(()) } else { Err(Code::Conflict) });
    }
}
