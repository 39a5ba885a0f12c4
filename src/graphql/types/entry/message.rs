//! Messages: entries with a text beside the log.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject};
use entity::enums::Scope;
use entity::event;
use entity::ids::EventId;
use entity::message::Model;

use super::{Entry, entry_type, gone};
use crate::graphql::error::shown;
use crate::graphql::loaders::messages::MessageKey;
use crate::graphql::reader::Reader;
use crate::graphql::scalar::DateTime;
use crate::graphql::types::enums::{DeliveryStatus, MessageDirection};
use crate::store::append::fact_of;

entry_type! {
    /// MESSAGE: a message from the customer or to them.
    Message {
        /// Which way it went.
        async fn direction(&self, ctx: &Context<'_>) -> Result<MessageDirection> {
            Ok(self.text_row(ctx).await?.0.direction.into())
        }

        /// An automatic reply, bounce or receipt: it never reopens, wakes, notifies or starts workflows.
        async fn automatic(&self, ctx: &Context<'_>) -> Result<bool> {
            Ok(self.text_row(ctx).await?.0.automatic)
        }

        /// Plain text, exactly as received but for U+0000 and what was cut; at most 65,536 characters.
        async fn text(&self, ctx: &Context<'_>) -> Result<String> {
            Ok(self.text_row(ctx).await?.0.text.clone())
        }

        /// Whether the text was cut at 65,536 characters.
        async fn truncated(&self, ctx: &Context<'_>) -> Result<bool> {
            Ok(self.text_row(ctx).await?.0.truncated)
        }

        /// Sanitised HTML, safe to show: made from the HTML that came with it, else from the text. It loads nothing from elsewhere.
        async fn html(&self, ctx: &Context<'_>) -> Result<String> {
            Ok(self.text_row(ctx).await?.0.html.clone())
        }

        /// Where to deliver it: the customer's address on this channel when it was written. Null for inbound messages and without
        /// the scope MESSAGES_SEND.
        async fn recipient(&self, ctx: &Context<'_>) -> Result<Option<String>> {
            let may = Reader::of(ctx)?.viewer().has(Scope::MessagesSend);
            let recipient = self.text_row(ctx).await?.0.recipient.clone();
            Ok(recipient.filter(|_| may))
        }

        /// The channel's own id, if it has told one.
        async fn external_id(&self, ctx: &Context<'_>) -> Result<Option<String>> {
            Ok(self.text_row(ctx).await?.0.external_id.clone())
        }

        /// How far it came; null for inbound messages.
        async fn delivery(&self, ctx: &Context<'_>) -> Result<Option<Delivery>> {
            Ok(Delivery::of(&self.text_row(ctx).await?.0))
        }
    }
}

/// How far an outbound message came.
#[derive(Clone, Debug, SimpleObject)]
pub struct Delivery {
    /// How far it came.
    status: DeliveryStatus,
    /// Why it failed; null otherwise. At most 1,000 characters.
    error: Option<String>,
    /// When this was last reported, in UTC; at first, when the message was queued.
    updated_at: DateTime,
}

impl Delivery {
    fn of(row: &Model) -> Option<Self> {
        let status = row.delivery_status?;
        Some(Self { status: status.into(), error: row.delivery_error.clone(), updated_at: row.delivery_at?.into() })
    }
}

impl Message {
    /// A message by its id, as far as it exists for the viewer.
    ///
    /// # Errors
    /// As shown to clients.
    pub async fn load(reader: &Reader, id: EventId) -> Result<Option<Self>> {
        let Some(both) = reader.load(MessageKey(id)).await? else { return Ok(None) };
        Self::of(Arc::new(both.1.clone())).map(Some)
    }

    /// The message of a log row.
    ///
    /// # Errors
    /// `INTERNAL` for a row this version can't read.
    pub fn of(row: Arc<event::Model>) -> Result<Self> {
        let fact = Arc::new(fact_of(&row).map_err(shown)?);
        Ok(Self(Entry { row, fact }))
    }

    async fn text_row(&self, ctx: &Context<'_>) -> Result<Arc<(Model, event::Model)>> {
        Reader::of(ctx)?.load(MessageKey(self.0.row.id)).await?.ok_or_else(gone)
    }
}
