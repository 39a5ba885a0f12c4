//! Counting lists, only when asked and only so far.

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ConnectionTrait, EntityTrait, QueryTrait, Select};

use super::{Store, deadline};
use crate::error::{Error, Result};

/// Up to how many rows a list is counted.
pub const COUNTED: u64 = 10_000;

/// A list that can be counted.
#[derive(Clone, Debug)]
pub struct Countable {
    rows: Option<SelectStatement>,
}

impl Countable {
    /// What a finder selects.
    pub(in crate::store) fn of<E: EntityTrait>(select: &Select<E>) -> Self {
        Self { rows: Some(select.as_query().clone()) }
    }

    /// A list that holds nothing; counting it costs no statement.
    pub(in crate::store) fn nothing() -> Self {
        Self { rows: None }
    }

    /// A statement that gives the number of rows, or one more than [`COUNTED`] for all larger numbers.
    pub(in crate::store) fn statement(&self) -> Option<SelectStatement> {
        self.rows.clone().map(counted)
    }
}

/// The number of rows that a statement gives, at most one more than [`COUNTED`].
pub(in crate::store) fn counted(rows: SelectStatement) -> SelectStatement {
    up_to(rows, COUNTED + 1)
}

fn up_to(mut rows: SelectStatement, most: u64) -> SelectStatement {
    rows.clear_selects().expr(Expr::cust("1")).limit(most);
    Query::select().expr(Expr::cust("COUNT(*)")).from_subquery(rows, "counted").to_owned()
}

/// The same as a value beside others, for each of their rows.
pub(in crate::store) fn number_of(rows: SelectStatement) -> Expr {
    number_up_to(rows, COUNTED + 1)
}

/// The same, counted up to a number of one's own.
pub(in crate::store) fn number_up_to(rows: SelectStatement, most: u64) -> Expr {
    Expr::SubQuery(None, Box::new(up_to(rows, most).into()))
}

impl Store {
    /// How long a list is; none above [`COUNTED`].
    ///
    /// # Errors
    /// [`Error::TooComplex`] when it takes too long; the database's.
    pub async fn count(&self, list: &Countable) -> Result<Option<u64>> {
        let Some(statement) = list.statement() else { return Ok(Some(0)) };
        let reader = self.reader().clone();
        let row = deadline::in_time(async move { Ok(reader.query_one(&statement).await?) }).await?;
        let count: i64 = row.ok_or_else(|| Error::internal("a count gave no row"))?.try_get_by_index(0)?;
        Ok(u64::try_from(count).ok().filter(|count| *count <= COUNTED))
    }
}
