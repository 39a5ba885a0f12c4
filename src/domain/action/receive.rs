//! A customer's message arrives in a conversation that routing chose (semantics §8.3–8.5, 8.7).
//!
//! Never refused: no customer's message is lost.

use entity::enums::{ReopenReason, WakeReason};

use super::{reopen, wake};
use crate::domain::change::{Change, MessageText, Moment};
use crate::domain::context::Context;

/// The message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receive {
    /// Its text, already cut and cleaned.
    pub message: MessageText,
}

impl Receive {
    /// Appends it; unless it is automatic or the conversation is spam, a closed conversation reopens and a snoozed one wakes.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) {
        change.record_message(self.message.clone(), moment);
        if self.message.automatic || change.conversation.spam.is_some() {
            return;
        }
        if change.conversation.closed.is_some() {
            reopen::record(change, ReopenReason::CustomerReplied, context, moment);
        } else if change.conversation.snooze.is_some_and(|snooze| snooze.wake_on_reply) {
            wake::record(change, WakeReason::CustomerReplied, moment);
        }
    }
}
