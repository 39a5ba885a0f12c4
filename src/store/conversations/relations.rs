//! Conditions on what stands beside conversations, as SQL: who follows them, whom their notes name, who has read them.

use entity::conversation::Column;
use entity::enums::{ConversationState, FollowChoice};
use entity::ids::AgentId;
use entity::{follow, mentioned, read_mark};
use sea_orm::sea_query::{Expr, ExprTrait, Func, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};

/// Where the search for related conversations begins, where the database doesn't choose by itself (SQLite).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// At the list: each of its conversations is asked in turn. For lists that are never long, because work ends.
    List,
    /// At what is related. For lists that only grow, of which few rows are related to one agent or tag.
    Related,
}

impl Search {
    /// The better one for a list of these states.
    pub fn of(states: &[ConversationState]) -> Self {
        if states.contains(&ConversationState::Closed) { Self::Related } else { Self::List }
    }
}

/// Conversations that these rows refer to by this column.
pub(super) fn related<C: ColumnTrait>(rows: SelectStatement, its: C, search: Search) -> Expr {
    let mut rows = rows;
    rows.clear_selects();
    match search {
        Search::List => {
            rows.expr(Expr::cust("1")).and_where(its.into_expr().eq(Column::Id.into_expr()));
            Expr::exists(rows)
        }
        Search::Related => {
            rows.expr(its.into_expr());
            Column::Id.in_subquery(rows)
        }
    }
}

/// Conversations that the agent follows.
pub(super) fn followed_by(agent: AgentId, search: Search) -> Expr {
    let rows = follow::Entity::find()
        .filter(follow::Column::AgentId.eq(agent))
        .filter(follow::Column::Choice.eq(FollowChoice::Following));
    related(rows.into_query(), follow::Column::ConversationId, search)
}

/// Conversations of which a note names the agent.
pub(super) fn mentioning(agent: AgentId, search: Search) -> Expr {
    let rows = mentioned::Entity::find().filter(mentioned::Column::AgentId.eq(agent));
    related(rows.into_query(), mentioned::Column::ConversationId, search)
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
