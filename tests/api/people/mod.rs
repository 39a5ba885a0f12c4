//! People and channels, through the service and through the schema.

mod graphql;
mod service;
mod support;
