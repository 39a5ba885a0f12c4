//! Conditions on what stands beside conversations, as SQL: who follows them, whom their notes name, which tags and tickets they have,
//! who has read them.

use entity::conversation::Column;
use entity::enums::ConversationState;
use entity::ids::{AgentId, TagId, TicketId};
use entity::{conversation_tag, follow, mentioned, read_mark, ticket_link};
use sea_orm::sea_query::{Expr, ExprTrait, Func, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};

use crate::store::access::padded;
use crate::store::count::number_up_to;

/// From which end related conversations are looked up, where the database doesn't choose by itself (SQLite).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// At the list: each of its conversations is asked in turn. For lists that are never long, because work ends.
    List,
    /// At what is related. For lists that only grow.
    Related,
}

impl Start {
    /// The better one for a whole list of these states.
    pub fn of(states: &[ConversationState]) -> Self {
        if states.contains(&ConversationState::Closed) { Self::Related } else { Self::List }
    }
}

/// Rows that refer to conversations.
#[derive(Clone, Debug)]
pub(super) struct Related {
    rows: SelectStatement,
    its: Expr,
}

impl Related {
    /// The conversations that the agent follows; the choice is a literal, as the partial index wants it.
    pub fn followed_by(agent: AgentId) -> Self {
        let rows = follow::Entity::find()
            .filter(follow::Column::AgentId.eq(agent))
            .filter(Expr::cust("follow.choice = 'FOLLOWING'"));
        Self { rows: rows.into_query(), its: follow::Column::ConversationId.into_expr() }
    }

    /// The conversations of which a note names the agent.
    pub fn mentioning(agent: AgentId) -> Self {
        let rows = mentioned::Entity::find().filter(mentioned::Column::AgentId.eq(agent));
        Self { rows: rows.into_query(), its: mentioned::Column::ConversationId.into_expr() }
    }

    /// The conversations that have one of these tags.
    pub fn tagged(tags: &[TagId]) -> Self {
        use conversation_tag::Column::{ConversationId, TagId};
        let wanted = match tags {
            [one] => TagId.eq(*one),
            several => TagId.is_in(padded(several)),
        };
        let rows = conversation_tag::Entity::find().filter(wanted);
        Self { rows: rows.into_query(), its: ConversationId.into_expr() }
    }

    /// The conversations that are linked to one of these tickets.
    pub fn linked_to(tickets: &[TicketId]) -> Self {
        use ticket_link::Column::{ConversationId, TicketId};
        let wanted = match tickets {
            [one] => TicketId.eq(*one),
            several => TicketId.is_in(padded(several)),
        };
        let rows = ticket_link::Entity::find().filter(wanted);
        Self { rows: rows.into_query(), its: ConversationId.into_expr() }
    }

    /// Only these conversations.
    pub fn condition(mut self, start: Start) -> Expr {
        self.rows.clear_selects();
        match start {
            Start::List => {
                self.rows.expr(Expr::cust("1")).and_where(self.its.eq(Column::Id.into_expr()));
                Expr::exists(self.rows)
            }
            Start::Related => {
                self.rows.expr(self.its);
                Column::Id.in_subquery(self.rows)
            }
        }
    }

    /// Only these conversations, found one by one; no more than so many of them.
    pub fn first(mut self, most: u64) -> Expr {
        self.rows.clear_selects().expr(self.its).limit(most);
        Column::Id.in_subquery(self.rows)
    }

    /// Whether there are so many at most; counted once for the whole statement.
    pub fn are_at_most(self, most: u64) -> Expr {
        number_up_to(self.rows, most + 1).lte(i64::try_from(most).unwrap_or(i64::MAX))
    }
}

/// Conversations that have each of these tags, asked one by one.
pub(super) fn with_each(tags: &[TagId]) -> Expr {
    let Related { mut rows, its } = Related::tagged(tags);
    rows.clear_selects().expr(Expr::cust("COUNT(*)")).and_where(its.eq(Column::Id.into_expr()));
    Expr::SubQuery(None, Box::new(rows.into())).eq(i64::try_from(tags.len()).unwrap_or(i64::MAX))
}

/// Conversations that the agent hasn't read to their newest customer message. Spam is for the caller to leave out.
pub(super) fn unread_by(agent: AgentId) -> Expr {
    let mut mark = read_mark::Entity::find()
        .filter(read_mark::Column::AgentId.eq(agent))
        .filter(read_mark::Column::ConversationId.into_expr().eq(Column::Id.into_expr()))
        .into_query();
    mark.clear_selects().column(read_mark::Column::ReadTo);
    let read_to = Func::coalesce([Expr::SubQuery(None, Box::new(mark.into())), Expr::val(0)]);
    Column::UnreadVersion.into_expr().gt(read_to)
}
