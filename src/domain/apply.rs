//! How a fact moves a conversation.
//!
//! Total and unconditional: whether something may happen was decided before. Folding a conversation's facts from nothing gives its row,
//! all but the texts that facts never hold: `action/edit.rs` sets subject and attributes itself.

use entity::enums::{FollowChoice, MessageDirection};
use entity::ids::EventId;

use super::change::Moment;
use super::conversation::{Closed, Conversation, Spam};
use super::fact::Fact;

impl Conversation {
    /// Applies one fact. `id` is the entry's, which a message is known by from then on.
    pub fn apply(&mut self, fact: &Fact, id: EventId, moment: &Moment) {
        let now = moment.now;
        match fact {
            Fact::Created { spam, .. } => {
                self.spam = spam.map(|reason| Spam { reason, at: now, by: moment.actor });
            }
            Fact::Message { direction, automatic } => self.apply_message(*direction, *automatic, id, moment),
            Fact::Assigned { to_agent, to_team, .. } => {
                self.assignee = *to_agent;
                self.team = *to_team;
            }
            Fact::Woken { .. } => {
                self.snooze = None;
                self.restart(moment);
            }
            Fact::Closed { reason } => {
                self.closed = Some(Closed { reason: *reason, at: now, by: moment.actor });
                self.snooze = None;
                self.waiting_since = None;
            }
            Fact::Reopened { .. } => {
                self.closed = None;
                self.restart(moment);
            }
            Fact::MarkedAsSpam { reason, .. } => {
                self.spam = Some(Spam { reason: *reason, at: now, by: moment.actor });
            }
            Fact::Followed { agent } => {
                self.follows.insert(*agent, FollowChoice::Following);
            }
            Fact::Linked { .. } | Fact::Edited { .. } | Fact::DeliveryChanged { .. } | Fact::Setup { .. } => {}
        }
        self.updated_at = now;
        self.version += 1;
        if fact.moves() {
            self.moved_version = self.version;
        }
    }

    fn apply_message(&mut self, direction: MessageDirection, automatic: bool, id: EventId, moment: &Moment) {
        self.message_count += 1;
        self.last_message = Some((id, moment.now));
        self.last_activity_at = moment.now;
        if automatic {
            return;
        }
        self.restarted_at = moment.now;
        match direction {
            MessageDirection::Outbound => self.waiting_since = None,
            MessageDirection::Inbound if self.spam.is_none() => {
                self.waiting_since.get_or_insert(moment.now);
            }
            MessageDirection::Inbound => {}
        }
    }

    fn restart(&mut self, moment: &Moment) {
        self.last_activity_at = moment.now;
        self.restarted_at = moment.now;
    }
}
