//! What can be done, one file an action. Every mutation takes one argument, `input`, and says who, what, and answers; no rules.

use async_graphql::{MergedObject, Object};

/// The root of all mutations.
#[derive(MergedObject, Default)]
pub struct Mutation(Placeholder);

/// To be replaced by the first mutation.
#[derive(Default)]
pub struct Placeholder;

#[Object]
impl Placeholder {
    /// Does nothing.
    async fn nothing(&self) -> bool {
        false
    }
}
