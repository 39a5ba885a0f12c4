//! Teams.
use std::sync::Arc;

use async_graphql::{ID, Object};
use entity::team::Model;

/// A group.
#[derive(Clone, Debug)]
pub struct Team(pub Arc<Model>);

/// A group.
#[Object]
impl Team {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// The name.
    pub async fn display_name(&self) -> String {
        self.0.name.clone()
    }
}
