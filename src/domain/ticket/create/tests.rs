//! What a new ticket is made of, as tables.

use chrono::{DateTime, Utc};

use super::*;
use crate::domain::actor::Actor;
use crate::domain::context::Tag;
use crate::domain::rejection::Code;

const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn titled() -> NewTicket {
    NewTicket { title: Some("Zip".to_owned()), ..NewTicket::default() }
}

#[test]
fn titles_are_trimmed_and_descriptions_kept_as_written() {
    let checked = |title: Option<&str>, description: Option<&str>| {
        let [title, description] = [title, description].map(|text| text.map(str::to_owned));
        let new = NewTicket { title, description, ..NewTicket::default() }.checked()?;
        Ok::<_, Rejection>((new.title, new.description))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(checked(Some(" Zip\n"), Some(" a\n")), Ok((some("Zip"), some(" a\n"))));
    assert_eq!(checked(None, Some(" \n")), Ok((None, None)));
    assert_eq!(checked(Some(" "), None).unwrap_err().code, Code::Required);
    assert_eq!(checked(Some(&"ä".repeat(255)), None).map(|(title, _)| title.unwrap().len()), Ok(510));
    assert_eq!(checked(Some(&"ä".repeat(256)), None).unwrap_err().code, Code::TooLong);
    assert_eq!(checked(Some("a\0"), None).unwrap_err().code, Code::Invalid);
}

#[test]
fn it_begins_open_with_one_log_row() {
    let moment = Moment::of(START, Actor::Clock);
    let named = RefKey::checked("github", "1").unwrap();
    let refs = vec![(named.clone(), None), (named.clone(), Some("u".to_owned()))];
    let change = NewTicket { refs, ..titled() }.decide(None, &Known::default(), &moment).unwrap();
    assert!(change.begins());
    let ticket = &change.ticket;
    assert_eq!(
        (ticket.status, ticket.version, ticket.resolved_at, ticket.conversations),
        (TicketStatus::Open, 1, None, 0)
    );
    assert_eq!(
        change.beside,
        [Beside::Ref(named, Some("u".to_owned()))],
        "of a pair that is given twice the last counts"
    );
}

#[test]
fn tags_that_nothing_ever_had_are_told_apart() {
    let [used, unused, archived, unknown] = std::array::from_fn(|_| TagId::new(START));
    let tag = |archived, used| Tag { archived, used };
    let tags = [(used, tag(false, true)), (unused, tag(false, false)), (archived, tag(true, true))];
    let known = Known { tags: tags.into(), ..Known::default() };
    let moment = Moment::of(START, Actor::Clock);
    let decide = |tags: Vec<TagId>| NewTicket { tags: Some(tags), ..titled() }.decide(None, &known, &moment);
    assert_eq!(decide(vec![used]).unwrap().beside, []);
    assert_eq!(decide(vec![used, unused]).unwrap().beside, [Beside::FirstTagged(vec![unused])]);
    assert_eq!(decide(vec![archived]).unwrap_err().code, Code::Invalid);
    assert_eq!(decide(vec![unknown]).unwrap_err().code, Code::NotFound);
}
