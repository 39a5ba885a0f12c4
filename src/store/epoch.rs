//! Beginning a new epoch of the log, after a backup was restored.

use chrono::{DateTime, Utc};
use entity::event_head::{Column, Entity};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::Store;
use super::head::ONLY;
use crate::domain::epoch::next;
use crate::error::{Error, Result};

impl Store {
    /// Begins an epoch beyond the log's own and the given one, and gives it: positions of before can't be followed on from.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_epoch(&self, beyond: i32, now: DateTime<Utc>) -> Result<i32> {
        self.write(|tx| async move {
            let head = Entity::find_by_id(ONLY).lock(LockType::NoKeyUpdate).one(tx.conn()).await?;
            let head = head.ok_or_else(|| Error::Internal("the log has no head".to_owned()))?;
            let epoch = next(head.epoch.max(beyond), now);
            let epoch = epoch.ok_or_else(|| Error::Internal("there are no more epochs".to_owned()))?;
            let update = Entity::update_many().col_expr(Column::Epoch, Expr::value(epoch));
            update.filter(Column::Id.eq(ONLY)).exec(tx.conn()).await?;
            Ok(epoch)
        })
        .await
    }
}
