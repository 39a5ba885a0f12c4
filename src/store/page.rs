//! Keyset pages: a part of a list by the place of its neighbours, never by counting rows.
//!
//! Owns windows, orders, cursors and the n + 1 rule for every list of the API. What a list holds is for its finder to say.

mod cursor;
mod order;

use sea_orm::{EntityTrait, Select};

pub(in crate::store) use cursor::{Bounds, Kind, Place, Value};
pub use order::List;
pub(in crate::store) use order::{By, Order};

use super::count::Countable;
use super::{Store, deadline};
use crate::error::Result;

/// Which part of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many rows at most.
    pub limit: u64,
    /// The last rows of what lies between the bounds instead of the first.
    pub backward: bool,
    /// Only rows that come after the row of this cursor in the list's order.
    pub after: Option<String>,
    /// Only rows that come before the row of this cursor in the list's order.
    pub before: Option<String>,
}

/// A part of a list, always in the list's order.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows, each with its cursor.
    pub rows: Vec<(String, T)>,
    /// Whether rows follow: known for the side paged towards; for the other, whether it was bounded.
    pub has_next: bool,
    /// Whether rows precede; as for `has_next`.
    pub has_previous: bool,
    /// The whole list, for counting.
    pub whole: Countable,
}

impl<T> Page<T> {
    /// A page of a list that holds nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self { rows: Vec::new(), has_next: false, has_previous: false, whole: Countable::nothing() }
    }

    /// The same page of other things.
    #[must_use]
    pub fn map<U>(self, mut turn: impl FnMut(T) -> U) -> Page<U> {
        let rows = self.rows.into_iter().map(|(cursor, row)| (cursor, turn(row))).collect();
        Page { rows, has_next: self.has_next, has_previous: self.has_previous, whole: self.whole }
    }
}

impl Store {
    /// Reads one page of what a finder selects.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a cursor that isn't of this order;
    /// [`crate::error::Error::TooComplex`] when it takes too long; the database's.
    pub(in crate::store) async fn page<E>(
        &self,
        select: Select<E>,
        order: &Order<E>,
        window: &Window,
    ) -> Result<Page<E::Model>>
    where
        E: EntityTrait,
        E::Model: Sync + 'static,
    {
        let bounds = order.bounds(window)?;
        let whole = Countable::of(&select);
        let part = order.part(select, &bounds);
        let reader = self.reader().clone();
        let rows = deadline::in_time(async move { Ok(part.all(&reader).await?) }).await?;
        Ok(order.page(rows, &bounds, whole))
    }
}
