//! People and channels through the service and the schema, on SQLite.
#![cfg(test)]

#[path = "people/graphql.rs"]
mod graphql;
#[path = "people/service.rs"]
mod service;
#[path = "people/support.rs"]
mod support;
