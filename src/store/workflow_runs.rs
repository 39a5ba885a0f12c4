//! Runs of workflows, as far as a viewer sees the entries that triggered them.
//!
//! Rows are written by whoever runs workflows.

use entity::enums::{EventKind, Scope};
use entity::ids::{RunId, WorkflowId};
use entity::workflow_run::{Column, Entity, Model};
use entity::{conversation, event};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, Iterable, QueryFilter, QueryTrait, Select};

use super::Store;
use super::access::{padded, visible};
use super::page::{By, List, Order, Page, Window};
use crate::domain::permission::{ChannelAccess, Viewer};
use crate::error::Result;

/// The runs that exist for a viewer: on conversations they see, about notes only if they may read notes.
fn of(viewer: &Viewer) -> Option<Select<Entity>> {
    if !viewer.has(Scope::ConversationsRead) {
        return None;
    }
    let mut select = Entity::find();
    if viewer.channels != ChannelAccess::All {
        let same = Expr::col((conversation::Entity, conversation::Column::Id)).equals((Entity, Column::ConversationId));
        QueryTrait::query(&mut select).inner_join(conversation::Entity, same);
        select = select.filter(visible(conversation::Column::ChannelId, &viewer.channels));
    }
    let unread: Vec<EventKind> = EventKind::iter().filter(|kind| !viewer.reads(*kind)).collect();
    if !unread.is_empty() {
        let same = Expr::col((event::Entity, event::Column::Id)).equals((Entity, Column::EntryId));
        QueryTrait::query(&mut select).inner_join(event::Entity, same);
        select = select.filter(event::Column::Kind.is_not_in(unread));
    }
    Some(select)
}

/// Newest first: ids are as old as their runs.
const ORDER: Order<Entity> = Order {
    list: List::WorkflowRuns,
    descending: true,
    column: Column::Id,
    by: By::Id,
    id: Column::Id,
    id_of: |row: &Model| row.id.0,
};

impl Store {
    /// One page of a workflow's runs, newest first.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a malformed cursor; [`crate::error::Error::TooComplex`] when it takes too long; the
    /// database's.
    pub async fn workflow_runs(&self, viewer: &Viewer, workflow: WorkflowId, window: &Window) -> Result<Page<Model>> {
        match of(viewer) {
            Some(select) => self.page(select.filter(Column::WorkflowId.eq(workflow)), &ORDER, window).await,
            None => ORDER.bounds(window).map(|_| Page::empty()),
        }
    }

    /// The statement that reads such a page and how many values are bound in it, to look at its plan; none where none is sent.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a malformed cursor.
    pub fn workflow_runs_statement(
        &self,
        viewer: &Viewer,
        workflow: WorkflowId,
        window: &Window,
    ) -> Result<Option<(String, usize)>> {
        let bounds = ORDER.bounds(window)?;
        Ok(of(viewer).map(|select| {
            let part = ORDER.part(select.filter(Column::WorkflowId.eq(workflow)), &bounds);
            let spelled = part.build(self.reader().get_database_backend());
            (spelled.sql, spelled.values.map_or(0, |values| values.0.len()))
        }))
    }

    /// Runs by id.
    ///
    /// # Errors
    /// The database's.
    pub async fn workflow_runs_by_id(&self, viewer: &Viewer, ids: &[RunId]) -> Result<Vec<Model>> {
        let Some(select) = of(viewer) else { return Ok(Vec::new()) };
        Ok(select.filter(Column::Id.is_in(padded(ids))).all(self.reader()).await?)
    }
}
