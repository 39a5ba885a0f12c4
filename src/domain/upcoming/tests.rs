//! What is to come in each state; over HTTP in `tests/api/upcoming.rs`.

use chrono::TimeDelta;
use entity::enums::ChannelKind;

use super::*;

const HOUR: TimeDelta = TimeDelta::hours(1);

fn standing(state: ConversationState) -> Standing {
    let restarted_at = at(0);
    Standing { state, sleeps_until: None, waiting: false, restarted_at }
}

fn at(hours: i32) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + HOUR * hours
}

fn kinds(standing: &Standing, policy: &Policy, now: DateTime<Utc>) -> Vec<(Kind, DateTime<Utc>)> {
    of(standing, at(0), policy, now).into_iter().map(|upcoming| (upcoming.kind, upcoming.at)).collect()
}

#[test]
fn each_state_has_its_own_future() {
    use ConversationState::{Closed, Open, Snoozed, Spam};
    let (mail, chat) = (Policy::of(ChannelKind::Email), Policy::of(ChannelKind::Chat));
    let asleep = |state| Standing { sleeps_until: Some(at(3)), ..standing(state) };
    assert_eq!(kinds(&standing(Open), &mail, at(1)), [(Kind::AutoClose, at(168))]);
    assert_eq!(kinds(&standing(Open), &chat, at(1)), []);
    assert_eq!(kinds(&asleep(Snoozed), &mail, at(1)), [(Kind::Wake, at(3))]);
    assert_eq!(kinds(&standing(Snoozed), &mail, at(1)), []);
    assert_eq!(kinds(&asleep(Spam), &mail, at(1)), [(Kind::Wake, at(3))]);
    assert_eq!(kinds(&standing(Closed), &mail, at(1)), []);
    assert_eq!(kinds(&standing(Closed), &chat, at(1)), [(Kind::ReopenWindowEnds, at(24))]);
}

#[test]
fn what_is_overdue_is_shown_but_a_window_that_is_past_is_not() {
    let (mail, chat) = (Policy::of(ChannelKind::Email), Policy::of(ChannelKind::Chat));
    let (open, closed) = (standing(ConversationState::Open), standing(ConversationState::Closed));
    assert_eq!(kinds(&open, &mail, at(200)), [(Kind::AutoClose, at(168))]);
    // At the window's very end a message still reopens.
    assert_eq!(kinds(&closed, &chat, at(24)), [(Kind::ReopenWindowEnds, at(24))]);
    assert_eq!(kinds(&closed, &chat, at(24) + TimeDelta::microseconds(1)), []);
}
