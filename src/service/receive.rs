//! A customer's message arrives (semantics §8.1).
//!
//! Serialised per customer by the lock on their row, so that two messages at once never make two conversations.

use chrono::{DateTime, Utc};
use entity::enums::{LinkKind, MessageDirection};
use entity::ids::{ChannelId, ConversationId, CustomerId, EventId};

use super::Service;
use super::change::{Changed, Routed, decide_on};
use super::html;
use super::idempotency::{self, Key, Outcome};
use super::notify::save_and_notify;
use crate::domain::action::Action;
use crate::domain::action::begin::{Begin, name_spam};
use crate::domain::action::link;
use crate::domain::action::receive::Receive;
use crate::domain::actor::Actor;
use crate::domain::change::{Change, MessageText, Moment};
use crate::domain::conversation::Conversation;
use crate::domain::customer::CustomerRef;
use crate::domain::permission::Viewer;
use crate::domain::rejection::Rejection;
use crate::domain::routing::{Decision, Route, route};
use crate::domain::{input, limits, text};
use crate::error::Result;
use crate::store::write::Tx;
use crate::store::{context, customers, routing};

/// A message as it was handed in, its texts not yet cut.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// Channel.
    pub channel: ChannelId,
    /// Who wrote it.
    pub customer: CustomerRef,
    /// Subject.
    pub subject: Option<String>,
    /// Plain text.
    pub text: String,
    /// HTML as received.
    pub html: Option<String>,
    /// The channel's own id.
    pub external_id: Option<String>,
    /// Ids it answers.
    pub in_reply_to: Vec<String>,
    /// An automatic reply, bounce or receipt.
    pub automatic: bool,
}

impl Service {
    /// Receives a message: appended, reopening, into a new conversation, or found to be a duplicate.
    ///
    /// # Errors
    /// `NOT_FOUND` for the channel or a customer id, `REQUIRED` without any customer key; never because of the text.
    pub async fn receive(&self, viewer: &Viewer, incoming: &Incoming, key: Option<&Key>) -> Result<Changed> {
        // Hostile HTML takes its time, so it is made safe before anything is locked.
        let body = incoming.body();
        let body = &body;
        let changed = self
            .store
            .write(|tx| async move {
                let now = self.clock.now();
                if let Some(done) = idempotency::begin(&tx, &viewer.channels, key, now).await? {
                    return Ok(done);
                }
                let channel = routing::channel_in(&tx, &viewer.channels, incoming.channel).await?;
                if let Some(external_id) = &incoming.external_id
                    && let Some(duplicate) = routing::received_before(&tx, channel.id, external_id).await?
                {
                    let outcome = Outcome::duplicate(duplicate.conversation_id, duplicate.entry_id);
                    idempotency::finish(&tx, key, &outcome).await?;
                    return Ok(duplicated(outcome));
                }
                let received = customers::receive(&tx, &incoming.customer, viewer.actor(), now).await?;
                let earlier =
                    routing::earlier_in(&tx, channel.kind, channel.id, received.customer.id, &incoming.hints()).await?;
                let (channel, _) = context::channel(&tx, channel.id).await?;
                // Read after the locks, once for all entries of the message.
                let clock = self.clock.now();
                let newest = earlier.as_ref().map_or(clock, |(earlier, _)| earlier.updated_at);
                let moment = Moment::since(newest, clock, Actor::Customer(received.customer.id));
                let now = moment.now;
                let found = earlier.as_ref().map(|(earlier, found)| (earlier, *found));
                let route = route(found, channel.policy.reopen_window.as_ref(), incoming.automatic, now);
                let earlier = earlier.map(|(earlier, _)| earlier);
                let begin = incoming.begin(received.customer.id, received.customer.blocked, &route, now);
                let changes = self.place(&tx, &route, earlier, begin, incoming.message(body, now), &moment).await?;
                let Some(first) = changes.first() else {
                    return Err(crate::error::Error::internal("a message went nowhere"));
                };
                let outcome = Outcome::of(first, Some(&route));
                idempotency::finish(&tx, key, &outcome).await?;
                let conversation = first.conversation.id;
                let saved = save_and_notify(&tx, &received.setups, changes).await?;
                Ok(Changed { route: Some(Routed::To(route)), ..Changed::of(conversation, &saved, outcome) })
            })
            .await?;
        self.poke(changed.next_timer);
        Ok(changed)
    }

    /// The changes of a routed message: its conversation's first, then the one it continues.
    async fn place(
        &self,
        tx: &Tx,
        route: &Route,
        earlier: Option<Conversation>,
        begin: Begin,
        message: MessageText,
        moment: &Moment,
    ) -> Result<Vec<Change>> {
        let receive = [Action::Receive(Receive { message })];
        match (route.decision, earlier) {
            (Decision::Append | Decision::Reopen, Some(earlier)) => {
                Ok(vec![decide_on(tx, moment, Change::of(earlier), &receive).await?])
            }
            (_, earlier) => {
                let mut begun = decide_on(tx, moment, begin.decide(moment), &receive).await?;
                name_spam(&mut begun, moment);
                let Some(earlier) = earlier else { return Ok(vec![begun]) };
                let mut continued = Change::of(earlier);
                link::record([&mut begun, &mut continued], LinkKind::Continues, moment);
                Ok(vec![begun, continued])
            }
        }
    }
}

impl Incoming {
    /// What routing may go by.
    #[must_use]
    pub fn hints(&self) -> routing::Hints<'_> {
        routing::Hints { in_reply_to: &self.in_reply_to, subject: self.subject.as_deref() }
    }

    fn begin(&self, customer: CustomerId, sender_blocked: bool, route: &Route, now: DateTime<Utc>) -> Begin {
        let subject = self.subject.as_deref().map(|subject| {
            let clean = text::without_nul(subject);
            text::cut(clean.trim(), limits::SUBJECT).to_owned()
        });
        Begin {
            id: ConversationId::new(now),
            channel: self.channel,
            customer,
            subject: subject.filter(|subject| !subject.is_empty()),
            routing_reason: route.reason.clone(),
            sender_blocked,
        }
    }

    /// The texts cut and cleaned: no customer's message is refused for its text.
    fn body(&self) -> Body {
        let clean = text::without_nul(&self.text);
        let plain = text::cut(&clean, limits::TEXT);
        let html = self.html.as_deref().and_then(html::sanitise);
        Body {
            truncated: plain.len() < clean.len(),
            html: html.unwrap_or_else(|| html::from_text(plain)),
            text: plain.to_owned(),
        }
    }

    fn message(&self, body: &Body, now: DateTime<Utc>) -> MessageText {
        MessageText {
            id: EventId::new(now),
            direction: MessageDirection::Inbound,
            automatic: self.automatic,
            text: body.text.clone(),
            truncated: body.truncated,
            html: body.html.clone(),
            external_id: self.external_id.clone(),
            recipient: None,
        }
    }

    /// Refuses what can't be kept whole: ids over their limits.
    ///
    /// # Errors
    /// `TOO_LONG`, `INVALID`, `LIMIT_EXCEEDED`.
    pub fn checked(mut self) -> std::result::Result<Self, Rejection> {
        if let Some(id) = &self.external_id {
            self.external_id = input::optional("externalId", id, limits::EXTERNAL_ID)?;
        }
        if self.in_reply_to.len() > limits::IN_REPLY_TO {
            return Err(Rejection::limit("inReplyTo", limits::IN_REPLY_TO, "ids"));
        }
        self.customer = self.customer.checked()?;
        // An id that is too long or holds U+0000 was never stored, so it answers nothing.
        for id in &mut self.in_reply_to {
            *id = id.trim().to_owned();
        }
        self.in_reply_to.retain(|id| !text::has_nul(id) && !text::exceeds(id, limits::EXTERNAL_ID));
        Ok(self)
    }
}

/// The texts of a message, ready to be kept.
struct Body {
    text: String,
    truncated: bool,
    html: String,
}

fn duplicated(outcome: Outcome) -> Changed {
    Changed {
        conversation: outcome.conversation,
        message: outcome.message,
        note: None,
        ticket: None,
        route: Some(Routed::Duplicate),
        events: Vec::new(),
        changed: false,
        next_timer: None,
    }
}
