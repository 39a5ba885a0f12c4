//! How a fact moves a conversation.
//!
//! Total and unconditional: whether something may happen was decided before. Folding a conversation's facts from nothing gives its row,
//! all but the texts that facts never hold: `action/edit.rs` sets subject and attributes itself.

use entity::enums::{FollowChoice, MessageDirection, SpamReason};
use entity::ids::EventId;

use super::actor::Actor;
use super::change::Moment;
use super::conversation::{Closed, Conversation, Snooze, Spam};
use super::fact::Fact;

impl Conversation {
    /// Applies one fact. `id` is the entry's, which a message is known by from then on.
    pub fn apply(&mut self, fact: &Fact, id: EventId, moment: &Moment) {
        let now = moment.now;
        match fact {
            Fact::Created { spam, .. } => {
                self.spam = spam.map(|reason| spam_of(reason, moment));
            }
            Fact::Message { direction, automatic } => self.apply_message(*direction, *automatic, id, moment),
            Fact::Assigned { to_agent, to_team, .. } => {
                self.assignee = *to_agent;
                self.team = *to_team;
            }
            Fact::Snoozed { to, .. } => {
                let (at, by) = (now, moment.actor);
                self.snooze = Some(Snooze { until: to.until, wake_on_reply: to.wake_on_reply, at, by });
            }
            Fact::Woken { .. } => {
                self.snooze = None;
                self.restart(moment);
            }
            Fact::Closed { reason, .. } => {
                self.closed = Some(Closed { reason: *reason, at: now, by: moment.actor });
                self.snooze = None;
                self.waiting_since = None;
            }
            Fact::Reopened { .. } => {
                self.closed = None;
                self.restart(moment);
            }
            Fact::MarkedAsSpam { reason, .. } => {
                // Marked again, to block the sender: the first mark stays.
                self.spam.get_or_insert(spam_of(*reason, moment));
            }
            Fact::Restored { .. } => self.restore(moment),
            Fact::Tagged { added, removed } => {
                self.tags.retain(|tag| !removed.contains(tag));
                self.tags.extend(added);
            }
            Fact::Prioritized { to, .. } => self.priority = *to,
            Fact::Note { named } => self.mentioned.extend(named),
            Fact::NoteEdited { added, gone, .. } => {
                self.mentioned.retain(|agent| !gone.contains(agent));
                self.mentioned.extend(added);
            }
            Fact::NoteDeleted { gone, .. } => self.mentioned.retain(|agent| !gone.contains(agent)),
            Fact::Followed { agent } => {
                self.follows.insert(*agent, FollowChoice::Following);
            }
            // One's own choice holds against following automatically; somebody else's removal leaves nothing behind.
            Fact::Unfollowed { agent } if moment.actor == Actor::Agent(*agent) => {
                self.follows.insert(*agent, FollowChoice::Unfollowed);
            }
            Fact::Unfollowed { agent } => {
                self.follows.remove(agent);
            }
            Fact::TicketLinked { ticket } => {
                self.tickets.insert(*ticket);
            }
            Fact::TicketUnlinked { ticket } => {
                self.tickets.remove(ticket);
            }
            Fact::Linked { .. }
            | Fact::Unlinked { .. }
            | Fact::Edited { .. }
            | Fact::DeliveryChanged { .. }
            | Fact::TicketChanged { .. }
            | Fact::TicketCreated
            | Fact::TicketUpdated { .. }
            | Fact::TicketLinkChanged { .. }
            | Fact::Setup { .. } => {}
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
            // They wait for a person: what answers every first message at once is no answer yet.
            MessageDirection::Outbound if matches!(moment.actor, Actor::Workflow(_)) => {}
            MessageDirection::Outbound => self.waiting_since = None,
            MessageDirection::Inbound => match &mut self.spam {
                Some(spam) => spam.arrived = true,
                None => self.arrive(moment),
            },
        }
    }

    /// A customer's message counts as unread and lets them wait.
    fn arrive(&mut self, moment: &Moment) {
        self.waiting_since.get_or_insert(moment.now);
        self.unread_version = self.version + 1;
    }

    /// What arrived while it was spam counts as if it had just arrived.
    fn restore(&mut self, moment: &Moment) {
        let arrived = self.spam.take().is_some_and(|spam| spam.arrived);
        self.restart(moment);
        if arrived {
            self.arrive(moment);
        }
    }

    fn restart(&mut self, moment: &Moment) {
        self.last_activity_at = moment.now;
        self.restarted_at = moment.now;
    }
}

fn spam_of(reason: SpamReason, moment: &Moment) -> Spam {
    Spam { reason, at: moment.now, by: moment.actor, arrived: false }
}
