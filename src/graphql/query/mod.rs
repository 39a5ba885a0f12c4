//! What can be asked, one file a screen.

mod changes;
mod customers;
mod node;
mod people;
mod tokens;
mod viewer;

use async_graphql::MergedObject;

/// The root of all queries. What the viewer may not see does not exist: it is null, or missing in a list.
#[derive(MergedObject, Default)]
pub struct Query(
    viewer::ViewerQuery,
    node::NodeQuery,
    changes::ChangesQuery,
    customers::CustomersQuery,
    people::PeopleQuery,
    tokens::TokensQuery,
);
