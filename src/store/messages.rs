//! Reading messages with their log rows, in one statement.

use std::collections::HashMap;
use std::sync::Arc;

use entity::ids::EventId;
use entity::{conversation, event, message};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};

use super::Store;
use super::access::{padded, visible};
use crate::domain::permission::ChannelAccess;
use crate::error::Result;

/// A message's text and its log row.
pub type Message = Arc<(message::Model, event::Model)>;

impl Store {
    /// The texts of messages whose log rows the caller holds.
    ///
    /// # Errors
    /// The database's.
    pub async fn message_texts(&self, ids: &[EventId]) -> Result<Vec<message::Model>> {
        let select = message::Entity::find().filter(message::Column::EntryId.is_in(padded(ids)));
        Ok(select.all(self.reader()).await?)
    }

    /// Messages by the id of their entry, as far as their conversations exist for the viewer.
    ///
    /// # Errors
    /// The database's.
    pub async fn messages_by_id(&self, access: &ChannelAccess, ids: &[EventId]) -> Result<HashMap<EventId, Message>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut select = message::Entity::find().filter(message::Column::EntryId.is_in(padded(ids)));
        let entry =
            Expr::col(event::Column::Id.as_column_ref()).eq(Expr::col(message::Column::EntryId.as_column_ref()));
        QueryTrait::query(&mut select).inner_join(event::Entity, entry);
        if *access != ChannelAccess::All {
            let thread = Expr::col(conversation::Column::Id.as_column_ref())
                .eq(Expr::col(message::Column::ConversationId.as_column_ref()));
            QueryTrait::query(&mut select).inner_join(conversation::Entity, thread);
            select = select.filter(visible(conversation::Column::ChannelId, access));
        }
        let rows = select.select_two_required(event::Entity).all(self.reader()).await?;
        Ok(rows.into_iter().map(|row| (row.0.entry_id, Arc::new(row))).collect())
    }
}
