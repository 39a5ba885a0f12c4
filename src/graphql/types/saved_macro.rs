//! Macros.

use std::sync::Arc;

use async_graphql::{ID, Object};
use entity::saved_macro::Model;

use crate::graphql::scalar::{DateTime, JsonObject};

/// A saved list of actions.
#[derive(Clone, Debug)]
pub struct Macro(pub Arc<Model>);

/// A saved list of actions that an agent runs on conversations, with `applyActions` or `bulkApplyActions`.
#[Object]
impl Macro {
    /// Its id.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Its name, at most 255 characters; unique without regard to case.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The actions, 1 to 20, each spelled as a `ConversationActionInput` just as it was saved, to be passed on as it is.
    async fn actions(&self) -> Vec<JsonObject> {
        let actions = self.0.actions.as_array().map_or(&[][..], Vec::as_slice);
        actions.iter().cloned().map(JsonObject::from_stored).collect()
    }

    /// When it was created, in UTC.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it last changed, in UTC.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}
