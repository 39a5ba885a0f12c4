//! What running workflows asks of the database: how far the log was gone through, the workflows in force, what conditions judge, and
//! the runs.

use std::collections::HashMap;

use entity::consumer::Model as Consumer;
use entity::enums::EventKind;
use entity::event::Model as Event;
use entity::ids::{EventId, WorkflowId};
use entity::workflow::Model as Workflow;
use entity::workflow_run::Model as Run;
use entity::{consumer, event, workflow, workflow_run};
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::Store;
use super::access::padded;
use super::write::Tx;
use crate::domain::change::CausedBy;
use crate::error::{Error, Result};

pub mod judged;

/// The consumer that runs workflows.
const WORKFLOWS: &str = "workflows";

/// How far the log was gone through, locked until the transaction ends; none if somebody else is at it.
///
/// # Errors
/// The database's.
pub async fn take(tx: &Tx) -> Result<Option<Consumer>> {
    let row = consumer::Entity::find_by_id(WORKFLOWS);
    Ok(row.lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked).one(tx.conn()).await?)
}

/// Remembers how far the log was gone through, and whose turn it was; the row is locked.
///
/// # Errors
/// The database's.
pub async fn move_on(tx: &Tx, position: i64, turn: i64) -> Result<()> {
    let moved = consumer::Entity::update_many()
        .col_expr(consumer::Column::Position, Expr::value(position))
        .col_expr(consumer::Column::Turn, Expr::value(turn));
    moved.filter(consumer::Column::Name.eq(WORKFLOWS)).exec(tx.conn()).await?;
    Ok(())
}

/// The entry with which the chain of an entry began.
///
/// # Errors
/// The database's.
pub async fn root_of(tx: &Tx, entry: &Event) -> Result<EventId> {
    let cause = entry.cause_kind.as_deref().zip(entry.cause_id).and_then(|(kind, id)| CausedBy::of_stored(kind, id));
    let Some(CausedBy::Run(run)) = cause else { return Ok(entry.id) };
    let run = workflow_run::Entity::find_by_id(run).one(tx.conn()).await?;
    Ok(run.map_or(entry.id, |run| run.root_id))
}

/// How many runs a chain has, besides those that its first entry started.
///
/// # Errors
/// The database's.
pub async fn length_of_chain(tx: &Tx, root: EventId) -> Result<u64> {
    let of_chain = workflow_run::Entity::find().filter(workflow_run::Column::RootId.eq(root));
    Ok(of_chain.filter(workflow_run::Column::EntryId.ne(root)).count(tx.conn()).await?)
}

/// Inserts a run.
///
/// # Errors
/// The database's; a second run on the same entry runs the transaction again.
pub async fn record(tx: &Tx, run: &Run) -> Result<()> {
    let all = run.clone().into_active_model().reset_all();
    workflow_run::Entity::insert(all).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// What tells whether a workflow in force is still what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Which.
    pub id: WorkflowId,
    /// Its revision.
    pub revision: i32,
    /// Its place.
    pub place: i32,
}

impl Mark {
    /// The mark of a row.
    #[must_use]
    pub fn of(row: &Workflow) -> Self {
        Self { id: row.id, revision: row.revision, place: row.place }
    }
}

impl Store {
    /// How far the log was gone through for workflows, as it is committed.
    ///
    /// # Errors
    /// The database's.
    pub async fn gone_through(&self) -> Result<Consumer> {
        let row = consumer::Entity::find_by_id(WORKFLOWS).one(self.reader()).await?;
        row.ok_or_else(|| Error::Internal("workflows have no position".to_owned()))
    }

    /// The marks of the workflows in force, in their order.
    ///
    /// # Errors
    /// The database's.
    pub async fn workflow_marks(&self) -> Result<Vec<Mark>> {
        let columns = [workflow::Column::Id, workflow::Column::Revision, workflow::Column::Place];
        let rows = in_force().select_only().columns(columns).into_tuple::<(WorkflowId, i32, i32)>();
        let rows = rows.all(self.reader()).await?;
        Ok(rows.into_iter().map(|(id, revision, place)| Mark { id, revision, place }).collect())
    }

    /// The workflows in force, in their order.
    ///
    /// # Errors
    /// The database's.
    pub async fn workflows_in_force(&self) -> Result<Vec<Workflow>> {
        Ok(in_force().all(self.reader()).await?)
    }

    /// The log's rows of these kinds after one row and up to another, oldest first: for acting on them, never for being told.
    ///
    /// # Errors
    /// The database's.
    pub async fn log_of(&self, kinds: &[EventKind], after: i64, until: i64, limit: u64) -> Result<Vec<Event>> {
        let select = event::Entity::find()
            .filter(event::Column::Seq.gt(after))
            .filter(event::Column::Seq.lte(until))
            .filter(event::Column::Kind.is_in(kinds.iter().copied()))
            .order_by_asc(event::Column::Seq)
            .limit(limit);
        Ok(select.all(self.reader()).await?)
    }

    /// Which workflows ran on these entries.
    ///
    /// # Errors
    /// The database's.
    pub async fn ran_on(&self, entries: &[EventId]) -> Result<HashMap<EventId, Vec<WorkflowId>>> {
        let columns = [workflow_run::Column::EntryId, workflow_run::Column::WorkflowId];
        let select = workflow_run::Entity::find().select_only().columns(columns);
        let select = select.filter(workflow_run::Column::EntryId.is_in(padded(entries)));
        let mut ran: HashMap<EventId, Vec<WorkflowId>> = HashMap::new();
        for (entry, workflow) in select.into_tuple::<(EventId, WorkflowId)>().all(self.reader()).await? {
            ran.entry(entry).or_default().push(workflow);
        }
        Ok(ran)
    }
}

fn in_force() -> sea_orm::Select<workflow::Entity> {
    workflow::Entity::find()
        .filter(workflow::Column::Enabled.eq(true))
        .filter(workflow::Column::DeletedAt.is_null())
        .order_by_asc(workflow::Column::Place)
        .order_by_asc(workflow::Column::Id)
}
