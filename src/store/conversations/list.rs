//! Pages of conversations.

use std::sync::Arc;

use entity::conversation::Model;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::criteria::Criteria;
use super::{filter, order, scans};
use crate::domain::filter::Filter;
use crate::domain::permission::Viewer;
use crate::domain::view::{Order, View, Whose};
use crate::error::Result;
use crate::store::count::Countable;
use crate::store::page::{Page, Window};
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

impl Store {
    /// One page of a list of conversations, as far as they exist for the viewer.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a cursor of another order; [`crate::error::Error::TooComplex`] when it takes too long;
    /// the database's.
    pub async fn conversations(&self, viewer: &Viewer, listing: &Listing, window: &Window) -> Result<Page<Arc<Model>>> {
        let order = listing.order.unwrap_or_else(|| listing.view.order());
        let by = order::of_rows(order);
        let bounds = by.bounds(window)?;
        let Some(criteria) = Criteria::of(viewer, listing.view, listing.whose, &listing.filter) else {
            return Ok(Page::empty());
        };
        let Some(scans) = scans::apart(&criteria, order) else {
            return Ok(self.page(filter::select(&criteria), &by, window).await?.map(Arc::new));
        };
        let statement = scans::merged(&scans, &by, &bounds);
        let reader = self.reader().clone();
        let rows = deadline::in_time(async move { Ok(reader.query_all(&statement).await?) }).await?;
        let rows = rows.iter().map(|row| Model::from_query_result(row, "")).collect::<std::result::Result<_, _>>()?;
        Ok(by.page(rows, &bounds, Countable::of(&filter::select(&criteria))).map(Arc::new))
    }
}
