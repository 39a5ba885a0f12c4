//! The viewer's own notifications by id, as far as they see what these tell of.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::NotificationId;
use entity::notification::Model;

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

impl Loader<NotificationId> for Source {
    type Value = Arc<Model>;
    type Error = Error;

    async fn load(&self, keys: &[NotificationId]) -> Result<HashMap<NotificationId, Self::Value>> {
        let rows = self.service.store.notifications_by_id(&self.session.viewer, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }
}
