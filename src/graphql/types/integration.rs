//! Integrations.
use std::sync::Arc;

use async_graphql::{ID, Object};
use entity::integration::Model;

/// A machine.
#[derive(Clone, Debug)]
pub struct Integration(pub Arc<Model>);

/// A machine.
#[Object]
impl Integration {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// The name.
    pub async fn display_name(&self) -> String {
        self.0.name.clone()
    }
}
