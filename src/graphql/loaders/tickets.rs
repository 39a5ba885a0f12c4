//! Tickets by id.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::TicketId;
use entity::ticket;

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

impl Loader<TicketId> for Source {
    type Value = Arc<ticket::Model>;
    type Error = Error;

    async fn load(&self, keys: &[TicketId]) -> Result<HashMap<TicketId, Self::Value>> {
        self.service.store.tickets_by_id(keys).await
    }
}
