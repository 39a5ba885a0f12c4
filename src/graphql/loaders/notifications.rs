//! The viewer's own notifications by id, as far as they see what these tell of.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::{AgentId, NotificationId};
use entity::notification::Model;

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

/// Asks how many unread notifications each of these agents has, who all see what the viewer sees.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnreadOf(pub Arc<[AgentId]>);

impl Loader<UnreadOf> for Source {
    type Value = Arc<HashMap<AgentId, Option<u64>>>;
    type Error = Error;

    async fn load(&self, keys: &[UnreadOf]) -> Result<HashMap<UnreadOf, Self::Value>> {
        let mut found = HashMap::new();
        for key in keys {
            let counts = self.service.store.unread_of_agents(&self.session.viewer, &key.0).await?;
            found.insert(key.clone(), Arc::new(counts));
        }
        Ok(found)
    }
}

impl Loader<NotificationId> for Source {
    type Value = Arc<Model>;
    type Error = Error;

    async fn load(&self, keys: &[NotificationId]) -> Result<HashMap<NotificationId, Self::Value>> {
        let rows = self.service.store.notifications_by_id(&self.session.viewer, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect())
    }
}
