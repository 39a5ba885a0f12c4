//! What conditions name, and where it is missed.

use std::collections::HashSet;

use entity::ids::{AgentId, ChannelId, TagId, TeamId};
use uuid::Uuid;

use super::*;
use crate::domain::rejection::Code;
use crate::domain::workflow::tags::TagTest;

fn id(of: u128) -> Uuid {
    Uuid::from_u128(of)
}

fn channels(of: &[u128]) -> Condition {
    Condition::Channels(of.iter().map(|of| ChannelId(id(*of))).collect())
}

fn assignees(of: &[u128]) -> Condition {
    Condition::Assignees(of.iter().map(|of| AgentId(id(*of))).collect())
}

fn teams(of: &[u128]) -> Condition {
    Condition::Teams(of.iter().map(|of| TeamId(id(*of))).collect())
}

fn tags(any: &[u128], none: &[u128]) -> Condition {
    let list = |of: &[u128]| (!of.is_empty()).then(|| of.iter().map(|of| TagId(id(*of))).collect());
    Condition::Tags(TagTest::checked(list(any), None, list(none)).unwrap())
}

/// Of each kind 1 and 2 are there; agent 2 is deactivated, tag 2 archived.
fn known() -> Known {
    Known {
        agents: [(AgentId(id(1)), true), (AgentId(id(2)), false)].into(),
        teams: [1, 2].map(|of| (TeamId(id(of)), HashSet::new())).into(),
        tags: [(TagId(id(1)), false), (TagId(id(2)), true)].into(),
        channels: [1, 2].map(|of| ChannelId(id(of))).into(),
        ..Known::default()
    }
}

#[test]
fn everything_that_is_named_anywhere_in_the_tree_is_looked_up() {
    let tree = Condition::All(vec![
        Condition::Any(vec![channels(&[1, 2]), Condition::Not(Box::new(channels(&[2, 3])))]),
        Condition::Not(Box::new(Condition::All(vec![assignees(&[4]), teams(&[5])]))),
        tags(&[6, 7], &[7, 8]),
        Condition::Unassigned(true),
    ]);
    let named = named(&tree);
    assert_eq!(named.channels, [1, 2, 3].map(|of| ChannelId(id(of))).into());
    assert_eq!(named.agents, [AgentId(id(4))].into());
    assert_eq!(named.teams, [TeamId(id(5))].into());
    assert_eq!(named.tags, [6, 7, 8].map(|of| TagId(id(of))).into());
    assert!(named.tickets.is_empty());
    assert_eq!(super::named(&Condition::FirstMessage(true)), Named::default());
}

#[test]
fn what_isnt_there_is_refused_at_its_place() {
    let under = |inner: Condition| {
        Condition::All(vec![
            Condition::Unassigned(true),
            Condition::Any(vec![Condition::Not(Box::new(inner)), channels(&[9])]),
        ])
    };
    for (condition, code, field) in [
        (channels(&[1, 9]), Code::NotFound, "channelIds"),
        (assignees(&[1, 9]), Code::NotFound, "assigneeIds"),
        (assignees(&[1, 2]), Code::AgentInactive, "assigneeIds"),
        (teams(&[9]), Code::NotFound, "teamIds"),
        (tags(&[9], &[]), Code::NotFound, "tags.hasAny"),
        (tags(&[1], &[2, 9]), Code::NotFound, "tags.hasNone"),
    ] {
        let refused = check(&condition, &known()).unwrap_err();
        assert_eq!((refused.code, refused.field.join(".")), (code, field.to_owned()));
        let refused = check(&under(condition), &known()).unwrap_err();
        assert_eq!((refused.code, refused.field.join(".")), (code, format!("all.1.any.0.not.{field}")));
    }
    assert_eq!(check(&under(channels(&[1])), &known()).unwrap_err().field.join("."), "all.1.any.1.channelIds");
}

#[test]
fn what_is_there_is_fine_an_archived_tag_too() {
    for condition in [
        channels(&[1, 2]),
        assignees(&[1]),
        teams(&[1, 2]),
        tags(&[2], &[1, 2]),
        Condition::All(vec![channels(&[1]), Condition::Not(Box::new(teams(&[2])))]),
        Condition::FirstMessage(false),
    ] {
        assert_eq!(check(&condition, &known()), Ok(()), "{condition:?}");
    }
}
