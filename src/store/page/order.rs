//! An order of a list: by a column that is never null, ties by id in the same direction.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::cursor::{Bounds, Kind, Place, Value};
use super::{Page, Window};
use crate::error::Result;
use crate::store::count::Countable;

/// Every order of every list. The number is part of its cursors and never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum List {
    /// Conversations by their newest activity.
    ConversationsByActivity = 1,
    /// Conversations by when they began.
    ConversationsByCreation = 2,
    /// Conversations by their newest entry.
    ConversationsByUpdate = 3,
    /// Conversations by how long the customer waits.
    ConversationsByWaiting = 4,
    /// Conversations by priority.
    ConversationsByPriority = 5,
    /// Conversations by when they wake.
    ConversationsBySnooze = 6,
    /// Conversations by when they were closed.
    ConversationsByClosing = 7,
    /// A conversation's entries.
    Timeline = 8,
    /// Agents by name.
    Agents = 9,
    /// Customers by when they were made.
    Customers = 10,
    /// An agent's notifications.
    Notifications = 11,
    /// Tickets by when they were created.
    TicketsByCreation = 12,
    /// Tickets by their newest change.
    TicketsByUpdate = 13,
    /// A workflow's runs.
    WorkflowRuns = 14,
    /// Conversations by id.
    ConversationsById = 20,
}

impl List {
    /// What its cursors in one direction have in common with no others.
    pub(in crate::store) fn tag(self, descending: bool) -> u8 {
        (self as u8) << 1 | u8::from(descending)
    }
}

/// What a row is sorted by, read off it.
pub(in crate::store) enum By<M> {
    /// An instant.
    Time(fn(&M) -> DateTime<Utc>),
    /// A small number.
    Small(fn(&M) -> i16),
    /// A number.
    Long(fn(&M) -> i64),
    /// Text compared bytewise.
    Text(fn(&M) -> &str),
    /// Nothing but the id.
    Id,
}

/// An order of the rows of a table.
pub(in crate::store) struct Order<E: EntityTrait> {
    /// Which list's.
    pub list: List,
    /// The greatest first.
    pub descending: bool,
    /// The column sorted by; never null.
    pub column: E::Column,
    /// The column's value of a row.
    pub by: By<E::Model>,
    /// The column of ids.
    pub id: E::Column,
    /// The id of a row.
    pub id_of: fn(&E::Model) -> Uuid,
}

impl<M> By<M> {
    fn kind(&self) -> Kind {
        match self {
            Self::Time(_) => Kind::Time,
            Self::Small(_) => Kind::Small,
            Self::Long(_) => Kind::Long,
            Self::Text(_) => Kind::Text,
            Self::Id => Kind::Id,
        }
    }

    fn of(&self, row: &M) -> Value {
        match self {
            Self::Time(of) => Value::Time(of(row)),
            Self::Small(of) => Value::Small(of(row)),
            Self::Long(of) => Value::Long(of(row)),
            Self::Text(of) => Value::Text(of(row).to_owned()),
            Self::Id => Value::Id,
        }
    }
}

impl<E: EntityTrait> Order<E> {
    /// Reads a window's cursors.
    pub fn bounds(&self, window: &Window) -> Result<Bounds> {
        let read = |cursor: &Option<String>| {
            cursor.as_deref().map(|text| Place::read(text, self.tag(), self.by.kind())).transpose()
        };
        Ok(Bounds {
            limit: window.limit,
            backward: window.backward,
            after: read(&window.after)?,
            before: read(&window.before)?,
        })
    }

    /// The rows between the bounds from the side paged from, one more than asked for.
    pub fn part<S>(&self, select: S, bounds: &Bounds) -> S
    where
        S: QueryFilter<QueryStatement = sea_orm::sea_query::SelectStatement> + QueryOrder + QuerySelect,
    {
        let direction = self.direction(bounds);
        let mut part = self.between(select, bounds).limit(bounds.limit.saturating_add(1));
        // Named twice, a column keeps SQLite from reading along its index.
        if !matches!(self.by, By::Id) {
            part = part.order_by(self.column, direction.clone());
        }
        part.order_by(self.id, direction)
    }

    /// All rows between the bounds, in no order.
    pub fn between<S: QueryFilter>(&self, select: S, bounds: &Bounds) -> S {
        let mut select = select;
        if let Some(place) = &bounds.after {
            select = select.filter(self.beyond(place, self.descending));
        }
        if let Some(place) = &bounds.before {
            select = select.filter(self.beyond(place, !self.descending));
        }
        select
    }

    /// Which way the rows are read.
    pub fn direction(&self, bounds: &Bounds) -> sea_orm::Order {
        if self.descending == bounds.backward { sea_orm::Order::Asc } else { sea_orm::Order::Desc }
    }

    /// The page that the rows of [`Order::part`] make.
    pub fn page(&self, mut rows: Vec<E::Model>, bounds: &Bounds, whole: Countable) -> Page<E::Model> {
        let limit = usize::try_from(bounds.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        if bounds.backward {
            rows.reverse();
        }
        let rows = rows.into_iter().map(|row| (self.cursor(&row), row)).collect();
        let (has_next, has_previous) =
            if bounds.backward { (bounds.before.is_some(), more) } else { (more, bounds.after.is_some()) };
        Page { rows, has_next, has_previous, whole }
    }

    fn cursor(&self, row: &E::Model) -> String {
        Place { value: self.by.of(row), id: (self.id_of)(row) }.spell(self.tag())
    }

    fn tag(&self) -> u8 {
        self.list.tag(self.descending)
    }

    /// Rows past a place, downwards or upwards, as one row comparison: both databases turn it into a range of the index.
    fn beyond(&self, place: &Place, downwards: bool) -> Expr {
        let id = Expr::col(self.id.as_column_ref());
        let value: Expr = match &place.value {
            Value::Time(at) => (*at).into(),
            Value::Small(number) => (*number).into(),
            Value::Long(number) => (*number).into(),
            Value::Text(text) => text.as_str().into(),
            Value::Id => {
                let bound = Expr::val(place.id);
                return if downwards { id.lt(bound) } else { id.gt(bound) };
            }
        };
        let row = Expr::tuple([Expr::col(self.column.as_column_ref()), id]);
        let bound = Expr::tuple([value, place.id.into()]);
        if downwards { row.lt(bound) } else { row.gt(bound) }
    }
}
