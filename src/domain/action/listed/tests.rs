//! Where refusals stand, as a table. What sequences need and learn is tried on every state in `tests/api/state_action.rs`.

use super::*;
use crate::domain::rejection::Code;

#[test]
fn a_refusal_names_the_action_and_the_field_in_it() {
    let not_found = Rejection::not_found;
    let past = Rejection::new(Code::InThePast, "").at("at").at("until");
    for (kind, why, path) in [
        (ActionKind::Assign, not_found("assigneeId"), "actions.3.assign.assigneeId"),
        (ActionKind::AddTags, not_found("tagIds"), "actions.3.addTags"),
        (ActionKind::RemoveTags, not_found("tagIds"), "actions.3.removeTags"),
        (ActionKind::AddFollowers, not_found("agentIds"), "actions.3.addFollowers"),
        (ActionKind::RemoveFollowers, not_found("agentIds"), "actions.3.removeFollowers"),
        (ActionKind::AddNote, not_found("agentId").at("0").at("mentions"), "actions.3.addNote.mentions.0.agentId"),
        (ActionKind::Snooze, past.clone(), "actions.3.snooze.until.at"),
        (ActionKind::Reply, past.at("snooze").at("then"), "actions.3.reply.then.snooze.until.at"),
        (ActionKind::Close, Rejection::is_spam(), "actions.3.close"),
    ] {
        assert_eq!(kind.located(3, why).field.join("."), path);
    }
}

#[test]
fn what_nobody_is_offered_is_refused_as_it_is() {
    let why = Rejection::not_found("messageId");
    assert_eq!(Refused { place: 1, kind: None, why: why.clone() }.in_the_list(), why);
}
