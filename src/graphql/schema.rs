//! The executable schema.

use std::sync::OnceLock;

use super::mutation::Mutation;
use super::query::Query;
use super::subscription::Subscription;

/// Queries, mutations and subscriptions.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// Builds it. Limits are the front's business: its guard runs before the executor.
#[must_use]
pub fn build() -> Schema {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        // The guard allows a depth of 20; the library counts fragments too.
        .limit_recursive_depth(64)
        .finish()
}

/// The process's own, built when it is first asked for; clones share it.
#[must_use]
pub fn shared() -> Schema {
    static SHARED: OnceLock<Schema> = OnceLock::new();
    SHARED.get_or_init(build).clone()
}

/// The schema's text as it is published, types by name.
#[must_use]
pub fn sdl() -> String {
    build().sdl()
}
