//! The team writes to the customer (semantics §8.8).

use entity::enums::{DeliveryStatus, ReopenReason, WakeReason};
use entity::ids::EventId;

use super::snooze::Snooze;
use super::{close, reopen, wake};
use crate::domain::actor::Actor;
use crate::domain::change::{Change, MessageText, Moment};
use crate::domain::context::Context;
use crate::domain::rejection::Rejection;

/// What a reply does afterwards, in the same step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Closes.
    Close,
    /// Reopens what is closed, wakes what is snoozed.
    Open,
    /// Snoozes.
    Snooze(Snooze),
}

/// A message of the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Plain text, already checked.
    pub text: String,
    /// The same as safe HTML.
    pub html: String,
    /// What follows; none = the state stays.
    pub then: Option<Then>,
}

impl Reply {
    /// The delivery every reply starts with.
    pub const FIRST_DELIVERY: DeliveryStatus = DeliveryStatus::Queued;

    /// Queues it for delivery, lets its author follow, and does what follows. Of itself it doesn't change the state.
    ///
    /// # Errors
    /// `IS_SPAM`, and what [`Snooze::decide`] refuses.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        if change.conversation.spam.is_some() {
            return Err(Rejection::is_spam());
        }
        let message = MessageText {
            id: EventId::new(moment.now),
            direction: entity::enums::MessageDirection::Outbound,
            automatic: false,
            text: self.text.clone(),
            truncated: false,
            html: self.html.clone(),
            external_id: None,
            recipient: context.recipient.clone(),
        };
        change.record_message(message, moment);
        if let Actor::Agent(author) = moment.actor {
            change.follow_automatically(author, moment);
        }
        match &self.then {
            Some(Then::Close) => close::decide(change, moment)?,
            Some(Then::Open) if change.conversation.closed.is_some() => {
                reopen::record(change, ReopenReason::Manual, context, moment);
            }
            Some(Then::Open) if change.conversation.snooze.is_some() => {
                wake::record(change, WakeReason::Manual, moment)
            }
            Some(Then::Snooze(snooze)) => {
                snooze.decide(change, context, moment).map_err(|refused| refused.at("snooze").at("then"))?;
            }
            Some(Then::Open) | None => {}
        }
        Ok(())
    }
}
