//! Pages of tickets. Every viewer who may read tickets sees each of them; what they are linked to is scoped.
//!
//! Of few tickets that are related to what was asked for each is looked up and they are sorted; among many the list is walked until a
//! page is full. As for conversations, one statement holds both ways, and the number opens one of them.

use std::sync::Arc;

use entity::ticket::{Column, Entity, Model};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

use super::criteria::Criteria;
use super::relations::updated_since_at_most;
use crate::domain::permission::Viewer;
use crate::domain::ticket::filter::{TicketFilter, TicketOrder, TicketSort};
use crate::error::Result;
use crate::store::conversations::scans::merged;
use crate::store::count::Countable;
use crate::store::page::{self, Bounds, By, List, Page, Window};
use crate::store::{Store, deadline};

/// As many are looked up one by one: at least as many as a hundred conversations have.
const FEW: u64 = 5_000;

/// Which tickets, in which order.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Which of them.
    pub filter: TicketFilter,
    /// In which order.
    pub order: TicketOrder,
}

impl Store {
    /// One page of a list of tickets, for a viewer who may read tickets.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a cursor of another order; [`crate::error::Error::TooComplex`] when it takes too long;
    /// the database's.
    pub async fn tickets(&self, viewer: &Viewer, listing: &Listing, window: &Window) -> Result<Page<Arc<Model>>> {
        let by = of_rows(listing.order);
        let bounds = by.bounds(window)?;
        let Some(criteria) = Criteria::of(self.backend(), viewer, &listing.filter) else { return Ok(Page::empty()) };
        let statement = statement(&criteria, listing.order, &by, &bounds);
        let reader = self.reader().clone();
        let rows = deadline::in_time(async move { Ok(reader.query_all(&statement).await?) }).await?;
        let rows = rows.iter().map(|row| Model::from_query_result(row, "")).collect::<std::result::Result<_, _>>()?;
        Ok(by.page(rows, &bounds, Countable::of(&criteria.all())).map(Arc::new))
    }

    /// The statement that reads such a page and how many values are bound in it, to look at its plan; none where none is sent.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a cursor of another order.
    pub fn tickets_statement(
        &self,
        viewer: &Viewer,
        listing: &Listing,
        window: &Window,
    ) -> Result<Option<(String, usize)>> {
        let by = of_rows(listing.order);
        let bounds = by.bounds(window)?;
        Ok(Criteria::of(self.backend(), viewer, &listing.filter).map(|criteria| {
            let statement = statement(&criteria, listing.order, &by, &bounds);
            let spelled = self.reader().get_database_backend().build(&statement);
            (spelled.sql, spelled.values.map_or(0, |values| values.0.len()))
        }))
    }
}

fn of_rows(order: TicketOrder) -> page::Order<Entity> {
    let (list, column, by) = match order.by {
        TicketSort::Created => (List::TicketsByCreation, Column::CreatedAt, By::Time(|row: &Model| row.created_at)),
        TicketSort::Updated => (List::TicketsByUpdate, Column::UpdatedAt, By::Time(|row: &Model| row.updated_at)),
    };
    page::Order { list, descending: order.descending, column, by, id: Column::Id, id_of: |row| row.id.0 }
}

fn statement(criteria: &Criteria, order: TicketOrder, by: &page::Order<Entity>, bounds: &Bounds) -> SelectStatement {
    if criteria.found.is_some() {
        // What is found is looked up and sorted. Limited, by what no list reaches, so that nobody walks the list to have it in order.
        let found = by.between(criteria.each(), bounds).limit(i64::MAX.unsigned_abs());
        return merged([found.into_query()], by, bounds);
    }
    let Some((few, one_by_one)) = related(criteria).or_else(|| changed(criteria, order)) else {
        return by.part(criteria.each(), bounds).into_query();
    };
    // Limited, so that nobody walks the list to have them in order.
    let one_by_one = by.between(one_by_one.filter(few.clone()), bounds).limit(FEW + 1);
    let walk = by.part(criteria.each().filter(few.not()), bounds);
    merged([one_by_one.into_query(), walk.into_query()], by, bounds)
}

/// Whether few are related to what probably narrows the list most, and those looked up by their ids; none if nothing is asked of it.
fn related(criteria: &Criteria) -> Option<(Expr, Select<Entity>)> {
    let mut rest = criteria.clone();
    if rest.related.is_empty() {
        return None;
    }
    let related = rest.related.remove(0);
    Some((related.are_at_most(FEW), rest.each().filter(related.first(FEW + 1))))
}

/// Whether few have changed since, and those along the index of changes; none if the order does as well.
fn changed(criteria: &Criteria, order: TicketOrder) -> Option<(Expr, Select<Entity>)> {
    let since = criteria.updated_after.filter(|_| order.by == TicketSort::Created)?;
    Some((updated_since_at_most(since, FEW), criteria.each().order_by_desc(Column::UpdatedAt)))
}
