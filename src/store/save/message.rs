//! Messages' texts, their deliveries, and the channels' own ids of them.

use entity::enums::{DeliveryStatus, MessageDirection};
use entity::ids::EventId;
use entity::{message, message_key};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, QueryFilter};

use crate::domain::change::MessageText;
use crate::domain::conversation::Conversation;
use crate::domain::rejection::Rejection;
use crate::error::{Error, Result};
use crate::store::write::Tx;

/// Keeps a message's text and, if it has an external id, its key.
pub(super) async fn insert(tx: &Tx, conversation: &Conversation, text: &MessageText) -> Result<()> {
    let outbound = text.direction == MessageDirection::Outbound;
    let row = message::ActiveModel {
        entry_id: Set(text.id),
        conversation_id: Set(conversation.id),
        direction: Set(text.direction),
        automatic: Set(text.automatic),
        text: Set(text.text.clone()),
        truncated: Set(text.truncated),
        html: Set(text.html.clone()),
        external_id: Set(text.external_id.clone()),
        recipient: Set(text.recipient.clone()),
        delivery_status: Set(outbound.then_some(DeliveryStatus::Queued)),
        delivery_error: Set(None),
        delivery_at: Set(outbound.then_some(conversation.updated_at)),
    };
    message::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    match &text.external_id {
        // The same message came in between: run again, and find it.
        Some(external_id) if !insert_key(tx, conversation, text.id, external_id).await? => {
            Err(Error::Race("a message id was taken in between".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Keeps how far a message came.
pub(super) async fn deliver(
    tx: &Tx,
    conversation: &Conversation,
    id: EventId,
    status: DeliveryStatus,
    error: Option<&str>,
    external_id: Option<&str>,
) -> Result<()> {
    let mut update = message::Entity::update_many()
        .col_expr(message::Column::DeliveryStatus, status.to_value().into())
        .col_expr(message::Column::DeliveryError, error.map(str::to_owned).into())
        .col_expr(message::Column::DeliveryAt, conversation.updated_at.into());
    if let Some(external_id) = external_id {
        update = update.col_expr(message::Column::ExternalId, external_id.into());
        if !insert_key(tx, conversation, id, external_id).await? {
            let key = (conversation.channel, external_id.to_owned());
            let holder = message_key::Entity::find_by_id(key).one(tx.conn()).await?;
            // An id that this message had before is still its own.
            if holder.is_none_or(|holder| holder.entry_id != id) {
                return Err(Rejection::taken("externalId").into());
            }
        }
    }
    update.filter(message::Column::EntryId.eq(id)).exec(tx.conn()).await?;
    Ok(())
}

/// Keeps a channel's own message id; false if another message has it.
async fn insert_key(tx: &Tx, conversation: &Conversation, entry: EventId, external_id: &str) -> Result<bool> {
    let row = message_key::ActiveModel {
        channel_id: Set(conversation.channel),
        external_id: Set(external_id.to_owned()),
        entry_id: Set(entry),
        conversation_id: Set(conversation.id),
    };
    let skip =
        OnConflict::columns([message_key::Column::ChannelId, message_key::Column::ExternalId]).do_nothing().to_owned();
    Ok(message_key::Entity::insert(row).on_conflict(skip).exec_without_returning(tx.conn()).await? == 1)
}
