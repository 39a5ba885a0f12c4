//! Finding where a customer's message may belong: its channel, its duplicate, the earlier conversation.

use entity::conversation::{Column, Entity};
use entity::enums::ChannelKind;
use entity::ids::{ChannelId, ConversationId, CustomerId};
use entity::{channel, message_key};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Store;
use super::conversations::people::People;
use super::conversations::{lock, row};
use super::write::Tx;
use crate::domain::conversation::Conversation;
use crate::domain::permission::ChannelAccess;
use crate::domain::rejection::Rejection;
use crate::domain::routing::{Found, number_in_subject};
use crate::error::{Error, Result};

/// What a message says about where it belongs.
#[derive(Clone, Copy, Debug)]
pub struct Hints<'a> {
    /// The ids it answers, in the order given.
    pub in_reply_to: &'a [String],
    /// Its subject.
    pub subject: Option<&'a str>,
}

/// The channel, if it exists for the viewer.
///
/// # Errors
/// `NOT_FOUND`; the database's.
pub async fn channel_in(tx: &Tx, access: &ChannelAccess, id: ChannelId) -> Result<channel::Model> {
    channel(tx.conn(), access, id).await
}

/// The message that came with this id on the channel before, if one did.
///
/// # Errors
/// The database's.
pub async fn received_before(tx: &Tx, channel: ChannelId, external_id: &str) -> Result<Option<message_key::Model>> {
    Ok(message_key::Entity::find_by_id((channel, external_id.to_owned())).one(tx.conn()).await?)
}

/// The earlier conversation, locked.
///
/// # Errors
/// The database's.
pub async fn earlier_in(
    tx: &Tx,
    kind: ChannelKind,
    channel: ChannelId,
    customer: CustomerId,
    hints: &Hints<'_>,
) -> Result<Option<(Conversation, Found)>> {
    let Some((id, found)) = earlier(tx.conn(), kind, channel, customer, hints).await? else { return Ok(None) };
    // Routing belongs to the customer, not to who hands the message in.
    let locked = lock::lock(tx, &ChannelAccess::All, &[id]).await?.into_iter().next();
    let conversation = locked.ok_or_else(|| Error::Race("a conversation is gone".to_owned()))?;
    Ok(Some((conversation, found)))
}

impl Store {
    /// The channel, if it exists for the viewer; for a preview.
    ///
    /// # Errors
    /// `NOT_FOUND`; the database's.
    pub async fn routing_channel(&self, access: &ChannelAccess, id: ChannelId) -> Result<channel::Model> {
        channel(self.reader(), access, id).await
    }

    /// The conversation of a message that came with this id on the channel before.
    ///
    /// # Errors
    /// The database's.
    pub async fn routing_duplicate(&self, channel: ChannelId, external_id: &str) -> Result<Option<ConversationId>> {
        let row = message_key::Entity::find_by_id((channel, external_id.to_owned())).one(self.reader()).await?;
        Ok(row.map(|row| row.conversation_id))
    }

    /// The customer a reference names, if there is one.
    ///
    /// # Errors
    /// The database's.
    pub async fn routing_customer(&self, named: &crate::domain::customer::CustomerRef) -> Result<Option<CustomerId>> {
        super::customers::find(self.reader(), named).await
    }

    /// The earlier conversation, as it is committed; for a preview.
    ///
    /// # Errors
    /// The database's.
    pub async fn routing_earlier(
        &self,
        kind: ChannelKind,
        channel: ChannelId,
        customer: CustomerId,
        hints: &Hints<'_>,
    ) -> Result<Option<(Conversation, Found)>> {
        let Some((id, found)) = earlier(self.reader(), kind, channel, customer, hints).await? else { return Ok(None) };
        let row = Entity::find_by_id(id).one(self.reader()).await?;
        Ok(row.map(|row| (row::to_domain(row, People::default()), found)))
    }
}

async fn channel(conn: &impl ConnectionTrait, access: &ChannelAccess, id: ChannelId) -> Result<channel::Model> {
    let row = if access.sees(id) { channel::Entity::find_by_id(id).one(conn).await? } else { None };
    row.ok_or_else(|| Rejection::not_found("channelId").into())
}

async fn earlier(
    conn: &impl ConnectionTrait,
    kind: ChannelKind,
    channel: ChannelId,
    customer: CustomerId,
    hints: &Hints<'_>,
) -> Result<Option<(ConversationId, Found)>> {
    match kind {
        ChannelKind::Chat => newest(conn, channel, customer).await,
        ChannelKind::Email => match answered(conn, channel, hints.in_reply_to).await? {
            Some(found) => Ok(Some(found)),
            None => numbered(conn, channel, customer, hints.subject).await,
        },
    }
}

async fn newest(
    conn: &impl ConnectionTrait,
    channel: ChannelId,
    customer: CustomerId,
) -> Result<Option<(ConversationId, Found)>> {
    let id: Option<ConversationId> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::CustomerId.eq(customer))
        .filter(Column::ChannelId.eq(channel))
        // Numbers follow the log, whatever the nodes' clocks say.
        .order_by_desc(Column::Number)
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(id.map(|id| (id, Found::Newest)))
}

/// The conversation of the first answered id that is known on the channel.
async fn answered(
    conn: &impl ConnectionTrait,
    channel: ChannelId,
    ids: &[String],
) -> Result<Option<(ConversationId, Found)>> {
    if ids.is_empty() {
        return Ok(None);
    }
    let rows = message_key::Entity::find()
        .filter(message_key::Column::ChannelId.eq(channel))
        .filter(message_key::Column::ExternalId.is_in(super::access::padded(ids)))
        .all(conn)
        .await?;
    let first = ids.iter().find_map(|id| rows.iter().find(|row| row.external_id == *id));
    Ok(first.map(|row| (row.conversation_id, Found::Answered)))
}

async fn numbered(
    conn: &impl ConnectionTrait,
    channel: ChannelId,
    customer: CustomerId,
    subject: Option<&str>,
) -> Result<Option<(ConversationId, Found)>> {
    let Some(number) = subject.and_then(number_in_subject) else { return Ok(None) };
    let row = Entity::find()
        .filter(Column::Number.eq(number))
        .filter(Column::CustomerId.eq(customer))
        .filter(Column::ChannelId.eq(channel))
        .one(conn)
        .await?;
    Ok(row.map(|row| (row.id, Found::Number)))
}
