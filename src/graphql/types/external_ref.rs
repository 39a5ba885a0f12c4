//! What tickets are called elsewhere.

use async_graphql::{InputObject, Object};
use entity::external_ref::Model;

use crate::graphql::scalar::Url;

/// What a ticket is called in another system.
#[derive(Clone, Debug)]
pub struct ExternalRef(pub Model);

/// What a ticket is called in another system, such as an issue tracker. A system and a key together name at most one ticket.
#[Object]
impl ExternalRef {
    /// The other system, such as `github`; at most 255 characters.
    async fn system(&self) -> &str {
        &self.0.system
    }

    /// The ticket's key there; at most 255 characters.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// Where it is to be seen there; null when nobody said.
    async fn url(&self) -> Option<Url> {
        self.0.url.clone().map(Url::from_stored)
    }
}

/// A system and a key of a ticket there. Both are compared exactly as they are spelled, but for white space around them.
#[derive(Clone, Debug, InputObject)]
pub struct ExternalRefKeyInput {
    /// The other system, such as `github`.
    pub system: String,
    /// The ticket's key there.
    pub key: String,
}
