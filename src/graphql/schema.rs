//! The executable schema.

use async_graphql::EmptySubscription;

use super::mutation::Mutation;
use super::query::Query;

/// Queries and mutations; subscriptions are still to come.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Builds it. Limits are the front's business: its guard runs before the executor.
#[must_use]
pub fn build() -> Schema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        // The guard allows a depth of 20; the library counts fragments too.
        .limit_recursive_depth(64)
        .finish()
}

/// The schema's text as it is published, types by name.
#[must_use]
pub fn sdl() -> String {
    build().sdl()
}
