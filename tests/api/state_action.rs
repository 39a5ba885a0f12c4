//! Every state × every action: accepted, refused, or unchanged, as a table that people review. No action is done without its rows.

mod stage;

use switchboard::domain::action::assign::Assign;
use switchboard::domain::action::mark_as_spam::MarkAsSpam;
use switchboard::domain::action::restore_from_spam::RestoreFromSpam;
use switchboard::domain::action::{Action, ActionKind, listed, tag};
use switchboard::domain::change::{Aside, Change};

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
                assert_eq!(change.tickets, vec![], "{name} in {state}");
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
                Action::Receive(_)
                    | Action::Reply(_)
                    | Action::RestoreFromSpam(_)
                    | Action::AddNote(_)
                    | Action::CreateTicket(_)
                    | Action::TicketMoved(_)
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

/// What each of two actions is decided on is loaded before either: it must be enough, whatever the first leads to.
#[test]
fn what_is_loaded_up_front_is_enough_for_two_in_a_row() {
    let stage = Stage::new();
    let actions: Vec<_> = stage.actions().into_iter().filter(|(_, action)| action.kind().is_some()).collect();
    for (state, conversation) in stage.states() {
        for (first_name, first) in &actions {
            for (second_name, second) in &actions {
                let both = [first.clone(), second.clone()];
                let [with_all, with_these] = [stage.everything(), stage.loaded(&listed::needs(&conversation, &both))]
                    .map(|mut context| {
                        let mut change = Change::of(conversation.clone());
                        listed::decide(&mut change, &mut context, &stage.moment(), &both).map(|()| told(&change))
                    });
                assert_eq!(with_these, with_all, "{first_name}, then {second_name} in {state}");
            }
        }
    }
}

/// The same for longer sequences in which what comes last needs what the first brought.
#[test]
fn what_is_loaded_up_front_is_enough_for_what_reopens_at_last() {
    let stage = Stage::new();
    let all = stage.actions();
    let of = |name: &str| all.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    let firsts = all.iter().filter(|(_, action)| matches!(action, Action::Assign(_)));
    for (state, conversation) in stage.states() {
        for (name, first) in firsts.clone() {
            for closing in ["close", "reply then close"] {
                for last in ["reopen", "reply then open", "reply then snooze", "snooze until tomorrow"] {
                    let list = [first.clone(), of(closing), of(last), of("mark as spam"), of("restore from spam")];
                    let [with_all, with_these] =
                        [stage.everything(), stage.loaded(&listed::needs(&conversation, &list))].map(|mut context| {
                            let mut change = Change::of(conversation.clone());
                            listed::decide(&mut change, &mut context, &stage.moment(), &list).map(|()| told(&change))
                        });
                    assert_eq!(with_these, with_all, "{name}, {closing}, {last} in {state}");
                }
            }
        }
    }
}

/// What was decided, without the ids that are new each time.
fn told(change: &Change) -> String {
    let told: Vec<_> = change.entries.iter().map(|entry| (&entry.fact, &entry.after)).collect();
    let begun = change.tickets.iter().filter(|change| change.begins()).map(|change| change.ticket.id.to_string());
    begun.fold(serde_json::to_string(&told).unwrap(), |told, id| told.replace(&id, "new"))
}

/// Each action sees what those before it did to what it looks at beside the conversation.
#[test]
fn an_action_knows_what_those_before_it_did() {
    let stage = Stage::new().with_turns();
    let (_, open) = stage.states().swap_remove(0);
    let decide = |list: &[Action]| {
        let mut change = Change::of(open.clone());
        let mut context = stage.loaded(&listed::needs(&open, list));
        listed::decide(&mut change, &mut context, &stage.moment(), list).unwrap();
        change
    };
    let block = Action::MarkAsSpam(MarkAsSpam { block_sender: true });
    let unblock = Action::RestoreFromSpam(RestoreFromSpam { unblock_sender: true });
    let blocks = |list: &[Action]| -> Vec<bool> {
        let asides = decide(list).asides.into_iter();
        asides.filter_map(|aside| if let Aside::Block(blocked) = aside { Some(blocked) } else { None }).collect()
    };
    for (list, expected) in [
        (vec![block.clone()], vec![true]),
        (vec![block.clone(), block.clone()], vec![true]),
        (vec![block.clone(), unblock.clone()], vec![true, false]),
        (vec![block.clone(), unblock.clone(), block.clone()], vec![true, false, true]),
        (vec![Action::MarkAsSpam(MarkAsSpam { block_sender: false }), unblock], vec![]),
    ] {
        assert_eq!(blocks(&list), expected, "{list:?}");
    }
    let (handing, [first, second], fresh) = stage.handing();
    let hand = Action::Assign(Assign { agent: Some(None), team: Some(Some(handing)), only_if_unassigned: false });
    let back = Action::Assign(Assign { agent: Some(None), team: Some(None), only_if_unassigned: false });
    let turns = decide(&[hand.clone(), back.clone(), hand.clone(), back, hand]).asides.into_iter();
    let turns: Vec<_> =
        turns.filter_map(|aside| if let Aside::Turn(_, agent) = aside { Some(agent) } else { None }).collect();
    assert_eq!(turns, [first, second, first], "everybody in turn");
    let (add, remove) = (Action::Tag(tag::Tag::Add(vec![fresh])), Action::Tag(tag::Tag::Remove(vec![fresh])));
    let firsts = decide(&[add.clone(), remove, add]).asides.into_iter();
    let firsts: Vec<_> =
        firsts.filter_map(|aside| if let Aside::Tags { first, .. } = aside { Some(first) } else { None }).collect();
    assert_eq!(firsts, [vec![fresh], vec![], vec![]], "used for the first time once");
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
