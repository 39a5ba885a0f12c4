//! Customers.
use std::sync::Arc;

use async_graphql::{ID, Object};
use entity::customer::Model;

/// A customer.
#[derive(Clone, Debug)]
pub struct Customer(pub Arc<Model>);

/// A customer.
#[Object]
impl Customer {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// The name.
    pub async fn display_name(&self) -> String {
        self.0.full_name.clone().unwrap_or_default()
    }
}
