//! What happened to tickets: their own rows of the log, in its order. Whoever may read tickets may read all of them.

use entity::event::{Column, Entity, Model};
use entity::ids::TicketId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::error::Result;
use crate::store::Store;
use crate::store::events::Stretch;
use crate::store::feed::Pulled;

/// As the partial index has it, word for word.
const OF_TICKETS: &str = "event.kind IN ('TICKET_CREATED', 'TICKET_UPDATED', 'TICKET_LINK_CHANGED')";

/// Tickets' rows after a position and up to another, oldest first.
#[must_use]
pub fn between(after: i64, until: i64, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Expr::cust(OF_TICKETS))
        .filter(Column::Seq.gt(after))
        .filter(Column::Seq.lte(until))
        .order_by_asc(Column::Seq)
        .limit(limit)
}

impl Store {
    /// What happened to one ticket, or to all, after a position and up to another, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn ticket_rows(&self, ticket: Option<TicketId>, stretch: &Stretch) -> Result<Vec<Model>> {
        let mut select = between(stretch.after, stretch.until, stretch.limit);
        if let Some(ticket) = ticket {
            select = select.filter(Column::SubjectId.eq(ticket.0));
        }
        Ok(select.all(self.reader()).await?)
    }

    /// Pulls one page of what happened to tickets after a position, up to the head that was read before. The index holds tickets' rows
    /// alone, so that a page of few among many rows of the log costs no more than another.
    ///
    /// # Errors
    /// The database's.
    pub async fn pull_tickets(&self, after: i64, head: i64, first: usize) -> Result<Pulled> {
        let mut rows = between(after, head, first as u64 + 1).all(self.reader()).await?;
        let has_more = rows.len() > first;
        rows.truncate(first);
        let end = match rows.last() {
            Some(last) if has_more => last.seq,
            _ => head.max(after),
        };
        Ok(Pulled { rows, end, has_more })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::enums::EventKind;
    use sea_orm::{ActiveEnum, Iterable};

    #[test]
    fn the_index_holds_all_kinds_of_tickets() {
        for kind in EventKind::iter() {
            assert_eq!(OF_TICKETS.contains(&format!("'{}'", kind.to_value())), kind.is_of_tickets(), "{kind:?}");
        }
    }
}
