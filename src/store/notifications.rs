//! An agent's notifications, as far as they may see now what these tell of.
//!
//! Nobody reads or marks anybody else's. Integrations have none.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::ids::{AgentId, ConversationId, NotificationId};
use entity::notification::{Column, Entity, Model};
use entity::{agent, conversation, enums::Scope};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

use super::Store;
use super::access::{padded, visible};
use super::count::{self, COUNTED, Countable};
use super::page::{By, List, Order, Page, Window};
use super::write::Tx;
use crate::domain::limits;
use crate::domain::permission::{ChannelAccess, Viewer};
use crate::error::Result;

/// Agents whose notifications one statement counts.
const AGENTS_AT_ONCE: usize = 100;

/// The notifications that exist for a viewer: their own, of conversations they see, about notes only if they may read notes.
fn of(viewer: &Viewer) -> Option<Select<Entity>> {
    let agent = viewer.agent().filter(|_| viewer.has(Scope::ConversationsRead))?;
    Some(among(viewer, Entity::find().filter(Column::AgentId.eq(agent))))
}

/// Those that tell of what the viewer sees.
fn among(viewer: &Viewer, mut select: Select<Entity>) -> Select<Entity> {
    if !viewer.has(Scope::NotesRead) {
        select = select.filter(Column::NoteId.is_null());
    }
    if viewer.channels != ChannelAccess::All {
        let same = conversation::Column::Id.into_expr().eq(Column::ConversationId.into_expr());
        QueryTrait::query(&mut select).inner_join(conversation::Entity, same);
        select = select.filter(visible(conversation::Column::ChannelId, &viewer.channels));
    }
    select
}

fn unread(select: Select<Entity>) -> Select<Entity> {
    select.filter(Column::ReadAt.is_null())
}

impl Store {
    /// One page of them, newest first.
    ///
    /// # Errors
    /// [`crate::error::Error::BadRequest`] for a malformed cursor; [`crate::error::Error::TooComplex`] when it takes too long; the
    /// database's.
    pub async fn notifications(&self, viewer: &Viewer, unread_only: bool, window: &Window) -> Result<Page<Model>> {
        let order = Order {
            list: List::Notifications,
            descending: true,
            column: Column::Seq,
            by: By::Long(|row: &Model| row.seq),
            id: Column::Id,
            id_of: |row: &Model| row.id.0,
        };
        let Some(select) = of(viewer) else {
            order.bounds(window)?;
            return Ok(Page::empty());
        };
        self.page(if unread_only { unread(select) } else { select }, &order, window).await
    }

    /// Those of them with these ids.
    ///
    /// # Errors
    /// The database's.
    pub async fn notifications_by_id(&self, viewer: &Viewer, ids: &[NotificationId]) -> Result<Vec<Model>> {
        let Some(select) = of(viewer) else { return Ok(Vec::new()) };
        Ok(select.filter(Column::Id.is_in(padded(ids))).all(self.reader()).await?)
    }
}

impl Store {
    /// A viewer's notifications of entries after a position and up to another, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn notifications_between(
        &self,
        viewer: &Viewer,
        after: i64,
        until: i64,
        limit: u64,
    ) -> Result<Vec<Model>> {
        let Some(select) = of(viewer) else { return Ok(Vec::new()) };
        let select = select.filter(Column::Seq.gt(after)).filter(Column::Seq.lte(until));
        Ok(select.order_by_asc(Column::Seq).limit(limit).all(self.reader()).await?)
    }

    /// Everybody's notifications of one entry, for whoever deals them out by agent.
    ///
    /// # Errors
    /// The database's.
    pub async fn notifications_of_entry(&self, seq: i64) -> Result<Vec<Model>> {
        Ok(Entity::find().filter(Column::Seq.eq(seq)).all(self.reader()).await?)
    }

    /// How many unread notifications each of these agents has, as far as the viewer could see them; none above [`COUNTED`].
    ///
    /// # Errors
    /// The database's.
    pub async fn unread_of_agents(&self, viewer: &Viewer, agents: &[AgentId]) -> Result<HashMap<AgentId, Option<u64>>> {
        let mut found = HashMap::new();
        for chunk in agents.chunks(AGENTS_AT_ONCE) {
            let theirs = Expr::col((agent::Entity, agent::Column::Id));
            let unread = unread(among(viewer, Entity::find().filter(Expr::col((Entity, Column::AgentId)).eq(theirs))));
            let number = count::number_of(unread.as_query().clone());
            let select = agent::Entity::find()
                .select_only()
                .column(agent::Column::Id)
                .column_as(number, "number")
                .filter(agent::Column::Id.is_in(padded(chunk)));
            for (agent, number) in select.into_tuple::<(AgentId, i64)>().all(self.reader()).await? {
                found.insert(agent, u64::try_from(number).ok().filter(|number| *number <= COUNTED));
            }
        }
        Ok(found)
    }
}

/// The unread ones, for counting.
#[must_use]
pub fn countable_unread(viewer: &Viewer) -> Countable {
    of(viewer).map_or_else(Countable::nothing, |select| Countable::of(&unread(select)))
}

/// Some of a viewer's notifications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// With these ids, no two the same.
    Ids(Vec<NotificationId>),
    /// Of a conversation.
    Of(ConversationId),
    /// Of entries up to this place in the log.
    UpTo(i64),
    /// All.
    All,
}

impl Which {
    fn among(&self, select: Select<Entity>) -> Select<Entity> {
        match self {
            Self::Ids(ids) => select.filter(Column::Id.is_in(padded(ids))),
            Self::Of(conversation) => select.filter(Column::ConversationId.eq(*conversation)),
            Self::UpTo(seq) => select.filter(Column::Seq.lte(*seq)),
            Self::All => select,
        }
    }
}

/// Whether all of these ids name notifications of the viewer.
///
/// # Errors
/// The database's.
pub async fn exist(tx: &Tx, viewer: &Viewer, ids: &[NotificationId]) -> Result<bool> {
    if ids.is_empty() {
        return Ok(true);
    }
    let Some(select) = of(viewer) else { return Ok(false) };
    Ok(select.filter(Column::Id.is_in(padded(ids))).all(tx.conn()).await?.len() == ids.len())
}

/// How many a transaction marks at most, so that none runs long.
const AT_ONCE: u64 = 5_000;

/// Marks the unread ones among them as read, the newest first and only so many at once; answers the newest of those it marked, as they
/// now are, and whether there may be more.
///
/// # Errors
/// The database's.
pub async fn mark_read(tx: &Tx, viewer: &Viewer, which: &Which, now: DateTime<Utc>) -> Result<(Vec<Model>, bool)> {
    let Some(select) = of(viewer) else { return Ok((Vec::new(), false)) };
    let select = locked(unread(which.among(select)));
    let mut marked = select.clone().limit(limits::NOTIFICATIONS as u64).all(tx.conn()).await?;
    let Some(newest) = marked.first() else { return Ok((marked, false)) };
    // What comes in between the two statements stays unread: nobody has seen it.
    let ids = select.filter(Column::Seq.lte(newest.seq)).limit(AT_ONCE).select_only().column(Column::Id).into_query();
    let done = Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(now))
        .filter(Column::Id.in_subquery(ids))
        .exec(tx.conn())
        .await?;
    for row in &mut marked {
        row.read_at = Some(now);
    }
    Ok((marked, done.rows_affected == AT_ONCE))
}

/// Locked newest first, so that two who mark at once never wait for each other in turn.
fn locked(select: Select<Entity>) -> Select<Entity> {
    let mut select = select.order_by_desc(Column::Seq);
    QueryTrait::query(&mut select).lock_with_tables(LockType::NoKeyUpdate, [Entity]);
    select
}
