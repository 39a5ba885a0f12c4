//! Each condition for itself, the tree, and its verdicts.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::domain::duration::IsoDuration;
use crate::domain::workflow::attribute::{Asked, AttributeTest};
use crate::domain::workflow::email::EmailDomains;
use crate::domain::workflow::tags::TagTest;
use crate::domain::workflow::text::TextTest;

mod chance;

fn id(of: u128) -> Uuid {
    Uuid::from_u128(of)
}

/// A customer on the plan "gold" asks for a refund; agent 1 of team 1 has it, on the mail channel 1, with tag 1.
fn judged() -> Judged {
    let created_at = DateTime::UNIX_EPOCH;
    Judged {
        channel: ChannelId(id(1)),
        channel_kind: ChannelKind::Email,
        attributes: json!({ "plan": "gold", "seats": 12 }).as_object().cloned().unwrap(),
        email: Some("grace@example.org".to_owned()),
        subject: Some("My order".to_owned().into()),
        tags: [TagId(id(1))].into(),
        priority: Some(Priority::High),
        state: ConversationState::Open,
        assignee: Some(AgentId(id(1))),
        team: Some(TeamId(id(1))),
        created_at,
        text: Some("I want a refund".to_owned().into()),
        automatic: false,
        first_message: true,
        now: created_at + TimeDelta::hours(1),
    }
}

/// The same with nothing that can be missing.
fn bare() -> Judged {
    Judged {
        attributes: Map::new(),
        email: None,
        subject: None,
        tags: BTreeSet::new(),
        priority: None,
        assignee: None,
        team: None,
        text: None,
        automatic: false,
        first_message: false,
        ..judged()
    }
}

fn text(word: &str) -> TextTest {
    TextTest::checked(Some(vec![word.to_owned()]), None, None).unwrap()
}

fn holds(condition: &Condition, judged: &Judged) -> bool {
    let verdicts = judge(Some(condition), judged);
    assert_eq!(verdicts.of_each.len(), 1);
    assert_eq!(verdicts.of_each[0], Verdict { path: condition.field().to_owned(), matched: verdicts.matched });
    verdicts.matched
}

#[test]
fn each_condition_asks_for_its_own() {
    let domains = |domain: &str| EmailDomains::checked("", vec![domain.to_owned()]).unwrap();
    let plan = |plan: &str| {
        let asked = Asked { key: "plan".to_owned(), equals: Some(plan.to_owned()), ..Asked::default() };
        AttributeTest::checked(asked).unwrap()
    };
    let tag = |of| TagTest::checked(Some(vec![TagId(id(of))]), None, None).unwrap();
    for (fits, doesnt) in [
        (
            Condition::Channels([1, 2].map(|of| ChannelId(id(of))).into()),
            Condition::Channels([ChannelId(id(2))].into()),
        ),
        (
            Condition::ChannelKinds(vec![ChannelKind::Chat, ChannelKind::Email]),
            Condition::ChannelKinds(vec![ChannelKind::Chat]),
        ),
        (Condition::Attribute(plan("Gold")), Condition::Attribute(plan("silver"))),
        (Condition::EmailDomains(domains("Example.org")), Condition::EmailDomains(domains("example.com"))),
        (Condition::Text(text("refund")), Condition::Text(text("order"))),
        (Condition::Subject(text("order")), Condition::Subject(text("refund"))),
        (Condition::Tags(tag(1)), Condition::Tags(tag(2))),
        (Condition::Assignees([AgentId(id(1))].into()), Condition::Assignees([AgentId(id(2))].into())),
        (Condition::Teams([TeamId(id(1))].into()), Condition::Teams([TeamId(id(2))].into())),
        (
            Condition::Priorities(vec![Priority::Urgent, Priority::High]),
            Condition::Priorities(vec![Priority::Urgent, Priority::Low]),
        ),
        (Condition::States(vec![ConversationState::Open]), Condition::States(vec![ConversationState::Snoozed])),
        (Condition::Unassigned(false), Condition::Unassigned(true)),
        (Condition::FirstMessage(true), Condition::FirstMessage(false)),
        (Condition::Age(IsoDuration::parse("PT1H").unwrap()), Condition::Age(IsoDuration::parse("PT1H1S").unwrap())),
    ] {
        assert!(holds(&fits, &judged()), "{fits:?}");
        assert!(!holds(&doesnt, &judged()), "{doesnt:?}");
    }
}

#[test]
fn what_is_missing_is_none_of_them() {
    let wide = Asked { key: "plan".to_owned(), contains: Some("o".to_owned()), ..Asked::default() };
    for condition in [
        Condition::Attribute(AttributeTest::checked(wide).unwrap()),
        Condition::EmailDomains(EmailDomains::checked("", vec!["example.org".to_owned()]).unwrap()),
        Condition::Text(TextTest::checked(None, None, Some("a*")).unwrap()),
        Condition::Subject(TextTest::checked(None, None, Some("a*")).unwrap()),
        Condition::Tags(TagTest::checked(Some(vec![TagId(id(1))]), None, None).unwrap()),
        Condition::Assignees([AgentId(id(1))].into()),
        Condition::Teams([TeamId(id(1))].into()),
        Condition::Priorities(vec![Priority::Low, Priority::Medium, Priority::High, Priority::Urgent]),
        Condition::Unassigned(false),
        Condition::FirstMessage(true),
    ] {
        assert!(!holds(&condition, &bare()), "{condition:?}");
    }
    assert!(holds(&Condition::Unassigned(true), &bare()));
    assert!(holds(&Condition::FirstMessage(false), &bare()));
    // Unassigned means: no agent, whether or not a team is set.
    assert!(holds(&Condition::Unassigned(true), &Judged { team: Some(TeamId(id(1))), ..bare() }));
}

#[test]
fn a_time_that_went_back_is_no_age() {
    let age = Condition::Age(IsoDuration::parse("PT1S").unwrap());
    for (now, old) in [(1, true), (0, false), (-1, false)] {
        let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(now);
        assert_eq!(holds(&age, &Judged { now, ..judged() }), old);
    }
    for (created_at, now) in
        [(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC), (DateTime::<Utc>::MAX_UTC, DateTime::<Utc>::MIN_UTC)]
    {
        assert_eq!(holds(&age, &Judged { created_at, now, ..judged() }), created_at < now);
    }
}

#[test]
fn without_a_condition_everything_matches() {
    assert_eq!(judge(None, &bare()), Verdicts { matched: true, of_each: Vec::new() });
    assert!(matches(None, &bare()));
}

#[test]
fn all_any_and_not_mean_what_they_say() {
    let (yes, no) = (Condition::Unassigned(false), Condition::Unassigned(true));
    let of = |list: &[bool]| list.iter().map(|holds| if *holds { yes.clone() } else { no.clone() }).collect::<Vec<_>>();
    for list in [&[true][..], &[false], &[true, true], &[true, false], &[false, true], &[false, false]] {
        let all = list.iter().all(|holds| *holds);
        let any = list.iter().any(|holds| *holds);
        assert_eq!(judge(Some(&Condition::All(of(list))), &judged()).matched, all, "{list:?}");
        assert_eq!(judge(Some(&Condition::Any(of(list))), &judged()).matched, any, "{list:?}");
        let not = Condition::Not(Box::new(Condition::All(of(list))));
        assert_eq!(judge(Some(&not), &judged()).matched, !all, "{list:?}");
    }
}

#[test]
fn every_condition_has_its_verdict_in_the_order_of_the_tree() {
    let (yes, no) = (Condition::Unassigned(false), Condition::Unassigned(true));
    let tags = Condition::Tags(TagTest::checked(Some(vec![TagId(id(1))]), None, None).unwrap());
    let tree = Condition::All(vec![
        Condition::Text(text("nowhere")),
        Condition::Any(vec![Condition::Not(Box::new(tags)), yes.clone(), no]),
        Condition::Not(Box::new(Condition::Not(Box::new(yes)))),
    ]);
    let verdicts = judge(Some(&tree), &judged());
    let told: Vec<(&str, bool)> = verdicts.of_each.iter().map(|each| (each.path.as_str(), each.matched)).collect();
    // The first doesn't hold, and yet the others are told as they are.
    assert_eq!(
        told,
        [
            ("all", false),
            ("all[0].text", false),
            ("all[1].any", true),
            ("all[1].any[0].not", false),
            ("all[1].any[0].not.tags", true),
            ("all[1].any[1].unassigned", true),
            ("all[1].any[2].unassigned", false),
            ("all[2].not", true),
            ("all[2].not.not", false),
            ("all[2].not.not.unassigned", true),
        ]
    );
    assert!(!verdicts.matched);
}

#[test]
fn nothing_may_start_in_spam_or_on_what_was_sent_automatically() {
    assert!(judged().may_start());
    assert!(!Judged { automatic: true, ..judged() }.may_start());
    for state in
        [ConversationState::Open, ConversationState::Snoozed, ConversationState::Closed, ConversationState::Spam]
    {
        assert_eq!(Judged { state, ..judged() }.may_start(), state != ConversationState::Spam, "{state:?}");
    }
}
