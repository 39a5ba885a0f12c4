//! The team writes first (semantics §8.8).

use entity::ids::{ChannelId, ConversationId};

use super::Service;
use super::change::{Changed, decide_on};
use super::idempotency::{self, Key, Outcome};
use super::notify::save_and_notify;
use crate::domain::action::Action;
use crate::domain::action::begin::Begin;
use crate::domain::action::reply::Reply;
use crate::domain::change::Moment;
use crate::domain::customer::CustomerRef;
use crate::domain::permission::Viewer;
use crate::domain::rejection::{Code, Rejection};
use crate::error::{Error, Result};
use crate::store::{customers, routing};

/// A conversation to start.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Channel.
    pub channel: ChannelId,
    /// Whom to write to; made if new.
    pub customer: CustomerRef,
    /// Subject.
    pub subject: Option<String>,
    /// The first message.
    pub reply: Reply,
}

/// Who lost the channel in between named the channel, not a conversation.
fn about_the_channel(error: Error) -> Error {
    match error {
        Error::Rejected(rejection) if rejection.code == Code::NotFound => Rejection::not_found("channelId").into(),
        other => other,
    }
}

impl Service {
    /// Starts a conversation: always a new one, without an assignee, followed by its author.
    ///
    /// # Errors
    /// `NOT_FOUND` for the channel or a customer id, `FORBIDDEN` for a blocked customer; the database's.
    pub async fn start(&self, viewer: &Viewer, start: &Start, key: Option<&Key>) -> Result<Changed> {
        let changed = self
            .store
            .write(|tx| async move {
                let now = self.clock.now();
                if let Some(done) = idempotency::begin(&tx, &viewer.channels, key, now).await? {
                    return Ok(done);
                }
                let channel = routing::channel_in(&tx, &viewer.channels, start.channel).await?;
                let received = customers::receive(&tx, &start.customer, viewer.actor(), now).await?;
                if received.customer.blocked {
                    return Err(Rejection::forbidden("This customer is blocked.").at("customer").into());
                }
                let begin = Begin {
                    id: ConversationId::new(now),
                    channel: channel.id,
                    customer: received.customer.id,
                    subject: start.subject.clone(),
                    routing_reason: "The team wrote first.".to_owned(),
                    sender_blocked: false,
                };
                let moment = Moment::of(now, viewer.actor());
                let reply = [Action::Reply(start.reply.clone())];
                let change = decide_on(&tx, &moment, begin.decide(&moment), &reply).await;
                let change = change.map_err(about_the_channel)?;
                let outcome = Outcome::of(&change, None);
                idempotency::finish(&tx, key, &outcome).await?;
                let conversation = change.conversation.id;
                let saved = save_and_notify(&tx, &received.setups, vec![change]).await?;
                Ok(Changed::of(conversation, &saved, outcome))
            })
            .await?;
        self.poke(changed.next_timer);
        Ok(changed)
    }
}
