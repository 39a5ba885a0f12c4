//! Reading the log: timelines, feeds, single entries.

use entity::conversation;
use entity::enums::EventKind;
use entity::event::{Column, Entity, Model};
use entity::ids::{ConversationId, EventId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Iterable, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::Store;
use super::access::{padded, visible};
use super::page::{By, List, Order, Page, Window};
use super::write::Tx;
use crate::domain::permission::{ChannelAccess, Viewer};
use crate::error::Result;

/// Entries by id, in log order, inside a write.
///
/// # Errors
/// The database's.
pub async fn by_ids_in(tx: &Tx, ids: &[EventId]) -> Result<Vec<Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).order_by_asc(Column::Seq).all(tx.conn()).await?)
}

/// Whether a conversation exists for a viewer, inside a write.
///
/// # Errors
/// The database's.
pub async fn sees(tx: &Tx, access: &ChannelAccess, id: ConversationId) -> Result<bool> {
    let select = conversation::Entity::find_by_id(id).filter(visible(conversation::Column::ChannelId, access));
    Ok(select.one(tx.conn()).await?.is_some())
}

/// Which rows of the log a feed reads.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Rows after this one.
    pub after: i64,
    /// Rows up to this one.
    pub until: i64,
    /// Only these kinds.
    pub kinds: Vec<EventKind>,
    /// How many at most.
    pub limit: u64,
}

fn rows(stretch: &Stretch) -> Select<Entity> {
    Entity::find()
        .filter(Column::Seq.gt(stretch.after))
        .filter(Column::Seq.lte(stretch.until))
        .filter(Column::Kind.is_in(stretch.kinds.iter().copied()))
        .order_by_asc(Column::Seq)
        .limit(stretch.limit)
}

fn same_conversation() -> Expr {
    Expr::col((conversation::Entity, conversation::Column::Id)).equals((Entity, Column::ConversationId))
}

impl Store {
    /// A page of a conversation's timeline, in the log's order, as far as its kinds exist for the viewer. The caller holds a
    /// conversation that the viewer sees.
    ///
    /// # Errors
    /// A malformed cursor; the database's.
    pub async fn timeline(
        &self,
        viewer: &Viewer,
        id: ConversationId,
        kinds: &[EventKind],
        window: &Window,
    ) -> Result<Page<Model>> {
        let select = Entity::find()
            .filter(Column::ConversationId.eq(id))
            .filter(Column::Kind.is_in(kinds.iter().copied().filter(|kind| viewer.reads(*kind))));
        let order = Order {
            list: List::Timeline,
            descending: false,
            column: Column::Seq,
            by: By::Long(|row: &Model| row.seq),
            id: Column::Id,
            id_of: |row: &Model| row.id.0,
        };
        self.page(select, &order, window).await
    }

    /// Conversations' rows of the log, as far as they exist for the viewer, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn stretch(&self, viewer: &Viewer, stretch: &Stretch) -> Result<Vec<Model>> {
        let kinds = stretch.kinds.iter().copied().filter(|kind| viewer.reads(*kind)).collect();
        let mut select = rows(&Stretch { kinds, ..stretch.clone() });
        if viewer.channels != ChannelAccess::All {
            QueryTrait::query(&mut select).inner_join(conversation::Entity, same_conversation());
            select = select.filter(visible(conversation::Column::ChannelId, &viewer.channels));
        }
        Ok(select.all(self.reader()).await?)
    }

    /// The same with notes' rows, whoever may read notes, and with the rows that change what somebody may see: for telling how
    /// conversations moved, never for being told what was said.
    ///
    /// # Errors
    /// The database's.
    pub async fn movements_and_access(&self, viewer: &Viewer, stretch: &Stretch) -> Result<Vec<Model>> {
        let access = EventKind::iter().filter(|kind| kind.changes_access());
        let kinds: Vec<EventKind> = stretch.kinds.iter().copied().chain(access).collect();
        let mut select = rows(&Stretch { kinds, ..stretch.clone() });
        if viewer.channels != ChannelAccess::All {
            QueryTrait::query(&mut select).left_join(conversation::Entity, same_conversation());
            let seen = visible(conversation::Column::ChannelId, &viewer.channels);
            select = select.filter(Condition::any().add(Column::ConversationId.is_null()).add(seen));
        }
        Ok(select.all(self.reader()).await?)
    }

    /// The log's rows after one of them, of every kind and for nobody's eyes, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn log(&self, after: i64, limit: u64) -> Result<Vec<Model>> {
        let select = Entity::find().filter(Column::Seq.gt(after)).order_by_asc(Column::Seq).limit(limit);
        Ok(select.all(self.reader()).await?)
    }

    /// One conversation's rows of the log, as far as their kinds exist for the viewer, oldest first. The caller holds a conversation
    /// that the viewer sees.
    ///
    /// # Errors
    /// The database's.
    pub async fn stretch_of(&self, viewer: &Viewer, id: ConversationId, stretch: &Stretch) -> Result<Vec<Model>> {
        let select = Entity::find()
            .filter(Column::ConversationId.eq(id))
            .filter(Column::Seq.gt(stretch.after))
            .filter(Column::Seq.lte(stretch.until))
            .filter(Column::Kind.is_in(stretch.kinds.iter().copied().filter(|kind| viewer.reads(*kind))))
            .order_by_asc(Column::Seq)
            .limit(stretch.limit);
        Ok(select.all(self.reader()).await?)
    }

    /// One entry of a timeline by its id, if its conversation and its kind exist for the viewer.
    ///
    /// # Errors
    /// The database's.
    pub async fn entry(&self, viewer: &Viewer, id: EventId) -> Result<Option<Model>> {
        Ok(self.entries(viewer, &[id]).await?.pop())
    }

    /// Entries of timelines by their ids, as far as their conversations and their kinds exist for the viewer.
    ///
    /// # Errors
    /// The database's.
    pub async fn entries(&self, viewer: &Viewer, ids: &[EventId]) -> Result<Vec<Model>> {
        let same = Expr::col((conversation::Entity, conversation::Column::Id)).equals((Entity, Column::ConversationId));
        let mut select = Entity::find().filter(Column::Id.is_in(padded(ids)));
        QueryTrait::query(&mut select).inner_join(conversation::Entity, same);
        let mut rows =
            select.filter(visible(conversation::Column::ChannelId, &viewer.channels)).all(self.reader()).await?;
        rows.retain(|row| viewer.reads(row.kind));
        Ok(rows)
    }
}
