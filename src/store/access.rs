//! What exists for a viewer, as a condition on a channel column.

use sea_orm::sea_query::{Cond, ExprTrait, IntoCondition};
use sea_orm::{ColumnTrait, Condition};

use crate::domain::permission::ChannelAccess;

/// Conversations of visible channels; no predicate at all for who sees every channel.
pub(in crate::store) fn visible<C: ColumnTrait>(column: C, access: &ChannelAccess) -> Condition {
    match access {
        ChannelAccess::All => Cond::all(),
        ChannelAccess::Except(hidden) if hidden.is_empty() => Cond::all(),
        ChannelAccess::Except(hidden) => Cond::all().add(column.is_in(padded(hidden)).not()),
        ChannelAccess::Only(shown) if shown.is_empty() => sea_orm::sea_query::Expr::cust("1 = 0").into_condition(),
        ChannelAccess::Only(shown) => column.is_in(padded(shown)).into_condition(),
    }
}

/// The list filled up with its last value to a power of two, so that few SQL texts exist.
pub(in crate::store) fn padded<T: Clone>(values: &[T]) -> Vec<T> {
    let mut padded = values.to_vec();
    if let Some(last) = values.last() {
        padded.resize(values.len().next_power_of_two(), last.clone());
    }
    padded
}
