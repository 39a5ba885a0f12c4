//! Messages' texts.

use entity::ids::{ConversationId, CustomerId, EventId};
use entity::message::{Column, Entity, Model};
use entity::{conversation, customer, event};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};

use super::Store;
use super::access::{padded, visible};
use crate::domain::permission::ChannelAccess;
use crate::error::Result;

impl Store {
    /// The texts of messages whose log rows the caller holds.
    ///
    /// # Errors
    /// The database's.
    pub async fn message_texts(&self, ids: &[EventId]) -> Result<Vec<Model>> {
        Ok(Entity::find().filter(Column::EntryId.is_in(padded(ids))).all(self.reader()).await?)
    }
}

impl Store {
    /// Messages with their log rows, as far as their conversations exist for the viewer.
    ///
    /// # Errors
    /// The database's.
    pub async fn messages_by_id(&self, access: &ChannelAccess, ids: &[EventId]) -> Result<Vec<(Model, event::Model)>> {
        let of_entry = Expr::col((event::Entity, event::Column::Id)).equals((Entity, Column::EntryId));
        let of_message = Expr::col((conversation::Entity, conversation::Column::Id)).equals((Entity, Column::ConversationId));
        let mut select = Entity::find().select_also(event::Entity).filter(Column::EntryId.is_in(padded(ids)));
        QueryTrait::query(&mut select).inner_join(event::Entity, of_entry);
        if *access != ChannelAccess::All {
            QueryTrait::query(&mut select).inner_join(conversation::Entity, of_message);
            select = select.filter(visible(conversation::Column::ChannelId, access));
        }
        let rows = select.all(self.reader()).await?;
        Ok(rows.into_iter().filter_map(|(text, row)| Some((text, row?))).collect())
    }

    /// Conversations, as far as they exist for the viewer.
    ///
    /// # Errors
    /// The database's.
    pub async fn conversations_by_id(&self, access: &ChannelAccess, ids: &[ConversationId]) -> Result<Vec<conversation::Model>> {
        Ok(conversation::Entity::find()
            .filter(conversation::Column::Id.is_in(padded(ids)))
            .filter(visible(conversation::Column::ChannelId, access))
            .all(self.reader())
            .await?)
    }

    /// Customers by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn customers_by_id(&self, ids: &[CustomerId]) -> Result<Vec<customer::Model>> {
        Ok(customer::Entity::find().filter(customer::Column::Id.is_in(padded(ids))).all(self.reader()).await?)
    }
}
