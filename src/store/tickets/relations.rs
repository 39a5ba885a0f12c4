//! Conditions on what stands beside tickets, as SQL: the conversations they are linked to, and what they are called elsewhere.

use chrono::{DateTime, Utc};
use entity::ids::{ConversationId, CustomerId};
use entity::ticket::{self, Column};
use entity::{conversation, external_ref, ticket_link};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait, Select};

use crate::domain::permission::ChannelAccess;
use crate::store::access::{padded, visible};
use crate::store::count::number_up_to;

/// Rows that refer to tickets.
#[derive(Clone, Debug)]
pub(super) struct Related {
    rows: SelectStatement,
    its: Expr,
}

impl Related {
    /// The tickets that are linked to one of these conversations, as far as they exist for the viewer.
    pub fn to_conversations(ids: &[ConversationId], access: &ChannelAccess) -> Self {
        let column = ticket_link::Column::ConversationId;
        let wanted = match ids {
            [one] => column.eq(*one),
            several => column.is_in(padded(several)),
        };
        let links = ticket_link::Entity::find().filter(wanted);
        Self::linked(if *access == ChannelAccess::All { links } else { with_conversations(links, access) })
    }

    /// The tickets that are linked to a conversation with one of these customers, as far as it exists for the viewer.
    pub fn to_customers(ids: &[CustomerId], access: &ChannelAccess) -> Self {
        let column = conversation::Column::CustomerId;
        let wanted = match ids {
            [one] => column.eq(*one),
            several => column.is_in(padded(several)),
        };
        Self::linked(with_conversations(ticket_link::Entity::find(), access).filter(wanted))
    }

    /// The tickets that have a key in the other system.
    pub fn known_in(system: &str) -> Self {
        let rows = external_ref::Entity::find().filter(external_ref::Column::System.eq(system));
        Self { rows: rows.into_query(), its: external_ref::Column::TicketId.into_expr() }
    }

    fn linked(links: Select<ticket_link::Entity>) -> Self {
        Self { rows: links.into_query(), its: ticket_link::Column::TicketId.into_expr() }
    }

    /// Only these tickets; asked of each.
    pub fn holds(&self) -> Expr {
        let mut rows = self.rows.clone();
        rows.clear_selects().expr(Expr::cust("1")).and_where(self.its.clone().eq(Column::Id.into_expr()));
        Expr::exists(rows)
    }

    /// Only these tickets, found by themselves.
    pub fn ids(&self) -> Expr {
        let mut rows = self.rows.clone();
        rows.clear_selects().expr(self.its.clone());
        Column::Id.in_subquery(rows)
    }

    /// The same, no more than so many rows of them.
    pub fn first(&self, most: u64) -> Expr {
        let mut rows = self.rows.clone();
        rows.clear_selects().expr(self.its.clone()).limit(most);
        Column::Id.in_subquery(rows)
    }

    /// Whether there are so many rows at most; counted once for the whole statement.
    pub fn are_at_most(&self, most: u64) -> Expr {
        at_most(self.rows.clone(), most)
    }
}

/// Whether so many tickets at most changed then or later.
pub(super) fn updated_since_at_most(at: DateTime<Utc>, most: u64) -> Expr {
    let rows = ticket::Entity::find().filter(Column::UpdatedAt.gte(at)).into_query();
    at_most(rows, most)
}

fn at_most(rows: SelectStatement, most: u64) -> Expr {
    number_up_to(rows, most + 1).lte(i64::try_from(most).unwrap_or(i64::MAX))
}

/// Links with their conversations, as far as these exist for the viewer.
fn with_conversations(links: Select<ticket_link::Entity>, access: &ChannelAccess) -> Select<ticket_link::Entity> {
    let same = Expr::col(conversation::Column::Id.as_column_ref())
        .eq(Expr::col(ticket_link::Column::ConversationId.as_column_ref()));
    let mut links = links.filter(visible(conversation::Column::ChannelId, access));
    QueryTrait::query(&mut links).inner_join(conversation::Entity, same);
    links
}
