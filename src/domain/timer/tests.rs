//! What the policy closes, and what it spares.

use chrono::TimeDelta;
use entity::enums::ChannelKind;

use super::*;

#[test]
fn only_what_is_open_closes_by_itself() {
    let policy = Policy::of(ChannelKind::Email);
    let at: DateTime<Utc> = "2026-03-28T09:00:00Z".parse().unwrap();
    assert_eq!(policy.closes_at(ConversationState::Open, true, at), Some(at + TimeDelta::hours(168)));
    for state in [ConversationState::Snoozed, ConversationState::Closed, ConversationState::Spam] {
        assert_eq!(policy.closes_at(state, false, at), None);
    }
    assert_eq!(Policy::of(ChannelKind::Chat).closes_at(ConversationState::Open, false, at), None);
}

#[test]
fn a_waiting_customer_may_be_spared() {
    let policy = Policy { auto_close_while_waiting: false, ..Policy::of(ChannelKind::Email) };
    let at = DateTime::UNIX_EPOCH;
    assert_eq!(policy.closes_at(ConversationState::Open, true, at), None);
    assert_eq!(policy.closes_at(ConversationState::Open, false, at), Some(at + TimeDelta::days(7)));
}
