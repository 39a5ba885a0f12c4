//! Whoever delivers says how far a message came (semantics §8.8).

use entity::enums::{DeliveryStatus, MessageDirection};
use entity::ids::EventId;

use crate::domain::change::{Aside, Change, Moment};
use crate::domain::context::Context;
use crate::domain::fact::Fact;
use crate::domain::rejection::Rejection;
use crate::domain::{input, limits, text};

/// The report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportDelivery {
    /// The message.
    pub message: EventId,
    /// How far it came.
    pub status: DeliveryStatus,
    /// The medium's own id, by which answers will name it.
    pub external_id: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
}

impl ReportDelivery {
    /// Records it if it says anything new. Reports may come out of order: `SENT` after `DELIVERED` changes nothing.
    ///
    /// # Errors
    /// `NOT_FOUND` for a message that isn't in the conversation, `INVALID` for an inbound one or an error without `FAILED`, `TOO_LONG`.
    pub fn decide(&self, change: &mut Change, context: &Context, moment: &Moment) -> Result<(), Rejection> {
        let message = context.messages.get(&self.message).ok_or_else(|| Rejection::not_found("messageId"))?;
        if message.direction == MessageDirection::Inbound {
            return Err(Rejection::invalid("messageId", "Only outbound messages are delivered."));
        }
        if self.error.is_some() && self.status != DeliveryStatus::Failed {
            return Err(Rejection::invalid("error", "An error belongs to the status FAILED."));
        }
        let error =
            self.error.as_deref().map(|error| text::cut(&text::without_nul(error), limits::DELIVERY_ERROR).to_owned());
        let external_id = match self.external_id.as_deref() {
            Some(id) => input::optional("externalId", id, limits::EXTERNAL_ID)?,
            None => None,
        };
        let new_id = external_id.filter(|id| message.external_id.as_ref() != Some(id));
        let moved =
            !is_stale(message.status, self.status) && (message.status, &message.error) != (Some(self.status), &error);
        if moved || new_id.is_some() {
            let (status, error) = if moved {
                (self.status, error)
            } else {
                (message.status.unwrap_or(self.status), message.error.clone())
            };
            // Who wrote it is told of a failure once, not again when only the medium's id is new.
            let author = message.author.filter(|_| moved);
            let fact = Fact::DeliveryChanged { message: self.message, author, status, error: error.clone() };
            change.record(fact, moment);
            change.asides.push(Aside::Delivery { message: self.message, status, error, external_id: new_id });
        }
        Ok(())
    }
}

/// Whether a report is older news than what is known.
fn is_stale(known: Option<DeliveryStatus>, reported: DeliveryStatus) -> bool {
    use DeliveryStatus::{Delivered, Queued, Sent};
    matches!((known, reported), (Some(Delivered), Sent | Queued) | (Some(Sent), Queued))
}
