//! Which conversations match, a batch after another: for changing many, not for showing them.
//!
//! In id order, so that what a batch changes can't move what comes after it.

use entity::conversation::Column;
use entity::enums::ConversationState;
use entity::ids::ConversationId;
use sea_orm::sea_query::{Alias, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::criteria::Criteria;
use super::filter;
use super::relations::Start;
use crate::domain::filter::Filter;
use crate::domain::permission::Viewer;
use crate::domain::view::{View, Whose};
use crate::error::Result;
use crate::store::page::{Kind, List, Place, Value};
use crate::store::{Backend, Store, deadline};

/// Which conversations.
#[derive(Clone, Debug)]
pub struct Matching {
    /// Which list.
    pub view: View,
    /// Whose.
    pub whose: Whose,
    /// Which of them.
    pub filter: Filter,
    /// Only those behind the one that this cursor names.
    pub after: Option<String>,
}

/// A batch of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// In id order.
    pub ids: Vec<ConversationId>,
    /// Where to go on; none = there are no more.
    pub end_cursor: Option<String>,
}

impl Store {
    /// The next conversations that match, at most so many, as far as they exist for the viewer.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a malformed cursor; [`crate::error::Error::TooComplex`] when it takes too long; the
    /// database's.
    pub async fn matching(&self, viewer: &Viewer, matching: &Matching, most: usize) -> Result<Batch> {
        let Some(statement) = next(self.backend(), viewer, matching, most)? else { return Ok(Batch::default()) };
        let reader = self.reader().clone();
        let rows = deadline::in_time(async move { Ok(reader.query_all(&statement).await?) }).await?;
        let ids = rows.iter().map(|row| row.try_get("", "id")).collect::<std::result::Result<_, _>>()?;
        Ok(batch(ids, most))
    }

    /// The statement that finds such a batch and how many values are bound in it, to look at its plan; none where none is sent.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a malformed cursor.
    pub fn statement_of_matching(
        &self,
        viewer: &Viewer,
        matching: &Matching,
        most: usize,
    ) -> Result<Option<(String, usize)>> {
        Ok(next(self.backend(), viewer, matching, most)?.map(|statement| {
            let spelled = self.reader().get_database_backend().build(&statement);
            (spelled.sql, spelled.values.map_or(0, |values| values.0.len()))
        }))
    }
}

/// What finds them and whether there are more; none where nothing can match.
fn next(backend: Backend, viewer: &Viewer, matching: &Matching, most: usize) -> Result<Option<SelectStatement>> {
    let read = |text| Place::read(text, List::ConversationsById.tag(false), Kind::Id);
    let after = matching.after.as_deref().map(read).transpose()?;
    let criteria = Criteria::of(backend, viewer, matching.view, matching.whose, &matching.filter);
    Ok(criteria.map(|criteria| statement(&criteria, after.as_ref(), most as u64 + 1)))
}

fn batch(mut ids: Vec<ConversationId>, most: usize) -> Batch {
    let more = ids.len() > most;
    ids.truncate(most);
    let last = ids.last().filter(|_| more);
    let tag = List::ConversationsById.tag(false);
    let end_cursor = last.map(|id| Place { value: Value::Id, id: id.0 }.spell(tag));
    Batch { ids, end_cursor }
}

/// Ids are as old as their conversations. What is open is mostly new, so a walk along the ids would pass everything that was ever
/// closed before it finds any: what isn't closed is found first and then sorted.
fn statement(criteria: &Criteria, after: Option<&Place>, limit: u64) -> SelectStatement {
    let mut matching = filter::select(criteria, Start::of(&criteria.states)).select_only().column(Column::Id);
    if let Some(place) = after {
        matching = matching.filter(Column::Id.gt(place.id));
    }
    if criteria.states.contains(&ConversationState::Closed) {
        return matching.order_by_asc(Column::Id).limit(limit).into_query();
    }
    // The limit, which is none, keeps the order outside.
    let found = matching.limit(i64::MAX.unsigned_abs()).into_query();
    let order = (Alias::new("found"), Column::Id);
    let mut ids = Query::select();
    ids.column(order.clone()).from_subquery(found, Alias::new("found"));
    ids.order_by(order, sea_orm::Order::Asc).limit(limit).to_owned()
}
