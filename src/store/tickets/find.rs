//! Finding single tickets and what stands beside them. Every viewer may know of each of them; what a token without TICKETS_READ reads of
//! one is cut where it is shown.

use std::collections::HashMap;
use std::sync::Arc;

use entity::ids::{ConversationId, TicketId};
use entity::ticket::{Column, Entity, Model};
use entity::{external_ref, ticket_link};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryTrait};

use super::criteria::spelled;
use crate::error::Result;
use crate::store::Store;
use crate::store::access::padded;

impl Store {
    /// Tickets by id, for whoever met the id in what they may see, or may read tickets.
    ///
    /// # Errors
    /// The database's.
    pub async fn tickets_by_id(&self, ids: &[TicketId]) -> Result<HashMap<TicketId, Arc<Model>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = Entity::find().filter(Column::Id.is_in(padded(ids))).all(self.reader()).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }

    /// The ticket with this human number.
    ///
    /// # Errors
    /// The database's.
    pub async fn ticket_by_number(&self, number: i64) -> Result<Option<Arc<Model>>> {
        Ok(Entity::find().filter(Column::Number.eq(number)).one(self.reader()).await?.map(Arc::new))
    }

    /// The ticket that another system knows under this key; spelled exactly so, but for white space around it.
    ///
    /// # Errors
    /// The database's.
    pub async fn ticket_by_ref(&self, system: &str, key: &str) -> Result<Option<Arc<Model>>> {
        let Some((system, key)) = spelled(system).zip(spelled(key)) else { return Ok(None) };
        let mut select =
            Entity::find().filter(external_ref::Column::System.eq(system)).filter(external_ref::Column::Key.eq(key));
        let its = Expr::col(external_ref::Column::TicketId.as_column_ref()).eq(Expr::col(Column::Id.as_column_ref()));
        QueryTrait::query(&mut select).inner_join(external_ref::Entity, its);
        Ok(select.one(self.reader()).await?.map(Arc::new))
    }

    /// What these tickets are called elsewhere, by system and key.
    ///
    /// # Errors
    /// The database's.
    pub async fn external_refs(&self, ids: &[TicketId]) -> Result<Vec<external_ref::Model>> {
        Ok(external_ref::Entity::find()
            .filter(external_ref::Column::TicketId.is_in(padded(ids)))
            .order_by_asc(external_ref::Column::System)
            .order_by_asc(external_ref::Column::Key)
            .all(self.reader())
            .await?)
    }

    /// The tickets of these conversations with their links, oldest link first. The caller holds conversations that the viewer sees, and
    /// may read tickets.
    ///
    /// # Errors
    /// The database's.
    pub async fn ticket_links(&self, ids: &[ConversationId]) -> Result<Vec<(ticket_link::Model, Model)>> {
        let its = ticket_link::Column::ConversationId.is_in(padded(ids));
        let mut select = ticket_link::Entity::find().filter(its);
        let same = Expr::col(Column::Id.as_column_ref()).eq(Expr::col(ticket_link::Column::TicketId.as_column_ref()));
        QueryTrait::query(&mut select).inner_join(Entity, same);
        Ok(select
            .order_by_asc(ticket_link::Column::LinkedAt)
            .order_by_asc(ticket_link::Column::TicketId)
            .select_two_required(Entity)
            .all(self.reader())
            .await?)
    }
}
