//! Agents.
use std::sync::Arc;

use async_graphql::{ID, Object};
use entity::agent::Model;

/// A person who works conversations.
#[derive(Clone, Debug)]
pub struct Agent(pub Arc<Model>);

/// A person who works conversations.
#[Object]
impl Agent {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// The name.
    pub async fn display_name(&self) -> String {
        self.0.name.clone()
    }
}
