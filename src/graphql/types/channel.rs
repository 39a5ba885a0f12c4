//! Channels.
use std::sync::Arc;

use async_graphql::{ID, Object};
use entity::channel::Model;

/// A channel.
#[derive(Clone, Debug)]
pub struct Channel(pub Arc<Model>);

/// A channel.
#[Object]
impl Channel {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// The name.
    pub async fn display_name(&self) -> String {
        self.0.name.clone()
    }
}
