//! A conversation begins: by a customer's message, or by the team writing first.

use std::collections::{BTreeMap, BTreeSet};

use entity::enums::SpamReason;
use entity::ids::{ChannelId, ConversationId, CustomerId};
use serde_json::Map;

use crate::domain::change::{Aside, Change, Moment};
use crate::domain::conversation::Conversation;
use crate::domain::fact::Fact;

/// What a new conversation begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// Its id.
    pub id: ConversationId,
    /// Channel.
    pub channel: ChannelId,
    /// Customer.
    pub customer: CustomerId,
    /// Subject.
    pub subject: Option<String>,
    /// Why it is a new one, in one sentence.
    pub routing_reason: String,
    /// Whether it begins in spam, because its sender is blocked.
    pub sender_blocked: bool,
}

impl Begin {
    /// The change that begins it: the conversation with its first entry.
    #[must_use]
    pub fn decide(self, moment: &Moment) -> Change {
        let now = moment.now;
        let spam = self.sender_blocked.then_some(SpamReason::SenderBlocked);
        let mut change = Change::of(Conversation {
            id: self.id,
            number: 0,
            channel: self.channel,
            customer: self.customer,
            subject: self.subject,
            attributes: Map::new(),
            closed: None,
            snooze: None,
            spam: None,
            priority: None,
            assignee: None,
            team: None,
            tags: BTreeSet::new(),
            tickets: BTreeSet::new(),
            follows: BTreeMap::new(),
            mentioned: BTreeSet::new(),
            waiting_since: None,
            message_count: 0,
            unread_version: 0,
            last_message: None,
            created_by: moment.actor,
            created_at: now,
            updated_at: now,
            last_activity_at: now,
            restarted_at: now,
            version: 0,
            moved_version: 0,
        });
        change.record(Fact::Created { routing_reason: self.routing_reason, spam }, moment);
        if change.conversation.subject.is_some() {
            change.asides.push(Aside::Subject);
        }
        change
    }
}

/// Names the reason on the timeline of a conversation that began in spam.
pub fn name_spam(change: &mut Change, moment: &Moment) {
    if let Some(spam) = change.conversation.spam {
        change.record(Fact::MarkedAsSpam { reason: spam.reason, blocked_sender: false }, moment);
    }
}
