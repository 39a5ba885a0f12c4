//! Pages of conversations.

use std::sync::Arc;

use entity::conversation::{Entity, Model};
use entity::ids::TicketId;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ConnectionTrait, FromQueryResult, QueryTrait};

use super::criteria::Criteria;
use super::relations::Start;
use super::{few, filter, order, scans};
use crate::domain::filter::Filter;
use crate::domain::permission::Viewer;
use crate::domain::view::{Order, Sort, View, Whose};
use crate::error::Result;
use crate::store::count::Countable;
use crate::store::page::{self, Bounds, Page, Window};
use crate::store::{Store, deadline};

/// Which conversations, in which order.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Which list.
    pub view: View,
    /// Whose.
    pub whose: Whose,
    /// Which of them.
    pub filter: Filter,
    /// In which order; none = the view's own.
    pub order: Option<Order>,
}

impl Listing {
    /// A ticket's conversations in whatever state, in the order in which they began.
    #[must_use]
    pub fn of_ticket(ticket: TicketId) -> Self {
        let filter = Filter { tickets: Some(vec![ticket]), ..Filter::default() };
        let order = Some(Order { by: Sort::Created, descending: false });
        Self { view: View::All, whose: Whose::All, filter, order }
    }

    /// The whole list, for counting.
    pub(super) fn whole(&self, store: &Store, viewer: &Viewer) -> Countable {
        self.criteria(store, viewer).map_or_else(Countable::nothing, |criteria| whole(&criteria))
    }

    pub(super) fn order(&self) -> Order {
        self.order.unwrap_or_else(|| self.view.order())
    }

    fn criteria(&self, store: &Store, viewer: &Viewer) -> Option<Criteria> {
        Criteria::of(store.backend(), viewer, self.view, self.whose, &self.filter)
    }
}

impl Store {
    /// One page of a list of conversations, as far as they exist for the viewer.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a cursor of another order; [`crate::error::Error::TooComplex`] when it takes too long;
    /// the database's.
    pub async fn conversations(&self, viewer: &Viewer, listing: &Listing, window: &Window) -> Result<Page<Arc<Model>>> {
        let by = order::of_rows(listing.order());
        let bounds = by.bounds(window)?;
        let Some(criteria) = listing.criteria(self, viewer) else { return Ok(Page::empty()) };
        let statement = statement(&criteria, listing.order(), &by, &bounds);
        let reader = self.reader().clone();
        let rows = deadline::in_time(async move { Ok(reader.query_all(&statement).await?) }).await?;
        let rows = rows.iter().map(|row| Model::from_query_result(row, "")).collect::<std::result::Result<_, _>>()?;
        Ok(by.page(rows, &bounds, whole(&criteria)).map(Arc::new))
    }

    /// The statement that reads such a page and how many values are bound in it, to look at its plan; none where none is sent.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a cursor of another order.
    pub fn statement_of(&self, viewer: &Viewer, listing: &Listing, window: &Window) -> Result<Option<(String, usize)>> {
        let by = order::of_rows(listing.order());
        let bounds = by.bounds(window)?;
        Ok(listing.criteria(self, viewer).map(|criteria| {
            let statement = statement(&criteria, listing.order(), &by, &bounds);
            let spelled = self.reader().get_database_backend().build(&statement);
            (spelled.sql, spelled.values.map_or(0, |values| values.0.len()))
        }))
    }
}

fn whole(criteria: &Criteria) -> Countable {
    Countable::of(&filter::select(criteria, Start::of(&criteria.states)))
}

fn statement(criteria: &Criteria, order: Order, by: &page::Order<Entity>, bounds: &Bounds) -> SelectStatement {
    let start = Start::of(&criteria.states);
    let part = |criteria| by.part(filter::select(criteria, start), bounds).into_query();
    if let Some(found) = few::found(criteria, by, bounds) {
        return scans::merged([found], by, bounds);
    }
    if let Some(scans) = scans::apart(criteria, order) {
        return scans::merged(scans.iter().map(part), by, bounds);
    }
    match few::ways(criteria, by, bounds) {
        Some(ways) => scans::merged(ways, by, bounds),
        None => part(criteria),
    }
}
