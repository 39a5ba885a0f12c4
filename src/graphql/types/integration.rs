//! Integrations.

use std::sync::Arc;

use async_graphql::{ID, Object};
use entity::integration::Model;

use crate::graphql::scalar::DateTime;

/// A machine principal: a gateway, a script, another system.
#[derive(Clone, Debug)]
pub struct Integration(pub Arc<Model>);

/// A machine principal: a gateway, a script, another system. It acts with API tokens of its own.
#[Object]
impl Integration {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// The name to show; the same as `name`.
    pub async fn display_name(&self) -> String {
        self.0.name.clone()
    }

    /// Its name, at most 255 characters; unique without regard to case.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// When it was created, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}
