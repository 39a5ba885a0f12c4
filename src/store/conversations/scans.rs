//! One limited scan each, merged: how a list over several agents, teams or customers stays as quick as over one.
//!
//! An index that is led by a column keeps the order of the next one only for a single value of the first.

use entity::enums::ConversationState;
use entity::ids::{AgentId, CustomerId, TeamId};
use sea_orm::sea_query::{Alias, Asterisk, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, EntityTrait};
use uuid::Uuid;

use super::criteria::{Assignee, Criteria};
use crate::domain::permission::ChannelAccess;
use crate::domain::view::{Order, Sort};
use crate::store::page::{self, Bounds};

/// SQLite takes 32,766 bound values; with more than this, the list is left to one walk along an index.
const MOST_VALUES: usize = 30_000;

/// The conditions with one of their lists taken apart into single values; none where no index would gain by it.
///
/// The scans are filled up to a power of two with values that nothing has, so that few SQL texts exist.
pub(super) fn apart(criteria: &Criteria, order: Order) -> Option<Vec<Criteria>> {
    let lists = lists(criteria);
    let useful = indexed(&criteria.states, order);
    let mut lengths: Vec<(usize, usize)> =
        (0..3).filter(|at| useful[*at] && lists[*at] > 0).map(|at| (lists[at], at)).collect();
    lengths.sort_unstable();
    let (length, which) = *lengths.first()?;
    let scans = length.next_power_of_two();
    let tickets = criteria.tickets.as_ref().map_or(0, Vec::len);
    let others = lists.iter().sum::<usize>() - length + channels(&criteria.access) + tickets;
    // A list is filled up to less than twice its length.
    let values = 32 + 2 * (others + criteria.tags.values() + criteria.followers.len());
    if length < 2 || scans * values > MOST_VALUES {
        return None;
    }
    Some((0..scans).map(|at| single(criteria, which, at)).collect())
}

/// How many agents, teams and customers are named.
fn lists(criteria: &Criteria) -> [usize; 3] {
    let agents = if let Assignee::OneOf(agents) = &criteria.assignee { agents.len() } else { 0 };
    [agents, criteria.teams.as_ref().map_or(0, Vec::len), criteria.customers.as_ref().map_or(0, Vec::len)]
}

/// Whether an index by agent, team or customer gives this order.
fn indexed(states: &[ConversationState], order: Order) -> [bool; 3] {
    let inbox = states == [ConversationState::Open] && order.by == Sort::LastActivity;
    let history = states == [ConversationState::Closed] && order.by == Sort::ClosedAt;
    [inbox, inbox, history || order.by == Sort::LastActivity]
}

fn channels(access: &ChannelAccess) -> usize {
    match access {
        ChannelAccess::All => 0,
        ChannelAccess::Except(hidden) => hidden.len(),
        ChannelAccess::Only(shown) => shown.len(),
    }
}

fn single(criteria: &Criteria, which: usize, at: usize) -> Criteria {
    let mut scan = criteria.clone();
    match (which, &criteria.assignee) {
        (0, Assignee::OneOf(agents)) => {
            scan.assignee = Assignee::OneOf(vec![agents.get(at).copied().unwrap_or(AgentId(Uuid::nil()))]);
        }
        (1, _) => scan.teams = one(criteria.teams.as_deref(), at, TeamId(Uuid::nil())),
        _ => scan.customers = one(criteria.customers.as_deref(), at, CustomerId(Uuid::nil())),
    }
    scan
}

fn one<T: Copy>(list: Option<&[T]>, at: usize, nobody: T) -> Option<Vec<T>> {
    list.map(|list| vec![list.get(at).copied().unwrap_or(nobody)])
}

/// One statement for all scans: each reads its part of the page, the nearest of all of them are the page.
pub(in crate::store) fn merged<E: EntityTrait>(
    scans: impl IntoIterator<Item = SelectStatement>,
    order: &page::Order<E>,
    bounds: &Bounds,
) -> SelectStatement {
    let mut parts = scans
        .into_iter()
        .map(|part| Query::select().column(Asterisk).from_subquery(part, Alias::new("scan")).to_owned());
    let mut all = parts.next().unwrap_or_default();
    for part in parts {
        all.union(UnionType::All, part);
    }
    let direction = order.direction(bounds);
    Query::select()
        .column(Asterisk)
        .from_subquery(all, Alias::new(E::default().table_name()))
        .order_by(order.column.as_column_ref(), direction.clone())
        .order_by(order.id.as_column_ref(), direction)
        .limit(bounds.limit.saturating_add(1))
        .to_owned()
}
