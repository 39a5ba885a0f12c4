//! Customers by id. What of one is shown without the scope is decided where it is shown.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::customer;
use entity::ids::CustomerId;

use crate::error::{Error, Result};
use crate::graphql::reader::Source;

impl Loader<CustomerId> for Source {
    type Value = Arc<customer::Model>;
    type Error = Error;

    async fn load(&self, keys: &[CustomerId]) -> Result<HashMap<CustomerId, Self::Value>> {
        self.service.store.customers_by_id(keys).await
    }
}
