//! Every state × every action: accepted, refused, or unchanged, as a table that people review. No action is done without its rows.

mod stage;

use switchboard::domain::action::tag;
use switchboard::domain::action::{Action, ActionKind};
use switchboard::domain::change::Change;

use crate::support::snapshot::{aligned, matches, spelled};

use self::stage::Stage;

#[test]
fn every_state_meets_every_action() {
    let stage = Stage::new();
    let mut rows = vec![["state", "action", "outcome", "state after", "entries"].map(str::to_owned).to_vec()];
    for (state, conversation) in stage.states() {
        for (action, actions) in stage.actions() {
            let (outcome, after, entries) = match stage.decide(&conversation, &actions) {
                Err(rejection) => (format!("refused {}", spelled(rejection.code)), String::new(), String::new()),
                Ok(change) if change.entries.is_empty() => ("unchanged".to_owned(), String::new(), String::new()),
                Ok(change) => {
                    let entries: Vec<_> = change.entries.iter().map(|entry| spelled(entry.fact.kind())).collect();
                    ("accepted".to_owned(), spelled(change.conversation.state()), entries.join(" "))
                }
            };
            rows.push(vec![state.to_owned(), action.to_owned(), outcome, after, entries]);
        }
    }
    matches("state_action.txt", &aligned(&rows));
}

#[test]
fn what_is_offered_is_what_would_do_something() {
    let stage = Stage::new();
    for (state, conversation) in stage.states() {
        for kind in ActionKind::ALL.iter().copied() {
            let does =
                stage.actions().iter().filter(|(_, action)| kind_of(action) == Some(kind)).any(|(_, action)| {
                    stage.decide(&conversation, action).is_ok_and(|change| !change.entries.is_empty())
                });
            assert_eq!(
                kind.offered_in(conversation.state(), !conversation.tags.is_empty()),
                does,
                "{kind:?} in {state}"
            );
        }
    }
}

#[test]
fn a_refused_or_idle_action_leaves_the_conversation_as_it_was() {
    let stage = Stage::new();
    for (state, conversation) in stage.states() {
        for (name, action) in stage.actions() {
            let Ok(change) = stage.decide(&conversation, &action) else { continue };
            let entries = i32::try_from(change.entries.len()).unwrap();
            assert_eq!(change.conversation.version, conversation.version + entries, "{name} in {state}");
            if change.entries.is_empty() {
                assert_eq!((change.conversation, change.asides), (conversation.clone(), vec![]), "{name} in {state}");
            }
        }
    }
}

#[test]
fn doing_it_twice_changes_nothing_more() {
    let stage = Stage::new();
    for (state, conversation) in stage.states() {
        for (name, action) in stage.actions() {
            let again = matches!(
                action,
                Action::Receive(_) | Action::Reply(_) | Action::RestoreFromSpam(_) | Action::AddNote(_)
            );
            if again {
                continue;
            }
            let Ok(once) = stage.decide(&conversation, &action) else { continue };
            let again = stage.reported(&once);
            let mut twice = Change::of(once.conversation.clone());
            action.decide(&mut twice, &again, &stage.moment()).unwrap();
            assert_eq!(twice.entries, vec![], "{name} twice in {state}");
        }
    }
}

/// Which of the offered kinds an action is. Written out, so that a new action doesn't compile without its rows.
fn kind_of(action: &Action) -> Option<ActionKind> {
    match action {
        Action::Assign(_) => Some(ActionKind::Assign),
        Action::Tag(tag::Tag::Add(_)) => Some(ActionKind::AddTags),
        Action::Tag(tag::Tag::Remove(_)) => Some(ActionKind::RemoveTags),
        Action::Prioritise(_) => Some(ActionKind::SetPriority),
        Action::Reply(_) => Some(ActionKind::Reply),
        Action::Snooze(_) => Some(ActionKind::Snooze),
        Action::Wake => Some(ActionKind::Wake),
        Action::Close => Some(ActionKind::Close),
        Action::Reopen => Some(ActionKind::Reopen),
        Action::MarkAsSpam(mark) => (!mark.block_sender).then_some(ActionKind::MarkAsSpam),
        Action::RestoreFromSpam(_) => Some(ActionKind::RestoreFromSpam),
        Action::AddNote(_) => Some(ActionKind::AddNote),
        Action::AddFollowers(_) => Some(ActionKind::AddFollowers),
        Action::RemoveFollowers(_) => Some(ActionKind::RemoveFollowers),
        Action::Receive(_) | Action::Edit(_) | Action::ReportDelivery(_) | Action::Follow | Action::Unfollow => None,
        Action::CreateTicket(_) => Some(ActionKind::CreateTicket),
        Action::LinkTicket(_) => Some(ActionKind::LinkTicket),
        Action::Expire | Action::AutoClose => None,
        Action::UnlinkTicket(_) | Action::TicketMoved(_) => None,
        Action::EditNote(_) | Action::DeleteNote(_) | Action::Relieve(_) | Action::MoveTeam(_) => None,
    }
}
