//! What the clock will do next to a conversation.

use async_graphql::{Enum, SimpleObject};
use entity::conversation::Model;

use crate::domain::channel::Policy;
use crate::domain::upcoming::{self, Upcoming};
use crate::graphql::scalar::DateTime;
use crate::store::conversations::row::standing;

/// What the clock can do to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::domain::upcoming::Kind")]
pub enum UpcomingKind {
    /// The snooze ends: it returns to the inbox, or in spam only sleeps no longer.
    Wake,
    /// The channel's policy closes it, if nobody writes before.
    AutoClose,
    /// After that instant a customer's message begins a new conversation instead of reopening this one; in chat, where this is their newest.
    ReopenWindowEnds,
}

/// Something that the clock will do to a conversation.
#[derive(Clone, Debug, SimpleObject)]
pub struct UpcomingTransition {
    /// What it will do.
    kind: UpcomingKind,
    /// When, in UTC. A time that is past is about to be acted on.
    at: DateTime,
}

impl UpcomingTransition {
    /// What is to come for a row on a channel with this policy, earliest first.
    #[must_use]
    pub fn of(row: &Model, policy: &Policy, now: chrono::DateTime<chrono::Utc>) -> Vec<Self> {
        let standing = standing(row.state, row.snoozed_until, row.waiting_since, row.restarted_at);
        let last_message_at = row.last_message_at.unwrap_or(row.created_at);
        upcoming::of(&standing, last_message_at, policy, now).into_iter().map(Self::from).collect()
    }
}

impl From<Upcoming> for UpcomingTransition {
    fn from(upcoming: Upcoming) -> Self {
        Self { kind: upcoming.kind.into(), at: upcoming.at.into() }
    }
}
